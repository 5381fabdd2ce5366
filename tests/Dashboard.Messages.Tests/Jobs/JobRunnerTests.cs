using Dashboard.Messages.Jobs;
using Dashboard.Monitoring.Access;
using Testing;

namespace Dashboard.Messages.Tests.Jobs;

/// <summary>Jobs run, wait, stop, go on, and are never lost.</summary>
public sealed class JobRunnerTests : IDisposable
{
    readonly TempDirectory data = new();
    readonly CountingKind kind = new();

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static Actor Me => Actor.Program("me");

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task A_job_runs_to_its_end_and_is_audited_at_both_ends()
    {
        await using var world = new JobWorld(data, kind);
        var job = await world.StartAsync(new { kind = "counting", topic = "a", to = 2 });
        kind.Let("a", 2);
        await world.IsAsync(job.Id, JobState.Done);
        Assert.Equal((2, 2L), (world.Store.Find(job.Id)!.Checkpoint!.Value.GetInt32(), world.Store.Find(job.Id)!.Progress.Done));
        await Eventually.TrueAsync(async () => (await world.AuditAsync()).Length == 2, "both ends are in the audit log");
        var audit = await world.AuditAsync();
        Assert.Equal(["job.end", "job.start"], audit.Select(e => e.Action));
        Assert.All(audit, e => Assert.Equal(("a", $"counting {job.Id} to a on c", "done"), (e.Subject, e.Details, e.Outcome)));
        Assert.Equal("a: 2 records", audit[0].After);
    }

    [Fact]
    public async Task Some_run_and_the_others_wait_for_their_turn()
    {
        await using var world = new JobWorld(data, kind);
        var jobs = new List<JobEntry>();
        foreach (var topic in "abcde")
        {
            jobs.Add(await world.StartAsync(new { kind = "counting", topic = $"{topic}", to = 1 }));
        }

        await Eventually.TrueAsync(() => world.Runner.All.Count(j => j.State == JobState.Running) == JobRunner.MostRunning, "some run");
        Assert.Equal(2, world.Runner.All.Count(j => j.State == JobState.Queued));
        await world.Runner.StopAsync(jobs[4].Id, Me);
        Assert.Equal((JobState.Stopped, "Stopped by me."), (world.Store.Find(jobs[4].Id)!.State, world.Store.Find(jobs[4].Id)!.Reason));
        kind.Let("a", 1);
        await world.IsAsync(jobs[0].Id, JobState.Done);
        await world.IsAsync(jobs[3].Id, JobState.Running);
    }

    [Fact]
    public async Task A_stopped_job_goes_on_where_it_was()
    {
        await using var world = new JobWorld(data, kind);
        var job = await world.StartAsync(new { kind = "counting", topic = "a", to = 3 });
        kind.Let("a", 1);
        await Eventually.TrueAsync(() => world.Runner.Find(job.Id)!.Progress.Done == 1, "a step is done");
        await world.Runner.StopAsync(job.Id, Me);
        await world.IsAsync(job.Id, JobState.Stopped);
        Assert.True((await world.Runner.ContinueAsync(job.Id, () => Me, Token)).Succeeded);
        Assert.False((await world.Runner.ContinueAsync(job.Id, () => Me, Token)).Succeeded);
        kind.Let("a", 2);
        await world.IsAsync(job.Id, JobState.Done);
        Assert.Equal("JOB_CANNOT_GO_ON", (await world.Runner.ContinueAsync(job.Id, () => Me, Token)).Refusals[0].Code);
    }

    /// <summary>What is read says that it has ended: nobody is told that it runs, and the next run is not taken for the last.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task What_has_just_ended_goes_on_or_is_removed_when_that_is_in_the_audit_log(bool goesOn)
    {
        await using var world = new JobWorld(data, kind);
        using var written = new ManualResetEventSlim();
        var job = await world.StartAsync(new { kind = "counting", topic = "a", to = 3 }, Who);
        kind.Let("a", 1);
        await Eventually.TrueAsync(() => world.Runner.Find(job.Id)!.Progress.Done == 1, "a step is done");
        await world.Runner.StopAsync(job.Id, Me);
        await world.IsAsync(job.Id, JobState.Stopped);

        var next = goesOn ? world.Runner.ContinueAsync(job.Id, () => Me, Token) : world.Runner.RemoveAsync(job.Id, Me);
        Assert.False(next.IsCompleted);
        written.Set();
        Assert.True((await next).Succeeded);
        Assert.Equal(goesOn ? [job.Id] : [], world.Runner.ActiveOn("c").Select(one => one.Id));
        Assert.Equal(goesOn, world.Runner.Find(job.Id) is not null);

        // asked for by the entry of its end
        Actor Who()
        {
            if (world.Runner.All is [{ State: JobState.Stopped }])
            {
                Assert.True(written.Wait(TimeSpan.FromSeconds(30), Token));
            }

            return Me;
        }
    }

