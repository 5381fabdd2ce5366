using Kafka.Broker.Replication;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Testing;

namespace Kafka.Broker.Tests.Replication;

public sealed class ReplicationTests
{
    [Fact]
    public async Task Acks_all_ends_when_the_followers_have_it_and_the_high_watermark_follows()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (leader, first, second) = (world.Start(0), world.Start(1), world.Start(2));
        await world.LeadAsync(0, 1, [0, 1, 2]);

        var result = await leader.ProduceAsync(-1, "a", "b");

        Assert.Equal((ErrorCode.None, 0L), (result.Error, result.BaseOffset));
        Assert.Equal(2, leader.State.HighWatermark);
        Assert.Equal(["a", "b"], first.Values());
        Assert.Equal(["a", "b"], second.Values());
        await Eventually.TrueAsync(
            () => first.State.HighWatermark == 2 && second.State.HighWatermark == 2, "followers learn the high watermark");
    }

    [Fact]
    public async Task A_consumer_sees_nothing_above_the_high_watermark_and_a_follower_all()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0, 1]); // 1 never fetches
        await leader.ProduceAsync(1, "a");

        Assert.Equal(0, (await leader.FetchAsync(0)).Records!.Value.Length);
        Assert.True((await leader.FetchAsync(0, replica: 1)).Records!.Value.Length > 0);
    }

    /// <summary>kafka-replica-verification.sh called every follower a lag of all its records: each refused to be read.</summary>
    [Fact]
    public async Task A_tool_that_compares_replicas_reads_followers_too_to_the_end_of_their_logs()
    {
        const int debugging = -2;
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        await leader.ProduceAsync(-1, "a");

        Assert.Equal(ErrorCode.NotLeaderOrFollower, (ErrorCode)(await follower.FetchAsync(0)).ErrorCode);
        var read = await follower.FetchAsync(0, debugging);

        Assert.Equal(ErrorCode.None, (ErrorCode)read.ErrorCode);
        Assert.Equal((await leader.FetchAsync(0, debugging)).Records!.Value.ToArray(), read.Records!.Value.ToArray());
        Assert.Equal((ErrorCode.None, 1), await follower.EndAsync(debugging));
        Assert.Equal((ErrorCode.NotLeaderOrFollower, -1), await follower.EndAsync(-1));
    }

    [Fact]
    public async Task A_follower_that_stays_behind_leaves_the_isr_and_joins_again()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        string[] quick = ["replica.lag.time.max.ms=600", "replica.fetch.wait.max.ms=100"];
        var (leader, follower) = (world.Start(0, null, quick), world.Start(1, null, quick));
        await world.LeadAsync(0, 1, [0, 1]);
        await leader.ProduceAsync(-1, "a");
        follower.IsCutOff = true;

        var waiting = leader.ProduceAsync(-1, "b");

        await Eventually.TrueAsync(() => leader.State.Isr.SequenceEqual([0]), "the follower is out of the ISR");
        Assert.Equal(ErrorCode.None, (await waiting).Error); // the ISR, which is the leader alone, has it
        follower.IsCutOff = false;
        await Eventually.TrueAsync(() => leader.State.Isr.Order().SequenceEqual([0, 1]), "the follower is in the ISR");
        Assert.Equal(["a", "b"], follower.Values());
    }

    [Fact]
    public async Task Too_few_in_sync_replicas_refuse_before_the_append()
    {
        await using var world = new ReplicaWorld(TimeProvider.System) { TopicConfig = { ["min.insync.replicas"] = "2" } };
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0, 1], isr: [0]);

        Assert.Equal(ErrorCode.NotEnoughReplicas, (await leader.ProduceAsync(-1, "a")).Error);
        Assert.Equal(0, leader.State.LogEndOffset);
        Assert.Equal(ErrorCode.None, (await leader.ProduceAsync(1, "a")).Error);
        Assert.Equal(0, leader.State.HighWatermark); // it does not move while the ISR is too small
    }

    [Fact]
    public async Task An_isr_that_falls_short_after_the_append_holds_the_answer_back()
    {
        await using var world = new ReplicaWorld(TimeProvider.System) { TopicConfig = { ["min.insync.replicas"] = "2" } };
        string[] quick = ["replica.lag.time.max.ms=600", "replica.fetch.wait.max.ms=100"];
        var (leader, follower) = (world.Start(0, null, quick), world.Start(1, null, quick));
        await world.LeadAsync(0, 1, [0, 1]);
        await leader.ProduceAsync(-1, "a");
        follower.IsCutOff = true;

        var waiting = leader.ProduceAsync(-1, "b");
        await Eventually.TrueAsync(() => leader.State.Isr.SequenceEqual([0]), "the follower is out of the ISR");

        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, leader.State.HighWatermark);
        follower.IsCutOff = false;
        Assert.Equal(ErrorCode.None, (await waiting).Error);
        Assert.Equal(["a", "b"], follower.Values());
    }

    [Fact]
    public async Task Records_that_only_the_old_leader_had_are_cut_by_their_epoch()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (old, next) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        await old.ProduceAsync(-1, "common");
        next.IsCutOff = true;
        await old.ProduceAsync(1, "lost 1");
        await old.ProduceAsync(1, "lost 2");
        Assert.Equal(3, old.State.LogEndOffset);

        await world.LeadAsync(1, 2, [0, 1], isr: [1], to: [1]);
        await next.ProduceAsync(1, "new");
        next.IsCutOff = false;
        await world.LeadAsync(1, 2, [0, 1], isr: [1], to: [0]);

        await Eventually.TrueAsync(() => old.Values().SequenceEqual(["common", "new"]), "the old leader has the new one's log");
        Assert.Equal(next.Values(), old.Values());
        await Eventually.TrueAsync(() => next.State.Isr.Count == 2, "it is in sync again");
    }

    [Fact]
    public async Task Several_terms_apart_logs_still_converge()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (a, b) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        await a.ProduceAsync(-1, "1");
        (a.IsCutOff, b.IsCutOff) = (true, true);
        for (var epoch = 2; epoch < 10; epoch += 2)
        {
            await world.LeadAsync(0, epoch, [0, 1], isr: [0], to: [0]);
            await a.ProduceAsync(1, $"a{epoch}");
            await world.LeadAsync(1, epoch + 1, [0, 1], isr: [1], to: [1]);
            await b.ProduceAsync(1, $"b{epoch}", $"bb{epoch}");
        }

        (a.IsCutOff, b.IsCutOff) = (false, false);
        await world.LeadAsync(1, 20, [0, 1], isr: [1]);

        await Eventually.TrueAsync(() => a.Values().SequenceEqual(b.Values()), "both logs are the leader's");
        Assert.Equal(["1", "b2", "bb2", "b4", "bb4", "b6", "bb6", "b8", "bb8"], a.Values());
    }

    [Fact]
    public async Task A_follower_that_was_away_longer_than_retention_begins_where_the_leader_does()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        await leader.ProduceAsync(-1, "old");
        follower.IsCutOff = true;
        await world.LeadAsync(0, 2, [0, 1], isr: [0], to: [0]);
        for (var i = 0; i < 5; i++)
        {
            await leader.ProduceAsync(1, $"{i}");
        }

        await leader.Replicas.Loop.InvokeAsync(() => leader.Replicas.Logs.Find(ReplicaWorld.Orders)!.Value.Log.RaiseLogStartOffset(4));
        follower.IsCutOff = false;
        await world.LeadAsync(0, 2, [0, 1], isr: [0], to: [1]);

        await Eventually.TrueAsync(() => follower.State.LogEndOffset == 6, "the follower caught up");
        Assert.Equal(4, follower.State.LogStartOffset);
    }

    [Fact]
    public async Task After_a_kill_a_replica_comes_back_with_everything_acknowledged()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1]);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(ErrorCode.None, (await leader.ProduceAsync(-1, $"value {i}")).Error);
        }

        await leader.KillAsync();
        await follower.KillAsync();
        (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(1, 2, [0, 1]);

        Assert.Equal(20, follower.Values().Count);
        Assert.Equal(ErrorCode.None, (await follower.ProduceAsync(-1, "after")).Error);
        Assert.Equal(follower.Values(), leader.Values());
    }

    [Fact]
    public async Task A_former_leader_refuses_what_waits_and_what_comes()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var leader = world.Start(0);
        await world.LeadAsync(0, 1, [0, 1]);
        var produce = leader.ProduceAsync(-1, "a");
        var fetch = leader.FetchAsync(0, maxWait: 30_000);
        await Eventually.TrueAsync(() => leader.Replicas.Loop.Parked == 2, "both wait");

        await world.LeadAsync(1, 2, [0, 1]);

        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await produce).Error);
        var refused = await fetch;
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (ErrorCode)refused.ErrorCode);
        Assert.Equal((1, 2), (refused.CurrentLeader.LeaderId, refused.CurrentLeader.LeaderEpoch));
        Assert.Equal(ErrorCode.NotLeaderOrFollower, (await leader.ProduceAsync(1, "b")).Error);
    }

    [Fact]
    public async Task Epochs_fence()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var leader = world.Start(0);
        await world.LeadAsync(0, 5, [0]);

        Assert.Equal(ErrorCode.FencedLeaderEpoch, (ErrorCode)(await leader.FetchAsync(0, epoch: 4)).ErrorCode);
        Assert.Equal(ErrorCode.UnknownLeaderEpoch, (ErrorCode)(await leader.FetchAsync(0, epoch: 6)).ErrorCode);
        Assert.Equal(ErrorCode.None, (ErrorCode)(await leader.FetchAsync(0, epoch: 5)).ErrorCode);
        Assert.Equal(ErrorCode.OffsetOutOfRange, (ErrorCode)(await leader.FetchAsync(9)).ErrorCode);
    }

    [Fact]
    public async Task An_older_controller_is_refused()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var broker = world.Start(0);
        await broker.Replicas.ApplyAsync(ReplicaWorld.Request(0, 1, [0], [0], controllerEpoch: 7), 7);

        var response = await broker.Replicas.ApplyAsync(ReplicaWorld.Request(1, 2, [0], [0], controllerEpoch: 6), 7);

        Assert.Equal(ErrorCode.StaleControllerEpoch, (ErrorCode)response.ErrorCode);
        Assert.True(broker.State.IsLeader);
    }

    [Fact]
    public async Task A_refused_isr_is_rolled_back_and_one_that_may_have_been_taken_stays_pending()
    {
        await using var world = new ReplicaWorld(TimeProvider.System) { DecideIsr = _ => new IsrUpdateResult(ErrorCode.IneligibleReplica) };
        var (leader, follower) = (world.Start(0), world.Start(1));
        await world.LeadAsync(0, 1, [0, 1], isr: [0]);

        await Eventually.TrueAsync(() => world.IsrUpdates.Count > 1, "it is tried again with the next fetch");

        Assert.Equal([0], leader.State.Isr);
        world.DecideIsr = null;
        await Eventually.TrueAsync(() => leader.State.Isr.Count == 2, "the controller agrees at last");
        Assert.True(follower.State.LogEndOffset >= 0);
    }

    [Fact]
    public async Task A_failing_disk_takes_its_partitions_offline_and_the_broker_fails_with_its_last_directory()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var disk = new FailingDisk();
        var leader = world.Start(0, disk);
        await world.LeadAsync(0, 1, [0]);
        await leader.ProduceAsync(-1, "a");
        disk.FailBelow = leader.Directory;

        Assert.Equal(ErrorCode.KafkaStorageError, (await leader.ProduceAsync(-1, "b")).Error);

        Assert.True(leader.State.IsOffline);
        Assert.Equal(ErrorCode.KafkaStorageError, (ErrorCode)(await leader.FetchAsync(0)).ErrorCode);
        Assert.Equal([leader.Directory], leader.FailedDirectories);
        var reason = await Assert.ThrowsAsync<IOException>(() => leader.Replicas.Failed);
        Assert.Contains("No space left on device", reason.Message, StringComparison.Ordinal);
        disk.FailBelow = null;
    }

    [Fact]
    public async Task One_of_two_directories_may_fail()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        using var second = new TempDirectory();
        var disk = new FailingDisk();
        var broker = world.Start(0, disk, $"log.dirs={second["a"]},{second["b"]}");
        await world.LeadAsync(0, 1, [0]);
        var used = broker.Replicas.Logs.Find(ReplicaWorld.Orders)!.Value.Directory.Path;
        disk.FailBelow = used;

        Assert.Equal(ErrorCode.KafkaStorageError, (await broker.ProduceAsync(1, "a")).Error);

        Assert.False(broker.Replicas.Failed.IsCompleted);
        Assert.Single(broker.Replicas.Logs.Directories, directory => !directory.IsOffline);
        disk.FailBelow = null;
    }
}
