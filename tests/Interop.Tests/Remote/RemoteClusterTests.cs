using System.Collections.Immutable;
using Confluent.Kafka;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using ElectionType = Dashboard.Monitoring.Commands.ElectionType;

namespace Interop.Tests.Remote;

/// <summary>The monitor of a real Apache cluster says what Apache's own tools print, and its commands work there.</summary>
public abstract class RemoteClusterTests(ApacheClusterFixture fixture) : IAsyncLifetime
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly TempDirectory directory = new();
    ClusterMonitor? monitor;
    FileAuditLog? audit;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected ApacheCluster Cluster { get; private set; } = null!;

    protected ClusterMonitor Monitor => monitor!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await fixture.GetAsync();
        audit = new FileAuditLog(directory.Path);
        monitor = new ClusterMonitor(
            new ClusterMonitorOptions
            {
                Id = "remote",
                Name = "remote",
                Kind = ClusterKind.Remote,
                Kafka = Cluster.Bootstrap,
                ZooKeeper = Cluster.ZooKeeper.Length == 0 ? null : Cluster.ZooKeeper,
                MetadataInterval = TimeSpan.FromMilliseconds(500),
                OffsetInterval = TimeSpan.FromSeconds(1),
            },
            audit,
            NullLoggerFactory.Instance,
            TimeProvider.System);
        monitor.Start();
        await UntilAsync(s => s.Brokers.Value?.Brokers.Count(b => b.State == BrokerState.Up) == 3 && s.Topics.Value is not null, "three brokers are up");
    }

    public async ValueTask DisposeAsync()
    {
        if (monitor is not null)
        {
            await monitor.DisposeAsync();
        }

        audit?.Dispose();
        directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Topics_and_groups_are_told_as_Apaches_tools_print_them()
    {
        await RunAsync(new CreateTopic("told", 5, 2, null, ImmutableDictionary<string, string>.Empty));
        using var reader = await ReadAsync("told", "told-readers", 40);
        await UntilAsync(
            s => s.Groups.Value?.Find("told-readers") is { State: "Stable", Members.Length: 1 } group && group.Offsets.Sum(o => o.Committed) == 40 && group.TotalLag == 10, "the group is told");

        var printed = PrintedTopics(await ToolAsync("kafka-topics.sh", "--describe"));
        await UntilAsync(s => Told(s.Topics.Value!).SequenceEqual(printed), "the monitor says what kafka-topics.sh printed");

        var group = Monitor.Current.Groups.Value!.Find("told-readers")!;
        var told = group.Offsets.Select(o => $"{group.GroupId} {o.Topic} {o.Partition} {o.Committed} {o.End} {o.Lag} {o.MemberId}").Order();
        var rows = (await ToolAsync("kafka-consumer-groups.sh", "--describe", "--group", "told-readers")).Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(row => row.Length > 6 && row[0] == "told-readers").Select(row => string.Join(' ', row.Take(7)));
        Assert.Equal(rows.Order(), told);
    }

    [Fact]
    public async Task Topics_are_created_reassigned_elected_and_deleted()
    {
        var placed = ImmutableDictionary<int, ImmutableArray<int>>.Empty.Add(0, [0, 1]).Add(1, [1, 2]);
        var plan = await Monitor.Commands.PlanAsync(new CreateTopic("acted", null, null, placed, ImmutableDictionary<string, string>.Empty.Add("retention.ms", "600000")), Token);
        Assert.Empty(plan.Refusals);
        await RunAsync(plan.Command);
        await UntilAsync(s => s.Topics.Value?.Find("acted") is { Partitions: [{ Leader: 0, Isr.Length: 2 }, { Leader: 1, Isr.Length: 2 }] }, "the topic is there");

        var again = await Monitor.Commands.RunAsync(plan.Command, "test", null, Token);
        Assert.Equal("TOPIC_ALREADY_EXISTS", Assert.Single(again.Refusals).Code);

        await RunAsync(new Reassign("acted", ImmutableDictionary<int, ImmutableArray<int>>.Empty.Add(0, [2, 0])));
        await UntilAsync(
            s => s.Topics.Value?.Find("acted")?.Partitions[0] is { Leader: 0, Isr.Length: 2 } p && p.Replicas.AsSpan().SequenceEqual([2, 0]) && s.Health.Find(FindingKind.NotPreferredLeader) is not null,
            "replicas moved, the leader stayed");
        await RunAsync(new ElectLeaders(ElectionType.Preferred, "acted", null));
        await UntilAsync(s => s.Topics.Value?.Find("acted")?.Partitions[0].Leader == 2, "the preferred one leads");

        var printed = PrintedTopics(await ToolAsync("kafka-topics.sh", "--describe", "--topic", "acted"));
        Assert.Equal(["acted 0 2 2,0 0,2", "acted 1 1 1,2 1,2"], printed);
        await RunAsync(new DeleteTopic("acted"));
        await UntilAsync(s => s.Topics.Value!.Find("acted") is null, "the topic is gone");
    }

    [Fact]
    public async Task A_broker_that_was_killed_is_shown_down_and_its_partitions_under_replicated()
    {
        await RunAsync(new CreateTopic("torn", 3, 3, null, ImmutableDictionary<string, string>.Empty));
        await UntilAsync(s => s.Topics.Value?.Find("torn")?.Partitions is { Length: 3 } all && all.All(p => p.Isr.Length == 3), "three copies each");
        var victim = Victim();
        await Cluster.KillAsync($"kafka{victim}");
        await UntilAsync(
            s => s.Brokers.Value?.Find(victim)?.State == BrokerState.Down
                && s.Health.Find(FindingKind.BrokersDown)?.Names.Contains($"{victim}") == true
                && s.Topics.Value!.Find("torn")!.Partitions.All(p => p.Isr.Length == 2 && p.Leader != victim),
            "it is shown down");
        var printed = PrintedTopics(await ToolAsync("kafka-topics.sh", "--describe", "--under-replicated-partitions", "--topic", "torn"));
        Assert.Equal(
            printed.Select(row => string.Join('-', row.Split(' ').Take(2))),
            Monitor.Current.Health.Find(FindingKind.UnderReplicated)!.Partitions.Where(p => p.Topic == "torn").Select(p => p.ToString()));

        await Cluster.RestartAsync($"kafka{victim}");
        await UntilAsync(s => s.Brokers.Value?.Find(victim)?.State == BrokerState.Up && s.Health.Find(FindingKind.UnderReplicated) is null, "all is well again");
    }

    /// <summary>Which broker dies: one that the other brokers and the tools can do without.</summary>
    protected abstract int Victim();

    protected async Task UntilAsync(Func<ClusterSnapshot, bool> condition, string what)
    {
        try
        {
            await Monitor.WaitForAsync(condition, Patience, Token);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Not within {Patience.TotalSeconds:0} s: {what}\n{Describe(Monitor.Current)}");
        }
    }

    /// <summary>A tool that fits the cluster, given all brokers; standard error holds warnings about brokers that are down.</summary>
    protected async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var result = await Cluster.ToolAsync(tool, ["--bootstrap-server", Cluster.Bootstrap, .. arguments]);
        Assert.True(result.ExitCode == 0, $"{tool}: {result}");
        return result.Output;
    }

    async Task RunAsync(ClusterCommand command)
    {
        var result = await Monitor.Commands.RunAsync(command, "test", null, Token);
        Assert.True(result.Succeeded, $"{command}: {string.Join("; ", result.Refusals)}");
    }

    /// <summary>50 records; a member that has read, and committed for, so many of them, and stays.</summary>
    async Task<IConsumer<Ignore, string>> ReadAsync(string topic, string group, int records)
    {
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = Cluster.Bootstrap, EnableIdempotence = true, LingerMs = 5 }).Build())
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => producer.ProduceAsync(new TopicPartition(topic, i % 5), new Message<Null, string> { Value = $"{i}" }, Token)));
        }

        var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = Cluster.Bootstrap,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
        }).Build();
        consumer.Subscribe(topic);
        await Eventually.TrueAsync(() => consumer.Consume(TimeSpan.FromMilliseconds(200)) is not null && consumer.Assignment.Count == 5, "the member reads", Patience);
        consumer.Commit(Enumerable.Range(0, 5).Select(partition => new TopicPartitionOffset(topic, partition, records / 5)));
        return consumer;
    }

    static IEnumerable<string> Told(TopicTable topics) =>
        topics.Topics.SelectMany(t => t.Partitions, (t, p) => $"{t.Name} {p.Partition} {p.Leader} {string.Join(',', p.Replicas)} {string.Join(',', p.Isr.Order())}").Order(StringComparer.Ordinal);

    /// <summary>"topic partition leader replicas isr", as kafka-topics.sh --describe prints each partition; the order within an ISR means nothing.</summary>
    static List<string> PrintedTopics(string described) =>
        [
            .. described.Split('\n').Select(line => line.Split('\t', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Trim().Split(": ", 2)).Where(field => field.Length == 2)
                    .ToDictionary(field => field[0].TrimEnd(':'), field => field[1].Trim()))
                .Where(row => row.ContainsKey("Partition"))
                .Select(row => $"{row["Topic"]} {row["Partition"]} {row["Leader"]} {row["Replicas"]} {string.Join(',', row["Isr"].Split(',').Select(int.Parse).Order())}")
                .Order(StringComparer.Ordinal),
        ];

    static string Describe(ClusterSnapshot s) =>
        $"""
        brokers: {string.Join(", ", s.Brokers.Value?.Brokers.Select(b => $"{b.Id} {b.State}") ?? [])} {s.Brokers.Error}
        topics: {(s.Topics.Value is null ? "none read" : string.Join("; ", Told(s.Topics.Value).Where(row => !row.StartsWith("__", StringComparison.Ordinal))))} {s.Topics.Error}
        groups: {string.Join(", ", s.Groups.Value?.Groups.Select(g => $"{g.GroupId} {g.State} {g.TotalLag} {g.Error}") ?? [])} {s.Groups.Error}
        findings: {string.Join(", ", s.Health.Findings.Select(f => $"{f.Kind} {f.Count}"))}
        """;
}
