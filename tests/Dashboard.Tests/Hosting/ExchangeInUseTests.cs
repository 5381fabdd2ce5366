using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Operations;
using Dashboard.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>Other servers while something works on those that are hosted.</summary>
public sealed class ExchangeInUseTests : IAsyncDisposable
{
    static readonly EngineChoice apache = new(EngineKind.Apache, HostedMode.KRaft) { KafkaHome = "/opt/kafka" };

    readonly TempDirectory directory = new();
    readonly FakeCluster cluster = new FakeCluster("local", ClusterKind.Hosted, TimeProvider.System).With(3, ("orders", 4, 2));
    readonly FakeAudit audit = new();
    readonly WalkthroughTurn turn = new();
    readonly FakeClusterMonitor monitor;
    readonly FakeNodeHost nodes;
    readonly JobRunner jobs;
    readonly EngineExchanges exchanges;

    public ExchangeInUseTests()
    {
        monitor = new(cluster.Snapshot()) { Commands = new FakeCommands(cluster, audit, TimeProvider.System) };
        nodes = new(cluster, TimeProvider.System);
        jobs = new(
            [new Lasting()], new JobStore(directory.Path, NullLogger<JobStore>.Instance, TimeProvider.System),
            new FakeClusterRegistry(monitor), audit, TimeProvider.System, NullLogger<JobRunner>.Instance);
        exchanges = new(nodes, new ClusterUses(jobs, turn), audit, TimeProvider.System);
    }

    static Actor Ops => Actor.Program("ops");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await jobs.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task A_job_keeps_the_servers_unless_it_may_be_stopped_and_goes_on_with_them_alone()
    {
        Called("first");
        var job = await BeginAsync();
        var refused = await exchanges.BeginAsync("local", apache, force: false, Ops, Cancellation);
        Assert.Equal(new ClusterUse("job", job.Id, "lasting orders", "ops"), Assert.Single(refused!.Running));
        Assert.Equal(("ClusterInUse", null), (refused.Told!.Code, nodes.Exchange));
        Assert.Contains(job.Id, refused.Message, StringComparison.Ordinal);

        Assert.Null(await exchanges.BeginAsync("local", apache, force: true, Ops, Cancellation));
        Assert.Equal(ExchangeStep.Stopping, nodes.Exchange!.Step);
        var stopped = jobs.Find(job.Id)!;
        Assert.Equal((JobState.Stopped, true), (stopped.State, stopped.CanGoOn));
        Assert.Contains("exchanged by ops", stopped.Reason, StringComparison.Ordinal);

        Called("second");
        var elsewhere = await jobs.ContinueAsync(job.Id, () => Ops, Cancellation);
        Assert.Equal(JobRefusals.OtherClusterCode, elsewhere.Refusals.First().Code);
        Assert.Empty(jobs.EndRefusals(job.Id, Ops));
        Called("first");
        Assert.True((await jobs.ContinueAsync(job.Id, () => Ops, Cancellation)).Succeeded);
    }

    [Fact]
    public async Task A_walkthrough_is_undone_first()
    {
        turn.TryTake("local", new FakeTaker(turn));
        var refused = await exchanges.BeginAsync("local", apache, force: false, Ops, Cancellation);
        Assert.Equal(new ClusterUse("walkthrough", null, null, "ann"), Assert.Single(refused!.Running));
        Assert.Equal("refused", (await audit.ReadLastAsync(1, Cancellation))[0].Outcome);
        Assert.Null(await exchanges.BeginAsync("local", apache, force: true, Ops, Cancellation));
        Assert.Null(turn.Taker("local"));
    }

    [Fact]
    public async Task What_cannot_be_exchanged_stops_nothing()
    {
        nodes.WrongHome = "There is no such directory.";
        var job = await BeginAsync();
        Assert.Empty((await exchanges.BeginAsync("local", apache, force: true, Ops, Cancellation))!.Running);
        Assert.True(jobs.Find(job.Id)!.IsActive);
    }

    /// <summary>What Kafka calls the cluster from now on.</summary>
    void Called(string id)
    {
        var now = cluster.Snapshot();
        monitor.Publish(now with { Identity = new(now.Identity.Value! with { ClusterId = id }, null, now.Identity.AsOf) });
    }

    async Task<JobEntry> BeginAsync()
    {
        var request = jobs.Read("local", JsonSerializer.SerializeToElement(new { kind = "lasting" }));
        var plan = await jobs.PlanAsync(request.Job, Ops, Cancellation);
        var (result, job) = await jobs.StartAsync(request, plan, () => Ops, Cancellation);
        Assert.True(result.Succeeded);
        return job!;
    }

    /// <summary>Never ends by itself.</summary>
    sealed class Lasting : IJobKind, IJob
    {
        public string Name => "lasting";

        public string Kind => Name;

        public string Topic => "orders";

        public ImmutableArray<Permission> Needs => [new(AccessKind.Records, AccessAction.Write, "local", Topic)];

        public IJob Read(string cluster, JsonElement request) => this;

        public Task<JobPlan> PlanAsync(Actor actor, CancellationToken cancellationToken) => Task.FromResult(new JobPlan(Kind, Topic));

        public Task RunAsync(JobRun run, CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
