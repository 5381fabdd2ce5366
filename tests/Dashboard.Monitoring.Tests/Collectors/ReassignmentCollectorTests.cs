using System.Collections.Immutable;
using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Znodes;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using static Dashboard.Monitoring.Tests.Build;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;

namespace Dashboard.Monitoring.Tests.Collectors;

public sealed class ReassignmentCollectorTests : IAsyncDisposable
{
    readonly CollectorWorld world = new(2);
    readonly ReassignmentCollector collector;
    readonly List<ListPartitionReassignmentsResponse.OngoingPartitionReassignment> moves = [];
    ErrorCode refusal;

    public ReassignmentCollectorTests()
    {
        collector = new ReassignmentCollector(world.Context, new ControllerRequests(world.Kafka, null));
        world.On<ListPartitionReassignmentsRequest>((_, _) => new ListPartitionReassignmentsResponse
        {
            ErrorCode = (short)refusal,
            Topics = moves.Count == 0 ? [] : [new() { Name = "t", Partitions = [.. moves] }],
        });
        world.Know(Topic("t", Partition(0, 0, [0, 1], [0, 1]), Partition(1, 1, [1, 0], [1])));
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task No_move_is_an_empty_list_and_no_error()
    {
        await FirstAsync();
        var section = world.Snapshot.Reassignments;
        Assert.Equal((true, (SectionError?)null), (section.Value is { Running.Length: 0 }, section.Error));
    }

    [Fact]
    public async Task A_move_is_told_with_what_was_copied_and_what_there_is_to_copy()
    {
        Sizes((0, 100), (2, 30), (3, 10));
        moves.Add(Move(0, [2, 3, 0, 1], adding: [2, 3], removing: [0, 1]));
        await FirstAsync();
        var move = Assert.Single(world.Snapshot.Reassignments.Value!.Running);
        Assert.Equal(("t", 0, 40L, 200L), (move.Topic, move.Partition, move.CopiedBytes, move.TotalBytes));
        Assert.Equal("2,3,0,1 2,3 0,1 0,1", $"{List(move.Replicas)} {List(move.Adding)} {List(move.Removing)} {List(move.Isr)}");
    }

    [Fact]
    public async Task Without_sizes_nobody_knows_how_far_it_is()
    {
        moves.Add(Move(0, [2, 0], adding: [2], removing: [1]));
        await FirstAsync();
        var move = world.Snapshot.Reassignments.Value!.Running[0];
        Assert.Equal((null, null), (move.CopiedBytes, move.TotalBytes));
    }

    [Fact]
    public async Task A_move_of_a_partition_nobody_leads_has_no_total()
    {
        Sizes((0, 100), (2, 30));
        world.Know(Topic("t", Partition(0, -1, [0], [0])));
        moves.Add(Move(0, [2, 0], adding: [2], removing: [0]));
        await FirstAsync();
        var move = world.Snapshot.Reassignments.Value!.Running[0];
        Assert.Equal((30L, null), (move.CopiedBytes, move.TotalBytes));
    }

    [Fact]
    public async Task It_began_when_it_was_first_seen_and_another_one_begins_anew()
    {
        moves.Add(Move(0, [2, 0], adding: [2], removing: []));
        await FirstAsync();
        var began = world.Time.GetUtcNow();
        moves.Add(Move(1, [2, 1], adding: [2], removing: []));
        await world.AgainAsync(collector);
        Assert.Equal([began, world.Time.GetUtcNow()], world.Snapshot.Reassignments.Value!.Running.Select(r => r.Since));

        moves.Clear();
        await world.AgainAsync(collector);
        Assert.Empty(world.Snapshot.Reassignments.Value!.Running);
        moves.Add(Move(0, [2, 0], adding: [2], removing: []));
        await world.AgainAsync(collector);
        Assert.Equal(world.Time.GetUtcNow(), Assert.Single(world.Snapshot.Reassignments.Value!.Running).Since);
    }

    [Fact]
    public async Task A_refusal_keeps_what_was_read()
    {
        moves.Add(Move(0, [2, 0], adding: [2], removing: []));
        await FirstAsync();
        refusal = ErrorCode.ClusterAuthorizationFailed;
        collector.Wake();
        await UntilAsync(() => world.Snapshot.Reassignments.Error is not null, "the refusal");
        var error = world.Snapshot.Reassignments.Error!;
        Assert.Equal((SectionErrorKind.Refused, "CLUSTER_AUTHORIZATION_FAILED"), (error.Kind, error.Code));
        Assert.Single(world.Snapshot.Reassignments.Value!.Running);
    }

    [Fact]
    public async Task Without_a_controller_it_says_that_there_is_none()
    {
        world.Controller = -1;
        world.Run(collector);
        await UntilAsync(() => world.Snapshot.Reassignments.Error is not null, "the refusal");
        var error = world.Snapshot.Reassignments.Error!;
        Assert.Equal(("NOT_CONTROLLER", "the controller"), (error.Code, error.Source.Name));
        Assert.Null(world.Snapshot.Reassignments.Value);
    }

    [Fact]
    public async Task A_broker_that_is_controller_no_longer_is_asked_no_longer()
    {
        await FirstAsync();
        refusal = ErrorCode.NotController;
        world.On<ListPartitionReassignmentsRequest>((broker, _) => new ListPartitionReassignmentsResponse
        {
            ErrorCode = (short)(broker == 1 ? ErrorCode.None : ErrorCode.NotController),
        });
        world.Controller = 1;
        await world.AgainAsync(collector);
        Assert.Null(world.Snapshot.Reassignments.Error);
        Assert.Equal(1, world.Asked<ListPartitionReassignmentsRequest>(1));
    }

    [Fact]
    public async Task Brokers_before_2_4_do_not_have_it()
    {
        foreach (var broker in world.Brokers)
        {
            broker.Versions.Remove(ApiKey.ListPartitionReassignments);
        }

        world.Run(collector);
        await UntilAsync(() => world.Snapshot.Reassignments.Error is not null, "the refusal");
        Assert.Equal(SectionErrorKind.Unsupported, world.Snapshot.Reassignments.Error!.Kind);
    }

    async Task FirstAsync()
    {
        world.Run(collector);
        await UntilAsync(() => world.Snapshot.Reassignments.Value is not null, "the first reading");
    }

    /// <summary>Of partition 0 on some brokers.</summary>
    void Sizes(params (int Broker, long Bytes)[] sizes)
    {
        var replicas = sizes.ToDictionary(z => new ReplicaKey("t", 0, z.Broker), z => new ReplicaInfo(z.Bytes, 0, false));
        var table = new LogDirTable(replicas, ImmutableDictionary<int, BrokerLogDirs>.Empty);
        world.Set(s => s with { LogDirs = s.LogDirs.Read(table, Start) });
    }

    static ListPartitionReassignmentsResponse.OngoingPartitionReassignment Move(
        int partition, int[] replicas, int[] adding, int[] removing) =>
        new() { PartitionIndex = partition, Replicas = [.. replicas], AddingReplicas = [.. adding], RemovingReplicas = [.. removing] };

    static string List(IEnumerable<int> ids) => string.Join(',', ids);
}
