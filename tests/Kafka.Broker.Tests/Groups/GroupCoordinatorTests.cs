using Kafka.Broker.Configuration;
using Kafka.Broker.Groups;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Wire;

namespace Kafka.Broker.Tests.Groups;

/// <summary>The coordinator over a log in memory.</summary>
public sealed class GroupCoordinatorTests : IAsyncLifetime
{
    const int Partitions = 4;
    static readonly TopicPartition orders0 = new("orders", 0), orders1 = new("orders", 1);
    readonly FakeGroupLog log = new();
    readonly FakeTimeProvider time = new();
    readonly List<GroupCoordinator> started = [];
    GroupCoordinator coordinator = null!;

    static int Home => GroupPartitions.Of("readers", Partitions);

    static TopicPartition Offsets(int partition) => new("__consumer_offsets", partition);

    public async ValueTask InitializeAsync() => coordinator = await StartAsync(1);

    public async ValueTask DisposeAsync()
    {
        foreach (var each in started)
        {
            await each.DisposeAsync();
        }
    }

    [Fact]
    public void The_partition_of_a_group_is_found_as_in_Kafka()
    {
        // kafka.utils.Utils.abs("…".hashCode) % 50, computed with Java
        Assert.Equal(0, GroupPartitions.Of("", 50));
        Assert.Equal(0, GroupPartitions.Of("polygenelubricants", 50)); // its hash is Integer.MIN_VALUE
        Assert.Equal(97, GroupPartitions.Of("a", 100));
        Assert.Equal(3105 % 50, GroupPartitions.Of("ab", 50));
    }

    [Fact]
    public async Task A_commit_is_answered_and_seen_once_the_log_has_it()
    {
        log.Hold = true;
        var commit = coordinator.CommitAsync(Simple((orders0, 5), (orders1, 7)));
        await Eventually.TrueAsync(() => log.Held == 1, "the append is under way");
        Assert.False(commit.IsCompleted);
        Assert.Equal(-1, (await FetchAsync(orders0)).Offset);
        var unstable = await coordinator.FetchAsync([new FetchQuestion("readers", [orders0])], requireStable: true);
        Assert.Equal(ErrorCode.UnstableOffsetCommit, unstable[0].Offsets[0].Error);
        log.Release();
        Assert.Equal(new Dictionary<TopicPartition, ErrorCode> { [orders0] = ErrorCode.None, [orders1] = ErrorCode.None }, await commit);
        Assert.Equal((5, "note"), (await FetchAsync(orders0)) is var found ? (found.Offset, found.Metadata) : default);
        var all = await coordinator.FetchAsync([new FetchQuestion("readers", null), new FetchQuestion("nobody", null)], false);
        Assert.Equal([5L, 7L], all[0].Offsets.Select(offset => offset.Offset).Order());
        Assert.Empty(all[1].Offsets);
    }

    [Fact]
    public async Task A_commit_that_fails_leaves_what_was_committed()
    {
        await coordinator.CommitAsync(Simple((orders0, 5)));
        foreach (var (failure, answered) in new[]
        {
            (ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.CoordinatorNotAvailable),
            (ErrorCode.NotLeaderOrFollower, ErrorCode.NotCoordinator),
            (ErrorCode.MessageTooLarge, ErrorCode.InvalidCommitOffsetSize),
            (ErrorCode.RequestTimedOut, ErrorCode.RequestTimedOut),
        })
        {
            log.Failure = failure;
            Assert.Equal(answered, (await coordinator.CommitAsync(Simple((orders0, 6))))[orders0]);
        }

        Assert.Equal(5, (await FetchAsync(orders0)).Offset);
    }

    [Fact]
    public async Task A_tool_writes_and_makes_groups_while_they_have_no_members()
    {
        Assert.Equal(ErrorCode.None, (await coordinator.CommitAsync(Simple((orders0, 5))))[orders0]);
        var member = await StableAsync(coordinator);
        Assert.Equal(ErrorCode.UnknownMemberId, (await coordinator.CommitAsync(Simple((orders0, 6))))[orders0]);
        Assert.Equal(ErrorCode.None, (await coordinator.LeaveAsync("readers", [new LeavingMember(member, null)])).Members[0].Error);
        Assert.Equal(ErrorCode.None, (await coordinator.CommitAsync(Simple((orders0, 7))))[orders0]);
        Assert.Equal(7, (await FetchAsync(orders0)).Offset);
    }

