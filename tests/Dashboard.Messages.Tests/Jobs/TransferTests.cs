using System.Text;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Interop.Tests.Support;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>Copy and redrive on the cluster as it is hosted, whose brokers have no transactions.</summary>
public sealed class TransferTests(SharedCluster shared) : IAsyncLifetime
{
    TransferWorld world = null!;
    string bootstrap = "";

    static string Unique(string name) => $"{name}-{Guid.NewGuid():N}"[..20];

    public async ValueTask InitializeAsync()
    {
        bootstrap = (await shared.GetAsync()).Bootstrap;
        world = new TransferWorld(bootstrap);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_copy_has_the_range_of_its_plan_byte_for_byte_with_its_partitions_and_times()
    {
        var (from, to) = (Unique("from"), Unique("to"));
        await world.TopicAsync(from, 3);
        await world.TopicAsync(to, 4);
        await world.WriteAsync(from, 0, 500, i => i % 2 == 0 ? ("h", $"{i}") : null, bootstrap);
        var body = new { kind = "copy", topic = from, target = new { topic = to }, keepPartitions = true, keepTimestamps = true };
        var plan = await world.PlanAsync(body);
        Assert.Equal((500L, true), (plan.Total!.Value, plan.IsAtMost));
        Assert.Equal("TransferMarked", Assert.Single(plan.Notes).Key);
        var job = await world.StartAsync(body);
        await world.WriteAsync(from, 500, 50, _ => null, bootstrap);
        job = await world.IsAsync(job, JobState.Done);
        Assert.Equal((500L, 500L, false), (job.Progress.Done, job.Progress.Total, job.Progress.IsAtMost));
        Assert.Equal(500, job.Progress.ByTopic[to]);

        var (read, written) = ((await world.RecordsAsync(from)).ToDictionary(TransferWorld.KeyOf), await world.RecordsAsync(to));
        TransferWorld.EachOnce(Enumerable.Range(0, 500), written);
        Assert.All(written, record =>
        {
            var source = read[TransferWorld.KeyOf(record)];
            Assert.Equal((source.Partition, source.Timestamp), (record.Partition, record.Timestamp));
            Assert.Equal(source.Value!.Value, record.Value!.Value);
            Assert.Equal(source.Headers.Select(h => h.Name), record.Headers.Select(h => h.Name).Where(h => h != MessageShape.Mark));
        });
    }

    [Theory]
    [InlineData(Crash.BeforeWriting)]
    [InlineData(Crash.Within)]
    [InlineData(Crash.AfterWriting)]
    public async Task Killed_at_a_batch_and_again_it_writes_each_record_once(Crash crash)
    {
        var (dead, one, two) = (Unique("dead"), Unique("one"), Unique("two"));
        await world.TopicAsync(dead, 2);
        await world.TopicAsync(one, 2);
        await world.TopicAsync(two, 1);
        await world.WriteAsync(dead, 0, 12_000, i => ("x-original-topic", i % 3 == 0 ? two : one), bootstrap);
        foreach (var next in (Crash[])[crash, crash, Crash.None, crash])
        {
            world.Writers.Crashes.Enqueue(next);
        }

        var job = await world.StartAsync(new { kind = "redrive", topic = dead });
        var kills = await world.EndAsync(job);
        Assert.InRange(kills, 2, 3);
        job = world.Runner.Find(job.Id)!;
        TransferWorld.EachOnce(Enumerable.Range(0, 12_000).Where(i => i % 3 != 0), await world.RecordsAsync(one));
        TransferWorld.EachOnce(Enumerable.Range(0, 12_000).Where(i => i % 3 == 0), await world.RecordsAsync(two));
        Assert.Equal((8_000L, 4_000L), (job.Progress.ByTopic[one], job.Progress.ByTopic[two]));
    }

    [Theory]
    [InlineData(Crash.BeforeWriting)]
    [InlineData(Crash.Within)]
    [InlineData(Crash.AfterWriting)]
    public async Task A_fault_of_a_moment_at_a_batch_is_got_over_without_anybody(Crash crash)
    {
        var (from, to) = (Unique("from"), Unique("to"));
        await world.TopicAsync(from, 2);
        await world.TopicAsync(to, 2);
        await world.WriteAsync(from, 0, 12_000, _ => null, bootstrap);
        world.Writers.IsOfAMoment = true;
        foreach (var next in (Crash[])[Crash.None, crash, crash])
        {
            world.Writers.Crashes.Enqueue(next);
        }

        var job = await world.IsAsync(
            await world.StartAsync(new { kind = "copy", topic = from, target = new { topic = to } }), JobState.Done);
        Assert.Equal(2, world.Writers.Dead.Count);
        Assert.Equal(12_000, job.Progress.ByTopic[to]);
        TransferWorld.EachOnce(Enumerable.Range(0, 12_000), await world.RecordsAsync(to));
    }

    [Fact]
    public async Task A_redrive_counts_by_topic_says_what_has_no_target_and_where_records_came_from()
    {
        var (dead, one) = (Unique("dead"), Unique("one"));
        await world.TopicAsync(dead, 1);
        await world.TopicAsync(one, 1);
        await world.WriteAsync(
            dead, 0, 40, i => i < 20 ? ("to", one) : i < 30 ? ("to", "no-such-topic") : i < 35 ? ("to", dead)
                : i < 37 ? ("to", "__consumer_offsets") : null, bootstrap);
        var body = new { kind = "redrive", topic = dead, header = "to", missing = "refuse" };
        var refused = await world.PlanAsync(body);
        Assert.Equal(
            [
                "10 records have no target: there is no topic no-such-topic on one. Skip them, or choose a topic for all.",
                "2 records have no target: __consumer_offsets is internal to Kafka. Skip them, or choose a topic for all.",
                "3 records have no target: without header to. Skip them, or choose a topic for all.",
                "5 records have no target: from " + dead + " itself. Skip them, or choose a topic for all.",
            ],
            refused.Refusals.Select(r => r.Message).Order(StringComparer.Ordinal));
        var plan = await world.PlanAsync(body with { missing = "skip" });
        Assert.True(plan.CanRun);
        Assert.Equal((40L, false, true), (plan.Total!.Value, plan.IsAtMost, plan.Counted!.IsComplete));
        Assert.Equal(new JobTarget("one", one, 20), Assert.Single(plan.Targets));
        Assert.Equal(["fromItself", "internal", "noHeader", "noTopic"], plan.Skipped.Keys.Select(key => SkipReason.Of(key).Code).Order());
        Assert.Equal(10, plan.SkippedInWords["there is no topic no-such-topic on one"]);

        var job = await world.IsAsync(await world.StartAsync(body with { missing = "skip" }), JobState.Done);
        Assert.Equal((40L, 20L), (job.Progress.Done, job.Progress.Skipped.Values.Sum()));
        var record = (await world.RecordsAsync(one))[3];
        string Header(string name) => Encoding.UTF8.GetString(record.Headers.Single(h => h.Name == name).Value!.Value.AsSpan());
        Assert.Equal(
            (dead, "0", "3"),
            (Header(MessageShape.SourceTopic), Header(MessageShape.SourcePartition), Header(MessageShape.SourceOffset)));
    }

    [Fact]
    public async Task A_throttled_job_stops_in_the_middle_and_goes_on()
    {
        var (from, to) = (Unique("from"), Unique("to"));
        await world.TopicAsync(from, 1);
        await world.TopicAsync(to, 1);
        await world.WriteAsync(from, 0, 300, _ => null, bootstrap);
        var job = await world.StartAsync(new
        {
            kind = "copy",
            topic = from,
            filter = "regex:^[0-9]*[02468]$",
            target = new { topic = to },
            rate = new { records = 60 },
        });
        await Testing.Eventually.TrueAsync(() => world.Runner.Find(job.Id)!.Progress.Done >= 60, "some are written");
        await world.Runner.StopAsync(job.Id, Actor.Program("me"));
        job = await world.IsAsync(job, JobState.Stopped);
        Assert.InRange(job.Progress.Done, 60, 149);
        await world.GoOnAsync(job);
        await world.IsAsync(job, JobState.Done);
        TransferWorld.EachOnce(Enumerable.Range(0, 300).Where(i => i % 2 == 0), await world.RecordsAsync(to));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_the_way_out()
    {
        var (from, to) = (Unique("from"), Unique("to"));
        await world.TopicAsync(from, 3);
        await world.TopicAsync(to, 1);
        await RefusedAsync("There is no record", new { kind = "copy", topic = from, target = new { topic = to } });
        await world.WriteAsync(from, 0, 30, _ => null, bootstrap);
        await RefusedAsync("choose another topic", new { kind = "copy", topic = from, target = new { topic = from } });
        await RefusedAsync("internal to Kafka", new { kind = "copy", topic = from, target = new { topic = "__consumer_offsets" } });
        await RefusedAsync("There is no topic", new { kind = "copy", topic = "no-such-topic", target = new { topic = to } });
        var none = await Assert.ThrowsAsync<FormatException>(() =>
            world.PlanAsync(new { kind = "copy", topic = from, partitions = new[] { 99 }, target = new { topic = to } }));
        Assert.StartsWith("partitions: ", none.Message, StringComparison.Ordinal);
        await RefusedAsync("create it first", new { kind = "copy", topic = from, target = new { topic = "no-such-topic" } });
        await RefusedAsync("add partitions", new { kind = "copy", topic = from, target = new { topic = to }, keepPartitions = true });
        var body = new { kind = "copy", topic = from, target = new { topic = to } };
        var masked = await world.PlanAsync(body, new Actor("ann", null, new Masked()));
        Assert.Equal("ACCESS_DENIED", Assert.Single(masked.Refusals).Code);
        Assert.Contains("masked", masked.Refusals[0].Message, StringComparison.Ordinal);
    }

    async Task RefusedAsync(string why, object body) =>
        Assert.Contains(why, Assert.Single((await world.PlanAsync(body)).Refusals).Message, StringComparison.Ordinal);

    sealed class Masked : IPermissions
    {
        public bool May(Permission permission) => true;

        public string RolesOn(string? cluster) => "operator";

        public System.Collections.Immutable.ImmutableArray<FieldMask> Masks(string cluster, string topic) => [FieldMask.Parse("key")];
    }
}
