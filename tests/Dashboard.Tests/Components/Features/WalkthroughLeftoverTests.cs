using System.Collections.Immutable;
using Dashboard.Components.Features.Walkthroughs;
using Dashboard.Hosting;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Operations;
using Dashboard.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Tests.Components.Features;

/// <summary>The topic of a walkthrough whose process ended before it was undone.</summary>
public sealed class WalkthroughLeftoverTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly FakeCluster cluster = new("local", ClusterKind.Hosted, TimeProvider.System);
    readonly FakeAudit audit = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_removed_at_the_next_start_if_a_walkthrough_made_it(bool made)
    {
        cluster.With(3, ("orders", 4, 2));
        var monitor = Monitor();
        if (made)
        {
            var session = Session(monitor);
            Assert.Empty(await session.CreateAsync([[0, 1], [1, 2]], Cancellation));
        }
        else
        {
            cluster.Create(WalkthroughSession.Topic, ImmutableSortedDictionary<int, ImmutableArray<int>>.Empty.Add(0, [0]));
        }

        // the process that made it is gone; another one starts
        var marks = new WalkthroughMarks(directory.Path);
        Assert.Equal(made, marks.IsSet("local"));
        using var leftover = new WalkthroughLeftover(
            new FakeClusterRegistry(Monitor()), marks, new WalkthroughTurn(), TimeProvider.System,
            NullLogger<WalkthroughLeftover>.Instance);
        await leftover.StartAsync(Cancellation);
        await leftover.ExecuteTask!.WaitAsync(Eventually.Deadline, Cancellation);
        Assert.Equal(!made, cluster.Exists(WalkthroughSession.Topic));
        Assert.False(marks.IsSet("local"));
        Assert.True(cluster.Exists("orders"));
    }

    [Fact]
    public async Task A_walkthrough_that_was_undone_leaves_no_mark()
    {
        cluster.With(3, ("orders", 4, 2));
        var session = Session(Monitor());
        await session.CreateAsync([[0, 1], [1, 2]], Cancellation);
        Assert.True(new WalkthroughMarks(directory.Path).IsSet("local"));
        await session.CleanUpAsync();
        Assert.False(cluster.Exists(WalkthroughSession.Topic));
        Assert.False(new WalkthroughMarks(directory.Path).IsSet("local"));
    }

    [Fact]
    public async Task Who_wants_a_walkthrough_to_end_waits_until_it_is_undone()
    {
        cluster.With(3, ("orders", 4, 2));
        var session = Session(Monitor());
        await session.CreateAsync([[0, 1], [1, 2]], Cancellation);
        session.EndWanted += by => _ = session.CleanUpAsync();
        await session.EndAsync("ops").WaitAsync(Eventually.Deadline, Cancellation);
        Assert.False(cluster.Exists(WalkthroughSession.Topic));
    }

    FakeClusterMonitor Monitor()
    {
        FakeClusterMonitor? monitor = null;
        var commands = new FakeCommands(cluster, audit, TimeProvider.System);
        monitor = new(cluster.Snapshot()) { Commands = new Publishing(commands, () => monitor!.Publish(cluster.Snapshot())) };
        return monitor;
    }

    WalkthroughSession Session(FakeClusterMonitor monitor) => new(
        monitor, new FakeNodeHost(cluster, TimeProvider.System), audit, new NoRecords(), new WalkthroughTurn(),
        new WalkthroughMarks(directory.Path), new FakeActor(), TimeProvider.System, NullLogger<WalkthroughSession>.Instance);

    sealed class NoRecords : IRecordWriter
    {
        public Task WriteAsync(string bootstrap, string topic, CancellationToken cancellation) => Task.CompletedTask;
    }

    /// <summary>What a command changed is in the next snapshot.</summary>
    sealed class Publishing(IClusterCommands commands, Action publish) : IClusterCommands
    {
        public Task<CreateTopicPlan> PlanAsync(CreateTopic command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<DeleteTopicPlan> PlanAsync(DeleteTopic command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<ElectLeadersPlan> PlanAsync(ElectLeaders command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<ReassignPlan> PlanAsync(Reassign command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<CancelReassignmentPlan> PlanAsync(CancelReassignment command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<ResetOffsetsPlan> PlanAsync(ResetOffsets request, CancellationToken cancellation) =>
            commands.PlanAsync(request, cancellation);

        public Task<GroupChangePlan> PlanAsync(GroupCommand command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<AlterTopicConfigsPlan> PlanAsync(AlterTopicConfigs command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<AddPartitionsPlan> PlanAsync(AddPartitions command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<PurgeRecordsPlan> PlanAsync(PurgeRecords command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public Task<RecreateTopicPlan> PlanAsync(RecreateTopic command, CancellationToken cancellation) =>
            commands.PlanAsync(command, cancellation);

        public async Task<CommandResult> RunAsync(
            ClusterCommand command, Actor actor, IProgress<CommandProgress>? progress, CancellationToken cancellation)
        {
            var result = await commands.RunAsync(command, actor, progress, cancellation);
            publish();
            return result;
        }

        public Task<CommandResult> RunAsync(GuardedAction action, Actor actor, CancellationToken cancellation) =>
            commands.RunAsync(action, actor, cancellation);
    }
}
