using Dashboard.Messages.Jobs;
using Dashboard.Messages.Tests.Jobs;
using Dashboard.Monitoring.Access;
using Testing;

namespace Interop.Tests.Remote;

public sealed class SmallZooKeeperModeFixture() : ApacheClusterFixture(ApacheKind.ZooKeeper, 1, 1);

/// <summary>From a cluster with ZooKeeper to one without, and back.</summary>
[Collection(typeof(OnKRaft))]
public sealed class BetweenClustersTests(KRaftFixture kraft, SmallZooKeeperModeFixture withZooKeeper)
    : IClassFixture<SmallZooKeeperModeFixture>
{
    const int Records = 3_000;

    [Fact]
    public async Task A_copy_that_is_stopped_and_killed_and_goes_on_writes_each_record_once_there_and_back()
    {
        var (old, latest) = ((await withZooKeeper.GetAsync()).Bootstrap, (await kraft.GetAsync()).Bootstrap);
        await using (var there = new TransferWorld(old, latest))
        {
            await there.TopicAsync("between", 3);
            await there.WriteAsync("between", 0, Records, i => ("n", $"{i}"), old);
            await CopyAsync(there, "between", "between-there");
        }

        await using (var back = new TransferWorld(latest, old))
        {
            await CopyAsync(back, "between-there", "between-back");
        }
    }

    /// <summary>Stopped by its owner once, killed twice, and each time it goes on.</summary>
    static async Task CopyAsync(TransferWorld world, string from, string to)
    {
        await world.TopicAsync(to, 2, "two");
        var job = await world.StartAsync(new
        {
            kind = "copy",
            topic = from,
            target = new { cluster = "two", topic = to },
            rate = new { records = 500 },
        });
        await Eventually.TrueAsync(() => world.Runner.Find(job.Id)!.Progress.Done > 0, "some are written", TimeSpan.FromSeconds(60));
        await world.Runner.StopAsync(job.Id, Actor.Program("test"));
        var stopped = await world.IsAsync(job, JobState.Stopped);
        Assert.InRange(stopped.Progress.Done, 1, Records - 1);
        foreach (var crash in (Crash[])[Crash.AfterWriting, Crash.BeforeWriting])
        {
            world.Writers.Crashes.Enqueue(crash);
        }

        await world.GoOnAsync(job);
        Assert.Equal(2, await world.EndAsync(job));
        Assert.Equal(Records, world.Runner.Find(job.Id)!.Progress.ByTopic[to]);
        TransferWorld.EachOnce(Enumerable.Range(0, Records), await world.RecordsAsync(to, "two"));
    }
}
