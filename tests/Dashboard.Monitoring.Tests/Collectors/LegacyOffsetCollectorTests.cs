using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Dashboard.Monitoring.Tests.Support;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Testing;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>Offsets that old consumers keep in ZooKeeper.</summary>
public sealed class LegacyOffsetCollectorTests : IAsyncDisposable
{
    readonly ScriptedZooKeeper server = new();
    readonly ZooKeeperLink link;
    readonly CancellationTokenSource stopping = new();
    readonly FakeTimeProvider time = new(Build.Start);
    readonly Lock gate = new();
    MonitorState state;
    Task running = Task.CompletedTask;

    public LegacyOffsetCollectorTests()
    {
        link = new ZooKeeperLink(ZooKeeperClientOptions.Parse($"{server.Address}/kafka"), NullLoggerFactory.Instance);
        var options = new ClusterMonitorOptions { Id = "t", Name = "t", Kind = ClusterKind.Remote, Kafka = "x:1", ZooKeeper = "x:1" };
        state = MonitorState.Initial(options, time.GetUtcNow());
        var ends = new Dictionary<TopicPartition, PartitionOffsets>
        {
            [new("orders", 0)] = new(0, 100, time.GetUtcNow(), null),
            [new("orders", 1)] = new(0, 5, time.GetUtcNow(), null),
        };
        Post(s => s with
        {
            Snapshot = s.Snapshot with { Offsets = s.Snapshot.Offsets.Read(new OffsetTable(ends, []), time.GetUtcNow()) },
        });
        var context = new CollectorContext(options, null, link, new HistoryStore(), time, Post, () => Volatile.Read(ref state).Snapshot);
        Collector = new LegacyOffsetCollector(context, link);
    }

    LegacyOffsetCollector Collector { get; }

    Section<LegacyGroupTable> Section => Volatile.Read(ref state).Snapshot.LegacyGroups;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        await link.DisposeAsync();
        await server.DisposeAsync();
        stopping.Dispose();
    }

    [Fact]
    public async Task Groups_are_told_with_offsets_owners_and_lag()
    {
        server.Set("/kafka/consumers/old/offsets/orders/0", "40");
        server.Set("/kafka/consumers/old/offsets/orders/1", "7");
        server.Set("/kafka/consumers/old/offsets/gone/0", "3");
        server.Set("/kafka/consumers/old/offsets/orders/2", "no number");
        server.Set("/kafka/consumers/old/owners/orders/0", "old_host-0");
        server.Set("/kafka/consumers/idle/ids");
        var table = await ReadAsync();
        Assert.Equal(["idle", "old"], table.Groups.Select(g => g.GroupId));
        Assert.Equal(
            [
                new LegacyOffset("gone", 0, 3, null, null), new LegacyOffset("orders", 0, 40, 100, "old_host-0"),
                new LegacyOffset("orders", 1, 7, 5, null),
            ],
            table.Find("old")!.Offsets);
        Assert.Equal([null, 60, 0], table.Find("old")!.Offsets.Select(o => o.Lag));
        Assert.Null(table.Find("old")!.TotalLag);
    }

    [Fact]
    public async Task A_commit_beyond_the_end_is_one_when_the_end_was_asked_for_after_it()
    {
        server.Set("/kafka/consumers/old/offsets/orders/0", "40");
        server.Set("/kafka/consumers/old/offsets/orders/1", "7");
        Assert.DoesNotContain((await ReadAsync()).Find("old")!.Offsets, o => o.IsBeyondEnd);
        time.Advance(TimeSpan.FromSeconds(1));
        Post(s => s with
        {
            Snapshot = s.Snapshot with { Offsets = s.Snapshot.Offsets.Read(s.Snapshot.Offsets.Value!, time.GetUtcNow()) },
        });
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Section.Value!.Find("old")!.Offsets.Any(o => o.IsBeyondEnd);
            },
            "the second reading");
        Assert.Equal([false, true], Section.Value!.Find("old")!.Offsets.Select(o => o.IsBeyondEnd));
    }

    [Fact]
    public async Task Where_there_are_none_it_costs_one_request()
    {
        Assert.Equal(0, (await ReadAsync()).Total);
        Assert.Equal(1, server.Count(OpCode.GetChildren2, "/kafka/consumers"));
    }

    async Task<LegacyGroupTable> ReadAsync()
    {
        running = Collector.RunAsync(stopping.Token);
        await Eventually.TrueAsync(() => Section.Value is not null, "they are read");
        return Section.Value!;
    }

    void Post(Func<MonitorState, MonitorState> change)
    {
        lock (gate)
        {
            Volatile.Write(ref state, change(state));
        }
    }
}
