using Kafka.Broker.Replication;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Kafka.Broker.Tests.Replication;

public sealed class DeleteRecordsTests
{
    [Fact]
    public async Task The_answer_comes_once_every_living_replica_begins_there()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        await leader.ProduceAsync(-1, "a", "b", "c");

        var part = await DeleteAsync(leader, 2);

        Assert.Equal((ErrorCode.None, 2L), (part.Error, part.LowWatermark));
        Assert.Equal(2, leader.State.LogStartOffset);
        Assert.Equal(2, follower.State.LogStartOffset);
    }

    [Fact]
    public async Task A_replica_that_does_not_follow_makes_it_time_out_and_a_dead_one_does_not_count()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        await leader.ProduceAsync(-1, "a", "b", "c");
        follower.IsCutOff = true;

        Assert.Equal(ErrorCode.RequestTimedOut, (await DeleteAsync(leader, 1, TimeSpan.FromMilliseconds(50))).Error);
        Assert.Equal(1, leader.State.LogStartOffset);

        await follower.KillAsync();
        Assert.Equal((ErrorCode.None, 2L), await ResultAsync(leader, 2));
    }

    [Fact]
    public async Task What_cannot_be_deleted_is_refused_at_once()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        await leader.ProduceAsync(-1, "a");

        Assert.Equal((ErrorCode.OffsetOutOfRange, -1L), await ResultAsync(leader, 2));
        Assert.Equal((ErrorCode.NotLeaderOrFollower, -1L), await ResultAsync(follower, 1));
        Assert.Equal((ErrorCode.None, 1L), await ResultAsync(leader, -1)); // up to the high watermark
    }

    [Fact]
    public async Task A_former_leader_says_so()
    {
        await using var world = new ReplicaWorld(new FakeTimeProvider());
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        await leader.ProduceAsync(-1, "a");
        await world.LeadAsync(0, 2, [0, 1]);
        world.Start(1).IsCutOff = true;
        var waiting = DeleteAsync(leader, 1);
        await Eventually.TrueAsync(() => leader.Replicas.Loop.Parked == 1, "the deletion waits");

        await world.LeadAsync(1, 3, [0, 1], to: [0]);

        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await waiting).Error);
    }

    static async Task<(ErrorCode Error, long LowWatermark)> ResultAsync(TestBroker broker, long offset)
    {
        var part = await DeleteAsync(broker, offset);
        return (part.Error, part.LowWatermark);
    }

    static async Task<DeleteRecordsPart> DeleteAsync(TestBroker broker, long offset, TimeSpan? timeout = null)
    {
        var operation = new DeleteRecordsOperation(broker.Replicas, timeout ?? TimeSpan.FromSeconds(20));
        operation.Add(ReplicaWorld.Orders, offset);
        await broker.Replicas.Loop.PostAsync(operation);
        return (await operation.Task).Single();
    }
}
