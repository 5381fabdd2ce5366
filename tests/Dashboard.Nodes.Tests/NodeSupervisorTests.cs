using Dashboard.Nodes.Supervision;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Dashboard.Nodes.Tests;

public sealed class NodeSupervisorTests
{
    readonly FakeTimeProvider time = new();
    readonly List<FakeRuntime> lives = [];
    readonly NodeSupervisor supervisor;
    Func<FakeRuntime> next = () => new FakeRuntime();

    public NodeSupervisorTests() => supervisor = new NodeSupervisor(
        new HostedNode("kafka0", NodeKind.Broker, 0, NodeState.Stopped, 9092, time.GetUtcNow(), null, null, 0),
        () =>
        {
            lives.Add(next());
            return lives[^1];
        },
        time,
        _ => { });

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_runs_once_it_is_ready()
    {
        await supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        Assert.Equal(NodeState.Starting, supervisor.Node.State);
        lives[0].BecomeReady();
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Running, "the node runs");
    }

    [Fact]
    public async Task A_failed_start_tells_why_and_starts_again_with_doubled_waits()
    {
        next = () => new FakeRuntime { StartFailure = new IOException("No space left on device") };
        await supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Failed, "the start failed");
        var node = supervisor.Node;
        Assert.Equal((NodeState.Failed, "No space left on device", 1), (node.State, node.Reason, node.Attempt));
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(1), supervisor.Node.RestartAt);

        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => supervisor.Node.Attempt == 2, "a second attempt");
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromSeconds(2), supervisor.Node.RestartAt);

        next = () => new FakeRuntime();
        time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => lives.Count == 3, "a third attempt");
        Assert.Equal(NodeState.Starting, supervisor.Node.State);
    }

    [Fact]
    public async Task Failures_in_a_row_are_counted_with_the_first_time_and_the_last_error_also_while_it_is_started_again()
    {
        next = () => new FakeRuntime { StartFailure = new IOException($"no {lives.Count}") };
        var began = time.GetUtcNow();
        await supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        for (var count = 1; count <= 6; count++)
        {
            await Eventually.TrueAsync(
                () => supervisor.Node is { State: NodeState.Failed } node && node.Attempt == count, $"failure {count}");
            Assert.Equal(new NodeFailures(count, began, $"no {count - 1}"), supervisor.Node.Failures);
            Assert.Equal(count > 1, supervisor.Node.FailsAgainAndAgain);
            next = count < 6 ? next : () => new FakeRuntime();
            time.Advance(supervisor.Node.RestartAt!.Value - time.GetUtcNow());
        }

        await Eventually.TrueAsync(() => lives.Count == 7, "the seventh life");
        Assert.Equal((NodeState.Starting, 6, "no 5"), (
            supervisor.Node.State, supervisor.Node.Failures!.Count, supervisor.Node.Failures.Reason));
        await supervisor.ActAsync(NodeAction.Stop, "me", Cancellation);
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Stopped, "it is stopped");
        Assert.Equal((null, 0), (supervisor.Node.Failures, supervisor.Node.Attempt));
    }

    [Fact]
    public async Task A_node_that_fails_while_it_runs_is_started_again()
    {
        await RunAsync();
        lives[0].Fail(new InvalidOperationException("log directory is offline"));
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Failed, "the node failed");
        Assert.Equal("log directory is offline", supervisor.Node.Reason);
        Assert.Contains("kill", lives[0].Calls);
        time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => lives.Count == 2, "a second life");
    }

    [Fact]
    public async Task Kill_says_no_goodbye_and_does_not_restart()
    {
        await RunAsync();
        await supervisor.ActAsync(NodeAction.Kill, "me", Cancellation);
        Assert.Equal(["start", "kill"], lives[0].Calls);
        Assert.Equal((NodeState.Killed, "Killed by me.", "me"), (supervisor.Node.State, supervisor.Node.Reason, supervisor.Node.By));
        time.Advance(TimeSpan.FromMinutes(5));
        await supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        Assert.Equal(2, lives.Count);
    }

    [Fact]
    public async Task Pause_and_resume_reach_the_same_life()
    {
        await RunAsync();
        await supervisor.ActAsync(NodeAction.Pause, "me", Cancellation);
        Assert.Equal(NodeState.Paused, supervisor.Node.State);
        await supervisor.ActAsync(NodeAction.Resume, "me", Cancellation);
        Assert.Equal(["start", "pause", "resume"], lives[0].Calls);
        Assert.Equal(NodeState.Running, supervisor.Node.State);
    }

    [Theory]
    [InlineData(NodeAction.Resume, "it is not paused")]
    [InlineData(NodeAction.Start, "it already runs")]
    public async Task An_action_that_makes_no_sense_is_refused_with_the_reason(NodeAction action, string why)
    {
        await RunAsync();
        var refusal = await Assert.ThrowsAsync<NodeActionException>(() => supervisor.ActAsync(action, "me", Cancellation));
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(NodeState.Running, supervisor.Node.State);
    }

    [Fact]
    public async Task A_node_that_does_not_stop_in_time_is_killed_at_shutdown()
    {
        next = () => new FakeRuntime { StopHangs = true };
        await RunAsync();
        var shutDown = supervisor.ShutDownAsync(TimeSpan.FromSeconds(3));
        await Eventually.TrueAsync(() => lives[0].Calls.Contains("stop"), "stop was asked for");
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return shutDown.IsCompleted;
            },
            "the supervisor ends");
        Assert.Equal("kill", lives[0].Calls[^1]);
    }

    /// <summary>A stop may have to wait for others; whoever loses patience does not wait with it.</summary>
    [Fact]
    public async Task A_stop_under_way_is_told_and_a_kill_cuts_it_short()
    {
        next = () => new FakeRuntime { StopHangs = true };
        await RunAsync();
        await supervisor.ActAsync(NodeAction.Stop, "me", Cancellation);
        Assert.Equal((NodeState.Stopping, "me"), (supervisor.Node.State, supervisor.Node.By));
        var refusal = await Assert.ThrowsAsync<NodeActionException>(() => supervisor.ActAsync(NodeAction.Start, "me", Cancellation));
        Assert.Contains("it is being stopped", refusal.Message, StringComparison.Ordinal);
        await supervisor.ActAsync(NodeAction.Kill, "me", Cancellation);
        Assert.Equal((NodeState.Killed, "kill"), (supervisor.Node.State, lives[0].Calls[^1]));
        next = () => new FakeRuntime();
        await RunAsync();
    }

    [Fact]
    public async Task A_stop_that_lasts_too_long_ends_as_a_kill()
    {
        next = () => new FakeRuntime { StopHangs = true };
        await RunAsync();
        await supervisor.ActAsync(NodeAction.Stop, "me", Cancellation);
        await Eventually.TrueAsync(() => lives[0].Calls.Contains("stop"), "stop was asked for");
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(2));
                return supervisor.Node.State == NodeState.Stopped;
            },
            "the node is stopped");
        Assert.Equal("kill", lives[0].Calls[^1]);
    }

    [Fact]
    public async Task A_node_that_ends_while_it_is_stopped_has_not_failed()
    {
        await RunAsync();
        await supervisor.ActAsync(NodeAction.Stop, "me", Cancellation);
        lives[0].Fail(new InvalidOperationException("too late to matter"));
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Stopped, "the node is stopped");
        Assert.Equal("Stopped by me.", supervisor.Node.Reason);
    }

    [Fact]
    public async Task A_stop_under_way_does_not_hold_up_the_end_of_the_process()
    {
        next = () => new FakeRuntime { StopHangs = true };
        await RunAsync();
        await supervisor.ActAsync(NodeAction.Stop, "me", Cancellation);
        var shutDown = supervisor.ShutDownAsync(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return shutDown.IsCompleted;
            },
            "the supervisor ends");
        Assert.Equal("kill", lives[0].Calls[^1]);
    }

    /// <summary>A broker's start waits for its ensemble; whoever wants it gone does not wait with it.</summary>
    [Theory]
    [InlineData(NodeAction.Kill, NodeState.Killed)]
    [InlineData(NodeAction.Stop, NodeState.Stopped)]
    public async Task A_start_that_lasts_is_cut_short(NodeAction action, NodeState then)
    {
        next = () => new FakeRuntime { StartHangs = true };
        var start = supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Starting && lives.Count == 1, "the node starts");
        await start;
        await supervisor.ActAsync(action, "me", Cancellation);
        await Eventually.TrueAsync(() => supervisor.Node.State == then, $"the node is {then}");
        next = () => new FakeRuntime();
        await RunAsync();
    }

    [Fact]
    public async Task A_start_that_lasts_does_not_hold_up_the_end_of_the_process()
    {
        next = () => new FakeRuntime { StartHangs = true };
        await supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        await supervisor.ShutDownAsync(TimeSpan.FromSeconds(3));
        var refusal = await Assert.ThrowsAsync<NodeActionException>(() => supervisor.ActAsync(NodeAction.Kill, "me", Cancellation));
        Assert.Contains("Castellan ends", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_throws_when_it_is_killed_is_killed_all_the_same()
    {
        next = () => new FakeRuntime { KillFailure = new IOException("Input/output error") };
        await RunAsync();
        lives[0].Fail(new InvalidOperationException("log directory is offline"));
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Failed, "the node failed");
        await supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        await supervisor.ActAsync(NodeAction.Kill, "me", Cancellation);
        Assert.Equal(NodeState.Killed, supervisor.Node.State);
    }

    async Task RunAsync()
    {
        await supervisor.ActAsync(NodeAction.Start, "me", Cancellation);
        lives[^1].BecomeReady();
        await Eventually.TrueAsync(() => supervisor.Node.State == NodeState.Running, "the node runs");
    }
}