    [Fact]
    public async Task Metadata_that_is_too_long_refuses_its_partition_alone()
    {
        var results = await coordinator.CommitAsync(new CommitQuestion("readers", -1, "", null,
        [
            new CommitPart(orders0, new StoredOffset(1, -1, new string('x', 4097), 0)),
            new CommitPart(orders1, new StoredOffset(2, -1, "", 0)),
        ]));
        Assert.Equal((ErrorCode.OffsetMetadataTooLarge, ErrorCode.None), (results[orders0], results[orders1]));
    }

    [Fact]
    public async Task Groups_and_offsets_are_there_again_on_the_next_coordinator()
    {
        var member = await StableAsync(coordinator);
        await coordinator.CommitAsync(new CommitQuestion("readers", 1, member, null, Simple((orders0, 41)).Parts));
        await coordinator.CommitAsync(new CommitQuestion("readers", 1, member, null, Simple((orders0, 42)).Parts));
        await coordinator.ResignedAsync(Offsets(Home), 2);
        Assert.Equal(ErrorCode.NotCoordinator, await coordinator.HeartbeatAsync(new HeartbeatQuestion("readers", 1, member, null)));

        var next = await StartAsync(2);
        Assert.Equal(ErrorCode.None, await next.HeartbeatAsync(new HeartbeatQuestion("readers", 1, member, null)));
        var description = (await next.DescribeAsync(["readers"]))[0];
        Assert.Equal(("Stable", "consumer", "range"), (description.State, description.ProtocolType, description.Protocol));
        Assert.Equal(
            (member, "client", "/127.0.0.1"),
            (description.Members[0].MemberId, description.Members[0].ClientId, description.Members[0].ClientHost));
        Assert.Equal([9], description.Members[0].Assignment);
        Assert.Equal(42, (await next.FetchAsync([new FetchQuestion("readers", null)], true))[0].Offsets.Single().Offset);
        Assert.Equal(
            [9], (await next.SyncAsync(new SyncQuestion("readers", 1, member, null, new Dictionary<string, byte[]>()))).Assignment);

        // no member sends heartbeats any more
        time.Advance(TimeSpan.FromSeconds(11));
        await Eventually.TrueAsync(async () => (await next.DescribeAsync(["readers"]))[0].State == "Empty", "the member expired");
        Assert.Equal([new GroupOverview("readers", "consumer", GroupState.Empty)], (await next.ListAsync()).Groups);
    }

