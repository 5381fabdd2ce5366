using Dashboard.Messages.Jobs;
using Dashboard.Messages.Statistics;
using Dashboard.Messages.Tests.Jobs;
using Dashboard.Monitoring.Access;

namespace Interop.Tests.Remote;

/// <summary>Records made by transactions, and counted.</summary>
public abstract partial class OperatorTests
{
    [Fact]
    public async Task What_is_generated_and_killed_in_between_is_there_once_and_counted_with_its_producers()
    {
        await using var topic = await TopicAsync("generated", 2, 1);
        await using var world = new TransferWorld(Bootstrap);
        foreach (var crash in (Crash[])[Crash.None, Crash.AfterWriting, Crash.BeforeWriting])
        {
            world.Writers.Crashes.Enqueue(crash);
        }

        var body = new { kind = "generate", topic = "generated", key = "{{counter}}", value = "{{name.fullName}}", records = 5_000 };
        var job = await world.StartAsync(body);
        Assert.Equal(2, await world.EndAsync(job));
        Assert.Equal(5_000, world.Runner.Find(job.Id)!.Progress.ByTopic["generated"]);
        TransferWorld.EachOnce(Enumerable.Range(1, 5_000), await world.RecordsAsync("generated"));

        job = await world.IsAsync(await world.StartAsync(new { kind = "statistics", topic = "generated" }), JobState.Done);
        var found = StatisticsKind.Of(world.Runner.ResultOf(job, Actor.Program("test")))!;
        Assert.Equal((5_000L, HasTransactions ? 5_000L : 0), (found.Records, found.Transactional));
        Assert.InRange(found.DistinctKeys.Estimate, 4_850, 5_150);
        if (HasTransactions)
        {
            Assert.NotEmpty(found.Producers!.Value);
            Assert.All(found.Producers.Value, producer => Assert.False(producer.InTransaction));
        }
    }
}