    [Fact]
    public async Task What_ran_when_the_program_ended_is_interrupted_and_goes_on()
    {
        string id;
        await using (var first = new JobWorld(data, kind))
        {
            id = (await first.StartAsync(new { kind = "counting", topic = "a", to = 3 })).Id;
            kind.Let("a", 1);
            await Eventually.TrueAsync(() => first.Runner.Find(id)!.Progress.Done == 1, "a step is done");
        }

        // one that was killed leaves its job as running
        var file = Path.Combine(data.Path, "jobs", $"{id}.json");
        var text = await File.ReadAllTextAsync(file, Token);
        Assert.Contains("interrupted", text, StringComparison.OrdinalIgnoreCase);
        await File.WriteAllTextAsync(file, text.Replace("Interrupted", "Running", StringComparison.OrdinalIgnoreCase), Token);
        await File.WriteAllTextAsync(Path.Combine(data.Path, "jobs", "torn.json"), "{\"id\":", Token);
        await using var second = new JobWorld(data, kind);
        Assert.Equal(JobState.Interrupted, Assert.Single(second.Runner.All).State);
        Assert.True((await second.Runner.ContinueAsync(id, () => Me, Token)).Succeeded);
        kind.Let("a", 2);
        await second.IsAsync(id, JobState.Done);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task A_job_that_breaks_says_why_and_goes_on()
    {
        await using var world = new JobWorld(data, kind);
        var job = await world.StartAsync(new { kind = "counting", topic = "breaks", to = 3 });
        kind.Let("breaks", 2);
        await world.IsAsync(job.Id, JobState.Failed);
        Assert.Equal("it broke", world.Runner.Find(job.Id)!.Reason);
        await Eventually.TrueAsync(
            async () => (await world.AuditAsync())[0] is { Action: "job.end", Outcome: "unknown", Error: "it broke" }, "it is audited");
        Assert.True((await world.Runner.ContinueAsync(job.Id, () => Me, Token)).Succeeded);
    }

    [Fact]
    public async Task Why_a_job_stands_is_kept_with_its_code_and_read_where_it_has_none()
    {
        string id, file;
        await using (var first = new JobWorld(data, kind))
        {
            id = (await first.StartAsync(new { kind = "counting", topic = "a", to = 3 })).Id;
            await first.IsAsync(id, JobState.Running);
            Assert.True((await first.Runner.StopAsync(id, Actor.Program("ann"))).Succeeded);
            await first.IsAsync(id, JobState.Stopped);
            file = Path.Combine(data.Path, "jobs", $"{id}.json");
        }

        await using (var second = new JobWorld(data, kind))
        {
            var job = second.Runner.Find(id)!;
            Assert.Equal(("Stopped by ann.", "stoppedBy", "ann"), (job.Reason, job.Why!.Code, Assert.Single(job.Why.Arguments)));
        }

        var old = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(file, Token))!.AsObject();
        Assert.True(old.Remove("why"));
        await File.WriteAllTextAsync(file, old.ToJsonString(), Token);
        await using var third = new JobWorld(data, kind);
        Assert.Equal(("Stopped by ann.", null), (third.Runner.Find(id)!.Reason, third.Runner.Find(id)!.Why));
    }