    [Fact]
    public async Task While_a_partition_is_read_clients_have_to_wait()
    {
        await coordinator.CommitAsync(Simple((orders0, 5)));
        log.ReadBarrier = new TaskCompletionSource();
        var next = await StartAsync(2, loaded: false);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, (await next.FetchAsync([new FetchQuestion("readers", null)], false))[0].Error);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, (await JoinAsync(next)).Error);
        Assert.Equal(ErrorCode.None, await next.HeartbeatAsync(new HeartbeatQuestion("readers", 1, "a", null)));
        Assert.Equal(
            ErrorCode.RebalanceInProgress,
            (await next.SyncAsync(new SyncQuestion("readers", 1, "a", null, new Dictionary<string, byte[]>()))).Error);
        Assert.Equal(ErrorCode.CoordinatorLoadInProgress, (await next.ListAsync()).Error);
        log.ReadBarrier.SetResult();
        await Eventually.TrueAsync(async () => (await next.ListAsync()).Error == ErrorCode.None, "loaded");
        Assert.Equal(5, (await next.FetchAsync([new FetchQuestion("readers", null)], false))[0].Offsets.Single().Offset);
    }

    [Fact]
    public async Task A_partition_lost_while_it_is_read_is_not_taken_over()
    {
        log.ReadBarrier = new TaskCompletionSource();
        var next = await StartAsync(2, loaded: false);
        await next.ResignedAsync(Offsets(Home), 3);
        log.ReadBarrier.SetResult();
        Assert.Equal(ErrorCode.NotCoordinator, (await JoinAsync(next)).Error);
        await next.BecameLeaderAsync(Offsets(Home), 4);
        await Eventually.TrueAsync(
            async () => (await next.FetchAsync([new FetchQuestion("readers", null)], false))[0].Error == ErrorCode.None,
            "taken over later");
    }

    [Fact]
    public async Task An_empty_group_is_deleted_with_tombstones_and_stays_deleted()
    {
        var member = await StableAsync(coordinator);
        await coordinator.CommitAsync(new CommitQuestion("readers", 1, member, null, Simple((orders0, 41)).Parts));
        Assert.Equal([ErrorCode.NonEmptyGroup, ErrorCode.GroupIdNotFound], (await coordinator.DeleteAsync(["readers", "nobody"])).Values);
        await coordinator.LeaveAsync("readers", [new LeavingMember(member, null)]);
        log.Failure = ErrorCode.NotEnoughReplicas;
        Assert.Equal([ErrorCode.CoordinatorNotAvailable], (await coordinator.DeleteAsync(["readers"])).Values);
        Assert.Equal(41, (await FetchAsync(orders0)).Offset);
        log.Failure = ErrorCode.None;
        Assert.Equal([ErrorCode.None], (await coordinator.DeleteAsync(["readers"])).Values);
        Assert.Equal("Dead", (await coordinator.DescribeAsync(["readers"]))[0].State);
        Assert.Equal(2, log.Records(Home).Count(record => record.Value is null));
        var next = await StartAsync(2);
        Assert.Empty((await next.ListAsync()).Groups);
        Assert.Equal(-1, (await next.FetchAsync([new FetchQuestion("readers", [orders0])], false))[0].Offsets[0].Offset);
    }

    [Fact]
    public async Task Offsets_of_topics_that_members_read_are_not_deleted()
    {
        var member = await StableAsync(coordinator, "orders");
        var clicks = new TopicPartition("clicks", 0);
        await coordinator.CommitAsync(new CommitQuestion("readers", 1, member, null, Simple((orders0, 41), (clicks, 3)).Parts));
        var answer = await coordinator.DeleteOffsetsAsync("readers", [orders0, clicks]);
        Assert.Equal((ErrorCode.GroupSubscribedToTopic, ErrorCode.None), (answer.Partitions[orders0], answer.Partitions[clicks]));
        Assert.Equal(
            [orders0],
            (await coordinator.FetchAsync([new FetchQuestion("readers", null)], false))[0].Offsets.Select(offset => offset.TopicPartition));
        Assert.Equal(ErrorCode.GroupIdNotFound, (await coordinator.DeleteOffsetsAsync("nobody", [orders0])).Error);
    }

    [Fact]
    public async Task Offsets_expire_when_their_group_has_been_empty_for_the_retention()
    {
        var member = await StableAsync(coordinator, "orders");
        await coordinator.CommitAsync(new CommitQuestion("readers", 1, member, null, Simple((orders0, 41)).Parts));
        await coordinator.CommitAsync(Simple((orders0, 1)) with { GroupId = SameHome("standalone") });
        for (var i = 0; i < 7; i++)
        {
            time.Advance(TimeSpan.FromSeconds(9));
            await coordinator.HeartbeatAsync(new HeartbeatQuestion("readers", 1, member, null));
        }

        await Eventually.TrueAsync(
            async () => (await coordinator.ListAsync()).Groups.Count == 1, "a minute after its commit the standalone group expires");
        await coordinator.LeaveAsync("readers", [new LeavingMember(member, null)]);
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(41, (await FetchAsync(orders0)).Offset);
        time.Advance(TimeSpan.FromSeconds(15));
        await Eventually.TrueAsync(
            async () => (await coordinator.ListAsync()).Groups.Count == 0, "a minute after it became empty the other does");
        Assert.Empty((await (await StartAsync(2)).ListAsync()).Groups);
    }

    [Fact]
    public async Task Offsets_of_deleted_topics_go_with_them()
    {
        await coordinator.CommitAsync(Simple((orders0, 5), (new TopicPartition("clicks", 0), 6)));
        await coordinator.TopicsDeletedAsync(new HashSet<string> { "orders" });
        await Eventually.TrueAsync(async () => (await FetchAsync(orders0)).Offset == -1, "the offset is gone");
        Assert.Equal(6, (await FetchAsync(new TopicPartition("clicks", 0))).Offset);
    }

    [Fact]
    public async Task Session_timeouts_out_of_bounds_and_empty_group_ids_are_refused()
    {
        Assert.Equal(ErrorCode.InvalidSessionTimeout, (await JoinAsync(coordinator, session: 10)).Error);
        Assert.Equal(ErrorCode.InvalidGroupId, (await coordinator.JoinAsync(Question("", 10_000))).Error);
        Assert.Equal(ErrorCode.UnknownMemberId, (await coordinator.JoinAsync(Question("readers", 10_000) with { MemberId = "me" })).Error);
    }

    [Fact]
    public async Task Members_that_wait_are_answered_when_the_coordinator_stops()
    {
        var joining = JoinAsync(coordinator);
        await Eventually.TrueAsync(async () => (await coordinator.DescribeAsync(["readers"]))[0].State == "PreparingRebalance", "it waits");
        await coordinator.StopAsync();
        Assert.Equal(ErrorCode.NotCoordinator, (await joining).Error);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => JoinAsync(coordinator));
    }

    async Task<GroupCoordinator> StartAsync(int epoch, bool loaded = true)
    {
        string[] lines =
        [
            "zookeeper.connect=localhost:1",
            "group.initial.rebalance.delay.ms=100",
            "offsets.retention.minutes=1",
            "offsets.retention.check.interval.ms=1000",
        ];
        var config = BrokerConfig.Parse(lines, "server.properties");
        var made = new GroupCoordinator(config, log, () => Partitions, time, new PauseGate(), NullLoggerFactory.Instance);
        started.Add(made);
        await made.StartAsync();
        for (var i = 0; i < Partitions; i++)
        {
            await made.BecameLeaderAsync(Offsets(i), epoch);
        }

        if (loaded)
        {
            await Eventually.TrueAsync(async () => (await made.ListAsync()).Error == ErrorCode.None, "loaded");
        }

        return made;
    }

    /// <summary>The one member of the stable group "readers"; its id.</summary>
    async Task<string> StableAsync(GroupCoordinator on, params string[] topics)
    {
        var joining = on.JoinAsync(Question("readers", 10_000, topics));
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                return joining.IsCompleted;
            }, "joined");
        var joined = await joining;
        var synced = await on.SyncAsync(
            new SyncQuestion("readers", 1, joined.MemberId, null, new Dictionary<string, byte[]> { [joined.MemberId] = [9] }));
        Assert.Equal([9], synced.Assignment);
        return joined.MemberId;
    }

    static Task<JoinAnswer> JoinAsync(GroupCoordinator on, int session = 10_000) => on.JoinAsync(Question("readers", session));

    static JoinQuestion Question(string groupId, int session, params string[] topics)
    {
        using var subscription = new WireWriter();
        subscription.WriteInt16(0);
        subscription.WriteInt32(topics.Length);
        foreach (var topic in topics)
        {
            subscription.TryWriteUtf8WithInt16(topic);
        }

        var range = new MemberProtocol("range", subscription.WrittenSpan.ToArray());
        return new JoinQuestion(groupId, "", null, "client", "/127.0.0.1", 60_000, session, "consumer", [range]);
    }

    CommitQuestion Simple(params (TopicPartition Partition, long Offset)[] offsets)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new CommitQuestion(
            "readers", -1, "", null,
            [.. offsets.Select(item => new CommitPart(item.Partition, new StoredOffset(item.Offset, -1, "note", now)))]);
    }

    async Task<FetchedOffset> FetchAsync(TopicPartition partition) =>
        (await coordinator.FetchAsync([new FetchQuestion("readers", [partition])], false))[0].Offsets[0];

    static string SameHome(string name) =>
        Enumerable.Range(0, 100).Select(i => $"{name}{i}").First(id => GroupPartitions.Of(id, Partitions) == Home);
}
