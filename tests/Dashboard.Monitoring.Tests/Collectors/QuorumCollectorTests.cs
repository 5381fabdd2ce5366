using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;

namespace Dashboard.Monitoring.Tests.Collectors;

public sealed class QuorumCollectorTests
{
    const long Present = 1_700_000_000_000;

    [Fact]
    public async Task Voters_and_observers_are_measured_against_their_leader_and_by_its_clock()
    {
        await using var world = new CollectorWorld(2);
        world.On<DescribeQuorumRequest>((_, _) => Quorum(
            leader: 100,
            (100, 50, Present, Present), (101, 48, Present - 400, Present - 400), (102, 10, Present - 60_000, Present - 60_000)));
        await ReadAsync(world);
        var quorum = world.State.Snapshot.Quorum.Value!;
        Assert.Equal((100, 3, 9L), (quorum.LeaderId, quorum.Epoch, quorum.HighWatermark));
        Assert.Equal([(100, 0L, false), (101, 2L, false), (102, 40L, true)], quorum.Voters.Select(v => (v.Id, v.Lag, v.IsBehind)));
        Assert.Equal((2, 2, 0), (quorum.InStep, quorum.Majority, quorum.Spare));
        Assert.Equal((7, 49L), Assert.Single(quorum.Observers.Select(o => (o.Id, o.LogEndOffset))));
        Assert.Equal(world.Time.GetUtcNow(), quorum.LeaderSince);
    }

    [Fact]
    public async Task Another_leader_leads_since_it_was_first_seen()
    {
        await using var world = new CollectorWorld(1);
        var (leader, epoch) = (100, 3);
        world.On<DescribeQuorumRequest>((_, _) => Quorum(leader, epoch, (100, 50, Present, Present), (101, 50, Present, Present)));
        var collector = await ReadAsync(world);
        var first = world.State.Snapshot.Quorum.Value!.LeaderSince;
        await AgainAsync(world, collector, q => q.LeaderSince == first);
        (leader, epoch) = (101, 4);
        await AgainAsync(world, collector, q => q is { LeaderId: 101, Epoch: 4 });
        Assert.True(world.State.Snapshot.Quorum.Value!.LeaderSince > first);
    }

    [Fact]
    public async Task Brokers_that_do_not_have_the_api_are_of_a_cluster_with_ZooKeeper()
    {
        await using var world = new CollectorWorld(2);
        foreach (var broker in world.Brokers)
        {
            broker.Versions.Remove(ApiKey.DescribeQuorum);
        }

        world.Run(new QuorumCollector(world.Context, world.Kafka));
        await UntilAsync(() => world.State.Snapshot.Quorum.Error is not null, "it says so");
        Assert.Equal(SectionErrorKind.Unsupported, world.State.Snapshot.Quorum.Error!.Kind);
    }

    [Fact]
    public async Task Who_may_not_ask_keeps_what_was_read_and_has_the_refusal()
    {
        await using var world = new CollectorWorld(1);
        var refuses = false;
        world.On<DescribeQuorumRequest>((_, _) => refuses
            ? new DescribeQuorumResponse { ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed }
            : Quorum(leader: 100, (100, 50, Present, Present)));
        var collector = await ReadAsync(world);
        refuses = true;
        collector.Wake();
        await UntilAsync(() => world.State.Snapshot.Quorum.Error is not null, "the refusal");
        Assert.Equal("CLUSTER_AUTHORIZATION_FAILED", world.State.Snapshot.Quorum.Error!.Code);
        Assert.Equal(100, world.State.Snapshot.Quorum.Value!.LeaderId);
    }

    static async Task<QuorumCollector> ReadAsync(CollectorWorld world)
    {
        var collector = new QuorumCollector(world.Context, world.Kafka);
        world.Run(collector);
        await UntilAsync(() => world.State.Snapshot.Quorum.Value is not null, "the quorum is read");
        return collector;
    }

    static async Task AgainAsync(CollectorWorld world, QuorumCollector collector, Func<QuorumTable, bool> condition)
    {
        var before = world.State.Snapshot.Quorum.Value;
        world.Time.Advance(TimeSpan.FromMilliseconds(10));
        collector.Wake();
        await UntilAsync(() => world.State.Snapshot.Quorum.Value is { } now && now != before && condition(now), "it is read again");
    }

    static DescribeQuorumResponse Quorum(int leader, params (int Id, long End, long Fetched, long CaughtUp)[] voters) =>
        Quorum(leader, 3, voters);

    static DescribeQuorumResponse Quorum(int leader, int epoch, params (int Id, long End, long Fetched, long CaughtUp)[] voters) => new()
    {
        Topics =
        [
            new()
            {
                TopicName = "__cluster_metadata",
                Partitions =
                [
                    new()
                    {
                        LeaderId = leader,
                        LeaderEpoch = epoch,
                        HighWatermark = 9,
                        CurrentVoters = [.. voters.Select(Replica)],
                        Observers = [Replica((7, 49, Present - 100, Present - 100))],
                    },
                ],
            },
        ],
    };

    static DescribeQuorumResponse.ReplicaState Replica((int Id, long End, long Fetched, long CaughtUp) one) => new()
    {
        ReplicaId = one.Id,
        LogEndOffset = one.End,
        LastFetchTimestamp = one.Fetched,
        LastCaughtUpTimestamp = one.CaughtUp,
    };
}
