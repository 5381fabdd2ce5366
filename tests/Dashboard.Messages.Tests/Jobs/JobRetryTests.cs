using Dashboard.Messages.Bytes;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Monitoring.Access;
using Kafka.Protocol;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Wire;
using Fault = Kafka.Client.KafkaException;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>What passes by itself is waited for, and not for ever.</summary>
public sealed class JobRetryTests : IDisposable
{
    readonly TempDirectory data = new();
    readonly CountingKind kind = new();
    readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => data.Dispose();

    [Fact]
    public void It_waits_twice_as_long_each_time_up_to_a_minute_and_gives_up_after_a_while_without_progress()
    {
        var retry = new JobRetry(time);
        var began = time.GetUtcNow();
        retry.Reached(new JobProgress(5));
        foreach (var seconds in (double[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            var waits = retry.Next(CodedText.Plain("away"))!;
            Assert.InRange((waits.NextAt!.Value - time.GetUtcNow()).TotalSeconds, seconds / 2, seconds);
            Assert.Equal(("away", began), (waits.Reason, waits.Since));
            time.SetUtcNow(waits.NextAt.Value);
        }

        Assert.False(retry.Reached(new JobProgress(5)));
        Assert.Equal(9, retry.Next(CodedText.Plain("away"))!.Attempt);
        time.Advance(JobRetry.Longest);
        Assert.Null(retry.Next(CodedText.Plain("away")));
        Assert.Equal("Tried again for 15 min, and nothing went on: Away.", JobRetry.GivenUp(CodedText.Plain("Away.")).English);
    }

    [Fact]
    public void Progress_begins_it_anew_also_where_records_are_only_looked_at()
    {
        var retry = new JobRetry(time);
        retry.Reached(new JobProgress(5) { Looked = 10 });
        retry.Next(CodedText.Plain("away"));
        time.Advance(JobRetry.Longest);
        Assert.True(retry.Reached(new JobProgress(5) { Looked = 11 }));
        var waits = retry.Next(CodedText.Plain("away"))!;
        Assert.Equal((1, time.GetUtcNow()), (waits.Attempt, waits.Since));
    }

    [Theory]
    [InlineData(ErrorCode.NotLeaderOrFollower, true)]
    [InlineData(ErrorCode.CoordinatorLoadInProgress, true)]
    [InlineData(ErrorCode.NotEnoughReplicas, true)]
    [InlineData(ErrorCode.Network, true)]
    [InlineData(ErrorCode.RequestTimedOut, true)]
    [InlineData(ErrorCode.KafkaStorageError, false)]
    [InlineData(ErrorCode.TopicAuthorizationFailed, false)]
    [InlineData(ErrorCode.TransactionalIdAuthorizationFailed, false)]
    [InlineData(ErrorCode.UnknownTopicOrPartition, false)]
    [InlineData(ErrorCode.UnknownTopicId, false)]
    [InlineData(ErrorCode.MessageTooLarge, false)]
    public void Codes_pass_or_stay_whoever_reports_them(ErrorCode code, bool passes)
    {
        Assert.Equal(passes, TransientFaults.Is(new Fault(code)));
        Assert.Equal(passes, TransientFaults.Is(ProducerFaults.Of(CodedText.Plain("x"), new Fault(code))));
    }

    [Fact]
    public async Task A_job_waits_says_for_what_and_goes_on_by_itself_where_it_was()
    {
        await using var world = new JobWorld(data, time, kind);
        var job = await world.StartAsync(new { kind = "counting", topic = "a", to = 2 });
        kind.Let("a", 1);
        await Eventually.TrueAsync(() => world.Runner.Find(job.Id)!.Progress.Done == 1, "a step is done");
        kind.Faults.Enqueue(new Fault(ErrorCode.NotLeaderOrFollower));
        kind.Let("a", 1);
        var waits = await WaitsAsync(world, job, 1);
        Assert.StartsWith("NOT_LEADER_OR_FOLLOWER", waits.Reason, StringComparison.Ordinal);
        Assert.Equal((JobState.Running, time.GetUtcNow()), (world.Runner.Find(job.Id)!.State, waits.Since));
        Assert.Single(kind.Begun);

        kind.Faults.Enqueue(new TransientFaultException(CodedText.Plain("nobody answers")));
        kind.Let("a", 1);
        time.Advance(TimeSpan.FromMinutes(1));
        var again = await WaitsAsync(world, job, 2);
        Assert.Equal((waits.Since, "nobody answers"), (again.Since, again.Reason));
        kind.Let("a", 1);
        time.Advance(TimeSpan.FromMinutes(1));
        await world.IsAsync(job.Id, JobState.Done);
        Assert.Null(world.Runner.Find(job.Id)!.Waiting);
        Assert.Equal([0L, 1, 1], kind.Begun);
        Assert.Equal(["job.end", "job.start"], (await AuditAsync(world, 2)).Select(e => e.Action));
    }

    [Fact]
    public async Task While_it_waits_others_run_and_it_stops_at_once()
    {
        await using var world = new JobWorld(data, time, kind);
        var waiting = new List<JobEntry>();
        foreach (var topic in (string[])["a", "b", "c"])
        {
            kind.Faults.Enqueue(new TransientFaultException(CodedText.Plain("nobody answers")));
            waiting.Add(await world.StartAsync(new { kind = "counting", topic, to = 2 }));
            kind.Let(topic, 1);
            await WaitsAsync(world, waiting[^1], 1);
        }

        var other = await world.StartAsync(new { kind = "counting", topic = "d", to = 1 });
        kind.Let("d", 1);
        await world.IsAsync(other.Id, JobState.Done);
        Assert.True((await world.Runner.StopAsync(waiting[0].Id, Actor.Program("me"))).Succeeded);
        await world.IsAsync(waiting[0].Id, JobState.Stopped);
        Assert.Equal(("Stopped by me.", null), (world.Runner.Find(waiting[0].Id)!.Reason, world.Runner.Find(waiting[0].Id)!.Waiting));
        await world.Runner.DisposeAsync();
        Assert.All(waiting.Skip(1), job => Assert.Equal(JobState.Interrupted, world.Runner.Find(job.Id)!.State));
    }

    [Fact]
    public async Task It_fails_with_its_reason_when_it_was_tried_for_long_enough()
    {
        await using var world = new JobWorld(data, time, kind);
        kind.Faults.Enqueue(new TransientFaultException(CodedText.Plain("Nobody answers.")));
        var job = await world.StartAsync(new { kind = "counting", topic = "a", to = 2 });
        kind.Let("a", 1);
        await WaitsAsync(world, job, 1);
        kind.Faults.Enqueue(new TransientFaultException(CodedText.Plain("Nobody answers.")));
        kind.Let("a", 1);
        time.Advance(JobRetry.Longest);
        await world.IsAsync(job.Id, JobState.Failed);
        Assert.Equal(
            "Tried again for 15 min, and nothing went on: Nobody answers.", world.Runner.Find(job.Id)!.Reason);
    }

    static async Task<JobWaiting> WaitsAsync(JobWorld world, JobEntry job, int attempt)
    {
        JobWaiting? waits = null;
        await Eventually.TrueAsync(
            () => (waits = world.Runner.Find(job.Id)!.Waiting) is { NextAt: not null } now && now.Attempt == attempt, "it waits");
        return waits!;
    }

    static async Task<IReadOnlyList<Monitoring.Audit.AuditEntry>> AuditAsync(JobWorld world, int count)
    {
        await Eventually.TrueAsync(async () => (await world.AuditAsync()).Length == count, "it is in the audit log");
        return await world.AuditAsync();
    }
}
