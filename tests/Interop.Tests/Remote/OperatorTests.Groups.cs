using System.Net;
using Confluent.Kafka;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>Offsets of groups are moved, put back and deleted: Apache's tool sees what REST said.</summary>
public abstract partial class OperatorTests
{
    [Fact]
    public Task Offsets_of_a_classic_group_are_moved_as_Apaches_tool_sees_it() => MoveOffsetsAsync("moved", GroupProtocol.Classic);

    /// <summary>50 records over five partitions, of which a group has read 8 of each 10.</summary>
    protected async Task MoveOffsetsAsync(string name, GroupProtocol protocol)
    {
        await using var topic = await TopicAsync(name, 5, 2);
        using (var reader = await ReadAsync(name, name, 40, protocol))
        {
            await UntilAsync($"groups/{name}", g => g.Text("state") == "Stable", "the group is known");
            var active = await Rest.PostAsync($"groups/{name}/offsets", new { to = "earliest" });
            active.IsProblem(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
            Assert.Equal(5, active.Body["members"]!.AsArray().Single()!["assignments"]!.AsArray().Count);
            (await Rest.DeleteAsync($"groups/{name}")).IsProblem(HttpStatusCode.Conflict, "NON_EMPTY_GROUP");
            (await Rest.DeleteAsync($"groups/{name}/offsets/{name}")).IsProblem(HttpStatusCode.Conflict, "GROUP_SUBSCRIBED_TO_TOPIC");
            reader.Close();
        }

        await Eventually.TrueAsync(
            async () => (await Rest.PostAsync($"groups/{name}/offsets?dryRun=true", new { to = "latest" })).Status == HttpStatusCode.OK,
            "the member has left",
            Patience);
        await AssertMovedAsync(name, new { to = "shift:-3" }, 8, 5);
        await AssertMovedAsync(name, new { to = "time:2000-01-01T00:00:00Z" }, 5, 0);
        await AssertMovedAsync(name, new { to = "duration:0s" }, 0, 10);
        await AssertMovedAsync(name, new { to = "offset:7", topics = new Dictionary<string, int[]?> { [name] = null } }, 10, 7);
        Assert.Equal(Rows(name, 7, 3), ToolRows(await DescribeAsync(name)));
        var undo = (await Rest.PostAsync($"groups/{name}-copy/offsets", new { to = $"group:{name}" })).Body.AsArray();
        Assert.All(undo, one => Assert.Equal((null, "7"), (one!["before"], one.Text("after"))));
        Assert.Equal(Rows(name + "-copy", 7, 3, name), ToolRows(await DescribeAsync(name + "-copy")));

        Assert.Equal(HttpStatusCode.NoContent, (await Rest.DeleteAsync($"groups/{name}/offsets/{name}")).Status);
        Assert.Empty(ToolRows(await DescribeAsync(name, mayFail: true)));
        Assert.Equal(HttpStatusCode.NoContent, (await Rest.DeleteAsync($"groups/{name}-copy")).Status);
        (await Rest.DeleteAsync($"groups/{name}-copy")).IsProblem(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
        await Rest.DeleteAsync($"groups/{name}");
    }

    [Fact]
    public async Task A_file_of_all_groups_as_Apaches_tool_exports_it_puts_each_back()
    {
        await using var topic = await TopicAsync("exported", 2, 1);
        await ProduceAsync("exported", 20, "x", i => i % 2);
        string[] groups = ["exported-a", "exported, \"b\"", "exported-c which has a name of more than a few characters"];
        foreach (var (group, i) in groups.Select((group, i) => (group, i)))
        {
            var topics = new Dictionary<string, int[]?> { ["exported"] = null };
            var made = await Rest.PostAsync(At(group), new { to = $"offset:{i + 3}", topics });
            Assert.True(made.Status == HttpStatusCode.OK, made.Text);
        }

        var csv = await ExportAsync("--all-groups");
        foreach (var (group, i) in groups.Select((group, i) => (group, i)))
        {
            Assert.Equal(HttpStatusCode.OK, (await Rest.PostAsync(At(group), new { to = "latest" })).Status);
            var back = await Rest.PostAsync(At(group), new { to = "list", csv });
            Assert.True(back.Status == HttpStatusCode.OK, $"{back.Text}\n{csv}");
            Assert.Equal(
                [$"0 10 {i + 3}", $"1 10 {i + 3}"], back.Body.AsArray().Select(o => $"{o!["partition"]} {o["before"]} {o["after"]}"));
        }

        var described = await ToolAsync("kafka-consumer-groups.sh", "--describe", "--group", "exported-a");
        Assert.Equal(["exported-a exported 0 3 10 7", "exported-a exported 1 3 10 7"], ToolRows(described));
        var alone = await ExportAsync("--group", "exported-a");
        Assert.Equal(2, (await Rest.PostAsync(At("exported-a"), new { to = "list", csv = alone })).Body.AsArray().Count);
        foreach (var group in groups)
        {
            await Rest.DeleteAsync(At(group).Replace("/offsets", "", StringComparison.Ordinal));
        }

        Task<string> ExportAsync(params string[] which) => ToolAsync(
            "kafka-consumer-groups.sh", ["--reset-offsets", .. which, "--all-topics", "--to-current", "--export", "--dry-run"]);

        static string At(string group) => $"group/offsets?id={Uri.EscapeDataString(group)}";
    }

    async Task AssertMovedAsync(string group, object body, long before, long after)
    {
        var answer = await Rest.PostAsync($"groups/{group}/offsets", body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(
            Enumerable.Range(0, 5).Select(p => $"{p} {before} {after} {10 - after}"),
            answer.Body.AsArray().Select(o => $"{o!["partition"]} {o["before"]} {o["after"]} {o["lagAfter"]}"));
    }

    async Task<string> DescribeAsync(string group, bool mayFail = false)
    {
        var result = await RunToolAsync(
            "kafka-consumer-groups.sh", ["--bootstrap-server", Bootstrap, "--describe", "--group", group]);
        Assert.True(mayFail || result.ExitCode == 0, $"{result}");
        return result.Output;
    }

    static IEnumerable<string> Rows(string group, long offset, long lag, string? topic = null) =>
        Enumerable.Range(0, 5).Select(p => $"{group} {topic ?? group} {p} {offset} 10 {lag}");

    /// <summary>GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG.</summary>
    static IEnumerable<string> ToolRows(string described) => described.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(row => row.Length > 6 && int.TryParse(row[2], out _) && row[3] != "-")
        .Select(row => string.Join(' ', row.Take(6))).Order(StringComparer.Ordinal);
}