    [Fact]
    public async Task A_right_that_was_taken_away_stops_a_job_and_one_that_never_was_begins_none()
    {
        await using var world = new JobWorld(data, kind);
        var may = true;
        Actor Who() => new("ann", null, may ? Permissions.Unlimited : new OnlySees());
        var job = await world.StartAsync(new { kind = "counting", topic = "a", to = 3 }, Who);
        await world.IsAsync(job.Id, JobState.Running);
        may = false;
        await Eventually.TrueAsync(
            () => world.Runner.Find(job.Id)!.State == JobState.Stopped, "it is stopped", TimeSpan.FromSeconds(30));
        Assert.Contains("ann may not write records on c (a)", world.Runner.Find(job.Id)!.Reason, StringComparison.Ordinal);
        Assert.Equal(["viewer ann", "Records", "Write", "c"], world.Runner.Find(job.Id)!.Why!.Arguments);
        Assert.Equal("ACCESS_DENIED", (await world.Runner.ContinueAsync(job.Id, Who, Token)).Refusals[0].Code);
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.StartAsync(new { kind = "counting", topic = "b" }, Who));
        world.SetReadOnly();
        await Eventually.TrueAsync(
            async () => (await world.Runner.ContinueAsync(job.Id, () => Me, Token)).Refusals is [{ Code: "CLUSTER_READ_ONLY" }],
            "a read-only cluster takes none");
    }

    [Fact]
    public async Task A_job_whose_actor_ended_stops_with_why_and_somebody_else_goes_on_with_it()
    {
        await using var world = new JobWorld(data, kind);
        string? ended = null;
        Actor Program() => new("ci", null, ended is null ? Permissions.Unlimited : Permissions.None) { Ended = ended };
        var job = await world.StartAsync(new { kind = "counting", topic = "a", to = 1 }, Program);
        await world.IsAsync(job.Id, JobState.Running);
        ended = "The token ci of ann ended at 14:00.";
        await Eventually.TrueAsync(
            () => world.Runner.Find(job.Id)!.State == JobState.Stopped, "it is stopped", TimeSpan.FromSeconds(30));
        Assert.StartsWith(ended, world.Runner.Find(job.Id)!.Reason, StringComparison.Ordinal);
        var refused = Assert.Single((await world.Runner.ContinueAsync(job.Id, Program, Token)).Refusals);
        Assert.Equal(("ACCESS_DENIED", "ci"), (refused.Code, refused.Subject));
        Assert.True((await world.Runner.ContinueAsync(job.Id, () => Me, Token)).Succeeded);
        kind.Let("a", 1);
        await world.IsAsync(job.Id, JobState.Done);
    }

    [Fact]
    public async Task A_right_that_went_while_a_job_waited_for_its_turn_keeps_it_from_beginning()
    {
        await using var world = new JobWorld(data, kind);
        var may = true;
        for (var i = 0; i < JobRunner.MostRunning; i++)
        {
            await world.StartAsync(new { kind = "counting", topic = "busy", to = 1 });
        }

        var job = await world.StartAsync(
            new { kind = "counting", topic = "a", to = 1 }, () => new("ann", null, may ? Permissions.Unlimited : new OnlySees()));
        may = false;
        kind.Let("a", 1);
        kind.Let("busy", JobRunner.MostRunning);
        await world.IsAsync(job.Id, JobState.Stopped);
        Assert.Equal(0, world.Runner.Find(job.Id)!.Progress.Done);
    }

    [Fact]
    public async Task A_request_is_refused_by_its_field()
    {
        await using var world = new JobWorld(data, kind);
        async Task Refused(string why, object body) => Assert.StartsWith(
            why, (await Assert.ThrowsAsync<FormatException>(() => world.StartAsync(body))).Message, StringComparison.Ordinal);
        await Refused("kind: \"\" is none of counting", new { topic = "a" });
        await Refused("topic: it is missing", new { kind = "counting" });
        await Refused("to: a whole number from 1 to 100", new { kind = "counting", topic = "a", to = 0 });
        await Refused("two: there is no such field", new { kind = "counting", topic = "a", two = 0 });
    }

    [Fact]
    public async Task No_more_than_some_are_kept_and_the_oldest_that_ended_goes()
    {
        await using var world = new JobWorld(data, kind);
        var first = await world.StartAsync(new { kind = "counting", topic = "a", to = 1 });
        kind.Let("a", 1);
        await world.IsAsync(first.Id, JobState.Done);
        for (var i = 1; i <= JobStore.MostKept; i++)
        {
            Assert.True(world.Store.TryAdd(first with { Id = $"{i:000}", Made = first.Made.AddSeconds(i), State = JobState.Queued }));
        }

        Assert.Null(world.Store.Find(first.Id));
        Assert.False(world.Store.TryAdd(first with { Id = "more" }));
        Assert.Equal(JobStore.MostKept, Directory.GetFiles(Path.Combine(data.Path, "jobs")).Length);
    }

    sealed class OnlySees : IPermissions
    {
        public bool May(Permission permission) => permission.Action == AccessAction.See;

        public string RolesOn(string? cluster) => "viewer";

        public System.Collections.Immutable.ImmutableArray<FieldMask> Masks(string cluster, string topic) => [];
    }
}
