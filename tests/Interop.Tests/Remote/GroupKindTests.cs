using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>One group of each kind on Kafka 4, made by Apache's own programs: REST and the pages say what its tools print.</summary>
[Collection(typeof(OnKRaft))]
public sealed class GroupKindTests(KRaftFixture fixture) : IAsyncLifetime
{
    const string Topic = "kinds";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    static readonly string[] ids = ["the-classic", "the-consumer", "the-share", "the-streams"];

    readonly List<Process> programs = [];
    ApacheCluster cluster = null!;
    RunningDashboard dashboard = null!;
    Rest rest = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        cluster = await fixture.GetAsync();
        dashboard = await fixture.DashboardAsync();
        rest = new Rest(dashboard, "remote");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in programs)
        {
            program.Kill(entireProcessTree: true);
            await program.WaitForExitAsync(CancellationToken.None);
            program.Dispose();
        }
    }

    [Fact]
    public async Task Groups_of_each_kind_are_told_as_Apaches_tools_print_them()
    {
        await ToolAsync("kafka-topics.sh", "--create", "--topic", Topic, "--partitions", "3", "--replication-factor", "2");
        await StartAsync("kafka-console-consumer.sh", "--topic", Topic, "--group", "the-classic");
        await StartAsync(
            "kafka-console-consumer.sh", "--topic", Topic, "--group", "the-consumer", "--command-property", "group.protocol=consumer");
        await StartAsync(
            "kafka-run-class.sh", "org.apache.kafka.tools.consumer.ConsoleShareConsumer", "--topic", Topic, "--group", "the-share");
        await RunAsync(
            External.RequireProgram("java"), "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", Path.Combine(cluster.KafkaHome, "libs", "*"),
            Path.Combine(AppContext.BaseDirectory, "StreamsMember.java"), cluster.Bootstrap, "the-streams", Topic, "2");
        await rest.EventuallyAsync(
            "groups",
            all => ids.All(id => all.Find("groupId", id) is { } g && g.Text("state") == "Stable" && Assigned(g) == 3 && !IsMoving(g)),
            "each group is stable, with all partitions assigned",
            patience);

        var groups = await rest.ValueAsync("groups");
        var listed = (await ToolAsync("kafka-groups.sh", "--list")).Split('\n').Select(Columns)
            .Where(c => c.Length > 1 && ids.Contains(c[0])).Select(c => $"{c[0]} {c[1].ToLowerInvariant()}").Order();
        Assert.Equal(listed, ids.Select(id => $"{id} {groups.Find("groupId", id)!["kind"]}"));
        await AssertConsumerAsync(groups.Find("groupId", "the-consumer")!);
        await AssertShareAsync(groups.Find("groupId", "the-share")!);
        await AssertStreamsAsync(groups.Find("groupId", "the-streams")!);

        await AssertStoredAsync();

        foreach (var id in ids)
        {
            var page = await dashboard.Http.GetStringAsync($"/clusters/remote/groups/{id}", Token);
            Assert.Contains($">{id[4..]}<", page, StringComparison.Ordinal);
        }

        Assert.Contains("0_", await dashboard.Http.GetStringAsync("/clusters/remote/groups/the-streams", Token), StringComparison.Ordinal);
        var shares = await dashboard.Http.GetStringAsync("/clusters/remote/groups?is=share", Token);
        Assert.Contains("the-share", shares, StringComparison.Ordinal);
        Assert.DoesNotContain("the-streams", shares, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_offsets_of_a_share_group_are_moved_as_Apaches_tool_prints_them()
    {
        const string group = "the-sharers";
        await ToolAsync("kafka-topics.sh", "--create", "--topic", "shared", "--partitions", "2", "--replication-factor", "2");
        var settings = new ProducerConfig { BootstrapServers = cluster.Bootstrap };
        using (var producer = new ProducerBuilder<Null, string>(settings).Build())
        {
            for (var i = 0; i < 20; i++)
            {
                await producer.ProduceAsync(new TopicPartition("shared", i % 2), new() { Value = "x" }, Token);
            }
        }

        var reader = await StartAsync(
            "kafka-run-class.sh", "org.apache.kafka.tools.consumer.ConsoleShareConsumer", "--topic", "shared", "--group", group);
        await rest.EventuallyAsync(
            "groups", all => all.Find("groupId", group) is { } g && g.Text("state") == "Stable" && Assigned(g) == 2, "it reads", patience);
        var active = await rest.PostAsync($"groups/{group}/offsets", new { to = "earliest" });
        active.IsProblem(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
        Assert.Single(active.Body["members"]!.AsArray());
        (await rest.DeleteAsync($"groups/{group}/offsets/shared")).IsProblem(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");

        // it leaves its group when it is asked to end
        using (var kill = Process.Start("kill", ["-TERM", $"{reader.Id}"]))
        {
            await kill.WaitForExitAsync(Token);
        }

        var topics = new Dictionary<string, int[]?> { ["shared"] = null };
        foreach (var (to, start) in new[] { ("earliest", "0"), ("offset:4", "4"), ("latest", "10") })
        {
            var answer = default(Answer);
            await Eventually.TrueAsync(
                async () => (answer = await rest.PostAsync($"groups/{group}/offsets", new { topics, to })).Status
                    == HttpStatusCode.OK,
                $"moved to {to}",
                patience);
            Assert.Equal([start, start], answer!.Body.AsArray().Select(o => o!.Text("after")));
            Assert.Equal([start, start], await StartsAsync(group));
        }

        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync($"groups/{group}/offsets/shared")).Status);
        Assert.Empty(await StartsAsync(group));
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync($"groups/{group}")).Status);
    }

    /// <summary>What the coordinators keep of these groups is read by Kafka's own definitions, each record of it.</summary>
    async Task AssertStoredAsync()
    {
        var kept = (await StoredAsync("__consumer_offsets")).Where(r => ids.Contains(r.Key.Text("group"))).ToList();
        var (consumer, share, streams) = (Of("the-consumer"), Of("the-share"), Of("the-streams"));
        string[] usual = ["Metadata", "MemberMetadata", "TargetAssignmentMetadata", "TargetAssignmentMember", "CurrentMemberAssignment"];
        Assert.Superset(usual.Select(one => $"ConsumerGroup{one}").ToHashSet(), consumer.Keys.ToHashSet());
        Assert.Superset(usual.Select(one => $"ShareGroup{one}").ToHashSet(), share.Keys.ToHashSet());
        Assert.Superset(usual.Append("Topology").Select(one => $"StreamsGroup{one}").ToHashSet(), streams.Keys.ToHashSet());
        Assert.Equal([Topic], consumer["ConsumerGroupMemberMetadata"].Strings("subscribedTopicNames"));
        Assert.Equal(
            [0, 1, 2], consumer["ConsumerGroupTargetAssignmentMember"]["topicPartitions"]![0]!.Ints("partitions").Order());
        Assert.Equal([Topic], streams["StreamsGroupTopology"]["subtopologies"]![0]!.Strings("sourceTopics"));
        var states = (await StoredAsync("__share_group_state")).Where(r => r.Key.Text("group") == "the-share").ToList();
        Assert.Equal(3, states.Select(r => r.Key.Int("partition")).Distinct().Count());
        Assert.All(states, r => Assert.NotNull(r.Value!["stateBatches"]));

        // its last value
        Dictionary<string, JsonNode> Of(string id) => kept.Where(r => r.Key.Text("group") == id && r.Value is not null)
            .GroupBy(r => r.Key.Text("type")).ToDictionary(r => r.Key, r => r.Last().Value!);
    }

    /// <summary>Key and value of each record; a tombstone has none.</summary>
    async Task<List<(JsonNode Key, JsonNode? Value)>> StoredAsync(string topic)
    {
        var text = await dashboard.Http.GetStringAsync($"/api/clusters/remote/topics/{topic}/messages?from=oldest&limit=100000", Token);
        var records = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .Where(line => line["summary"] is null).ToList();
        foreach (var record in records)
        {
            // what cannot be read is in base64
            Assert.True(record["key"] is JsonValue && record["value"] is null or JsonValue, record.ToJsonString());
        }

        return [.. records.Select(r => (JsonNode.Parse(r.Text("key"))!, r["value"] is { } value ? JsonNode.Parse($"{value}") : null))];
    }

    /// <summary>GROUP TOPIC PARTITION START-OFFSET LAG.</summary>
    async Task<IEnumerable<string>> StartsAsync(string group) =>
        (await ToolAsync("kafka-share-groups.sh", "--describe", "--group", group, "--offsets")).Split('\n')
            .Select(Columns).Where(c => c.Length > 4 && c[0] == group && c[3] != "-").Select(c => c[3]);

    /// <summary>GROUP CONSUMER-ID HOST CLIENT-ID #PARTITIONS CURRENT-EPOCH CURRENT-ASSIGNMENT TARGET-EPOCH TARGET-ASSIGNMENT.</summary>
    async Task AssertConsumerAsync(JsonNode group)
    {
        var row = await RowAsync(group, "kafka-consumer-groups.sh", "--describe", "--group", "the-consumer", "--members", "--verbose");
        var member = group["members"]![0]!;
        Assert.Equal(row[1], member.Text("memberId"));
        Assert.Equal((row[5], row[6]), (member.Text("epoch"), Words(member["assignments"]!)));
        Assert.Equal((row[7], row[8]), (group.Text("assignmentEpoch"), Words(member["target"]!)));
    }

    /// <summary>GROUP TOPIC PARTITION START-OFFSET LAG, and GROUP CONSUMER-ID HOST CLIENT-ID #PARTITIONS MEMBER-EPOCH ASSIGNMENT.</summary>
    async Task AssertShareAsync(JsonNode group)
    {
        var row = await RowAsync(group, "kafka-share-groups.sh", "--describe", "--group", "the-share", "--members", "--verbose");
        var member = group["members"]![0]!;
        Assert.Equal((row[1], row[5], row[6]), (member.Text("memberId"), member.Text("epoch"), Words(member["assignments"]!)));
        var offsets = await ToolAsync("kafka-share-groups.sh", "--describe", "--group", "the-share", "--offsets");
        var printed = offsets.Split('\n').Select(Columns).Where(c => c.Length > 4 && c[0] == "the-share")
            .Select(c => $"{c[2]} {c[3]} {c[4]}");
        Assert.Equal(printed.Order(), group["offsets"]!.AsArray().Select(o =>
            $"{o!["partition"]} {(o.Int("committed") < 0 ? "-" : o["committed"])} {o["lag"]?.ToString() ?? "-"}").Order());
    }

    /// <summary>GROUP COORDINATOR (ID) STATE GROUP-EPOCH TARGET-ASSIGNMENT-EPOCH #MEMBERS.</summary>
    async Task AssertStreamsAsync(JsonNode group)
    {
        var row = await RowAsync(
            group, "kafka-run-class.sh", "org.apache.kafka.tools.streams.StreamsGroupCommand", "--describe", "--group", "the-streams",
            "--state", "--verbose");
        Assert.Equal(
            (row[^4], row[^3], row[^2], row[^1]),
            (group.Text("state"), group.Text("epoch"), group.Text("assignmentEpoch"), $"{group["members"]!.AsArray().Count}"));
        Assert.Equal(3, group["topology"]!.Int("epoch"));
        Assert.Equal([Topic], group["topology"]!["subtopologies"]![0]!.Strings("sources"));
        Assert.Equal(
            ["0_0", "0_1", "0_2"],
            group["members"]!.AsArray().SelectMany(m => m!["tasks"]!.AsArray()).Select(t => t!.Text("task")).Order());
    }

    async Task<string[]> RowAsync(JsonNode group, string tool, params string[] arguments) =>
        (await ToolAsync(tool, arguments)).Split('\n').Select(Columns).First(c => c.Length > 4 && c[0] == group.Text("groupId"));

    static string[] Columns(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>"kinds:0,1,2", as the tools print an assignment.</summary>
    static string Words(JsonNode partitions) =>
        $"{Topic}:{string.Join(',', partitions.AsArray().Select(p => p!.Int("partition")).Order())}";

    static int Assigned(JsonNode group) => group["members"]!.AsArray().Sum(m => m!["assignments"]!.AsArray().Count);

    static bool IsMoving(JsonNode group) => group["members"]!.AsArray().Any(m =>
        (m!["target"] is { } target && !JsonNode.DeepEquals(target, m["assignments"]))
        || (m["targetTasks"] is { } tasks && !JsonNode.DeepEquals(tasks, m["tasks"])));

    async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var result = await cluster.ToolAsync(tool, At(tool, arguments));
        Assert.True(result.ExitCode == 0, $"{tool}: {result}");
        return result.Output;
    }

    /// <summary>A reader that stays until the test ends.</summary>
    Task<Process> StartAsync(string tool, params string[] arguments) =>
        RunAsync(Path.Combine(cluster.KafkaHome, "bin", tool), At(tool, arguments));

    /// <summary>Of kafka-run-class.sh the first argument is the class.</summary>
    string[] At(string tool, string[] arguments)
    {
        var own = tool == "kafka-run-class.sh" ? 1 : 0;
        return [.. arguments[..own], "--bootstrap-server", cluster.Bootstrap, .. arguments[own..]];
    }

    /// <summary>After all others: while they wait for their assignment Kafka 4's consumers keep a processor busy each.</summary>
    async Task<Process> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("nice", ["-n", "19", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in await Jvm.ToolAsync(cluster.KafkaHome))
        {
            start.Environment[variable] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        programs.Add(process);
        return process;
    }
}
