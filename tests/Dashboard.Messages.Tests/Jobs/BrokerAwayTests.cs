using Dashboard.Messages.Jobs;
using Interop.Tests.Support;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>A broker goes and comes back while a job runs: nobody has to do anything, and nothing is lost or there twice.</summary>
public sealed class BrokerAwayTests
{
    const int Records = 6_000;

    [Fact]
    public async Task A_copy_waits_for_a_broker_that_was_killed_and_goes_on_by_itself()
    {
        await using var cluster = await HostedCluster.StartAsync();
        await using var world = new TransferWorld(cluster.Bootstrap);
        await world.TopicAsync("from", 3);
        await world.TopicAsync("to", 3);
        await world.WriteAsync("from", 0, Records, _ => null, cluster.Bootstrap);
        var body = new { kind = "copy", topic = "from", target = new { topic = "to" }, rate = new { records = 1_000 } };
        var job = await world.StartAsync(body);
        await Testing.Eventually.TrueAsync(() => world.Runner.Find(job.Id)!.Progress.Done >= 1_000, "some are written");
        await cluster.KillAsync("kafka1");
        await Testing.Eventually.TrueAsync(
            () => Task.FromResult(world.Runner.Find(job.Id)!.Waiting is { NextAt: not null }),
            () => $"the job waits: {world.Runner.Find(job.Id)}",
            TimeSpan.FromSeconds(90));
        Assert.Equal(JobState.Running, world.Runner.Find(job.Id)!.State);
        await cluster.RestartAsync("kafka1");
        job = await world.IsAsync(job, JobState.Done);
        Assert.Equal((Records, null), ((int)job.Progress.ByTopic["to"], job.Waiting));
        TransferWorld.EachOnce(Enumerable.Range(0, Records), await world.RecordsAsync("to"));
    }
}
