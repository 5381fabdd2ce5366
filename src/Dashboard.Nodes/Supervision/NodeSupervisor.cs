using System.Threading.Channels;
using Dashboard.Nodes.Runtimes;
using Wire;

namespace Dashboard.Nodes.Supervision;

/// <summary>
/// The life of one hosted node. One loop (<see cref="RunAsync"/>) owns its state: actions, the ends of its tasks and due restarts reach it
/// as messages. Whatever a node throws ends that node's life only; it is started again with back-off, and the reason is kept for people to
/// read.
/// </summary>
sealed class NodeSupervisor
{
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    readonly Channel<Message> inbox = Channel.CreateBounded<Message>(new BoundedChannelOptions(64) { SingleReader = true });
    readonly Func<INodeRuntime> create;
    readonly TimeProvider time;
    readonly Action<HostedNode> changed;
    readonly Task loop;
    readonly BackOff backOff = new();
    HostedNode node;
    INodeRuntime? runtime;
    CancellationTokenSource starting = new();
    Task started = Task.CompletedTask;
    Stopping? stopping;
    ITimer? restart;

    /// <param name="create">Reads the node's configuration and makes a new runtime; may throw, which is a failed start.</param>
    /// <param name="changed">Called by the loop after every change.</param>
    public NodeSupervisor(HostedNode initial, Func<INodeRuntime> create, TimeProvider time, Action<HostedNode> changed)
    {
        node = initial;
        this.create = create;
        this.time = time;
        this.changed = changed;
        loop = Task.Run(RunAsync);
    }

    public HostedNode Node => Volatile.Read(ref node);

    /// <summary>Done when the action has begun: how a start and a stop go on, <see cref="Node"/> shows.</summary>
    public async Task ActAsync(NodeAction action, string user, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new Act(action, user, done), cancellationToken).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops the node in order within the deadline, kills it past that, and ends the loop.</summary>
    public async Task ShutDownAsync(TimeSpan deadline)
    {
        await PostAsync(new ShutDown(deadline)).ConfigureAwait(false);
        await loop.ConfigureAwait(false);
    }

    async Task RunAsync()
    {
        await foreach (var message in inbox.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            switch (message)
            {
                case Act act:
                    await HandleAsync(act).ConfigureAwait(false);
                    break;
                // of this life only: the end of an earlier one comes late, and is known
                case Ended ended when ended.Runtime == runtime:
                    await FailAsync(ended.Failure).ConfigureAwait(false);
                    break;
                case StopEnded ended when ended.Stopping == stopping:
                    stopping = null;
                    Change(NodeState.Stopped, $"Stopped by {ended.Stopping.User}.", by: ended.Stopping.User);
                    break;
                case BecameReady ready when ready.Runtime == runtime && node.State == NodeState.Starting:
                    Change(NodeState.Running, null);
                    break;
                // a timer that fired while someone started the node
                case RestartDue due when due.Attempt == node.Attempt && node.State == NodeState.Failed:
                    await StartAsync().ConfigureAwait(false);
                    break;
                case ShutDown shutDown:
                    inbox.Writer.TryComplete();
                    await EndAsync(shutDown.Deadline).ConfigureAwait(false);
                    // their callers wait
                    await foreach (var late in inbox.Reader.ReadAllAsync().ConfigureAwait(false))
                    {
                        Refuse(late);
                    }

                    return;
            }
        }
    }

    async Task HandleAsync(Act act)
    {
        try
        {
            if (NodeActionRules.WhyNot(node.State, act.Action) is { } why)
            {
                throw new NodeActionException($"{node.Name} cannot be {PastTense(act.Action)}: {why}.");
            }

            // whoever acts on it knows what it did before
            backOff.Forget();
            await DoAsync(act).ConfigureAwait(false);
            act.Asked.TrySetResult();
        }
        catch (Exception e)
        {
            act.Asked.TrySetException(e);
        }
    }

    async Task DoAsync(Act act)
    {
        switch (act.Action)
        {
            case NodeAction.Start:
                await StartAsync().ConfigureAwait(false);
                break;
            case NodeAction.Stop:
                BeginStop(act.User);
                break;
            case NodeAction.Kill:
                await KillAsync().ConfigureAwait(false);
                Change(NodeState.Killed, $"Killed by {act.User}.", by: act.User);
                break;
            case NodeAction.Pause:
                runtime?.Pause();
                Change(NodeState.Paused, $"Paused by {act.User}. Its sockets stay open and answer nothing.", by: act.User);
                break;
            case NodeAction.Resume:
                runtime?.Resume();
                Change(NodeState.Running, null);
                break;
        }
    }

    async Task StartAsync()
    {
        CancelRestart();
        Change(NodeState.Starting, null);
        try
        {
            runtime = create();
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
            return;
        }

        starting.Dispose();
        starting = new CancellationTokenSource();
        started = LaunchAsync(runtime, starting.Token);
    }

    /// <summary>Beside the loop: a broker waits for its ensemble as long as that takes, and can be stopped or killed meanwhile.</summary>
    async Task LaunchAsync(INodeRuntime launched, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => launched.StartAsync(cancellationToken), CancellationToken.None).ConfigureAwait(false);
            // after the start: a runtime completes nothing before
            Watch(launched);
        }
        catch (Exception e)
        {
            _ = PostAsync(new Ended(launched, e));
        }
    }

    /// <summary>Beside the loop, as a start: who loses patience can kill the node while it tries to leave in order.</summary>
    void BeginStop(string user)
    {
        CancelRestart();
        if (runtime is not { } ending)
        {
            Change(NodeState.Stopped, $"Stopped by {user}.", by: user);
            return;
        }

        runtime = null;
        Change(NodeState.Stopping, $"Being stopped by {user}.", by: user);
        stopping = new Stopping(ending, user);
        stopping.Done = StopAsync(stopping, started);
    }

    async Task StopAsync(Stopping stop, Task start)
    {
        await starting.CancelAsync().ConfigureAwait(false);
        await NodeEnd.StopAsync(stop.Runtime, start, StopDeadline, time, stop.Cut.Token).ConfigureAwait(false);
        _ = PostAsync(new StopEnded(stop));
    }

    void Watch(INodeRuntime running)
    {
        _ = running.Ready.ContinueWith(
            ready => ready.IsCompletedSuccessfully ? PostAsync(new BecameReady(running)) : Task.CompletedTask, TaskScheduler.Default);
        _ = running.Completion.ContinueWith(
            completion => PostAsync(new Ended(running, completion.Exception?.GetBaseException())), TaskScheduler.Default);
    }

    async Task PostAsync(Message message, CancellationToken cancellationToken = default)
    {
        try
        {
            await inbox.Writer.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            Refuse(message);
        }
    }

    void Refuse(Message late) =>
        late.Done?.TrySetException(new NodeActionException($"{node.Name} takes no more orders: it is being removed, or Castellan ends."));

    async Task FailAsync(Exception? failure)
    {
        await KillAsync().ConfigureAwait(false);

        var delay = backOff.Next(failure, node, time.GetUtcNow());
        var failures = backOff.Failures!;
        restart = time.CreateTimer(_ => _ = PostAsync(new RestartDue(failures.Count)), null, delay, Timeout.InfiniteTimeSpan);
        Change(NodeState.Failed, failures.Reason, time.GetUtcNow() + delay, told: failures.Told);
    }

    /// <summary>
    /// Whatever the node throws now, it is given up: only what is left of it in this process could be in the way of its next life.
    /// </summary>
    async Task KillAsync()
    {
        await CutStopAsync().ConfigureAwait(false);
        if (runtime is not { } killed)
        {
            return;
        }

        runtime = null;
        await starting.CancelAsync().ConfigureAwait(false);
        await NodeEnd.QuietlyAsync(
            async () =>
            {
                killed.Kill();
                await started.ConfigureAwait(false);
                await killed.DisposeAsync().ConfigureAwait(false);
            }).ConfigureAwait(false);
    }

    /// <summary>A stop under way ends as a kill does.</summary>
    async Task CutStopAsync()
    {
        if (stopping is { } cut)
        {
            stopping = null;
            await cut.Cut.CancelAsync().ConfigureAwait(false);
            await cut.Done.ConfigureAwait(false);
        }
    }

    async Task EndAsync(TimeSpan deadline)
    {
        CancelRestart();
        if (stopping is { } begun)
        {
            using var limit = new CancellationTokenSource(deadline, time);
            await using var cut = limit.Token.Register(begun.Cut.Cancel).ConfigureAwait(false);
            await begun.Done.ConfigureAwait(false);
        }

        var ending = runtime;
        runtime = null;
        if (ending is null)
        {
            return;
        }

        await starting.CancelAsync().ConfigureAwait(false);
        await NodeEnd.StopAsync(ending, started, deadline, time).ConfigureAwait(false);
    }

    void CancelRestart()
    {
        restart?.Dispose();
        restart = null;
    }

    void Change(
        NodeState state, string? reason, DateTimeOffset? restartAt = null, string? by = null, CodedText? told = null)
    {
        Volatile.Write(
            ref node,
            node with
            {
                State = state,
                Reason = reason,
                Told = told,
                RestartAt = restartAt,
                By = by,
                ProcessId = runtime?.ProcessId,
                Since = time.GetUtcNow(),
                Attempt = backOff.Failures?.Count ?? 0,
                Failures = state is NodeState.Starting or NodeState.Failed ? backOff.Failures : null,
            });
        changed(node);
    }

    static string PastTense(NodeAction action) => action switch
    {
        NodeAction.Start => "started",
        NodeAction.Stop => "stopped",
        NodeAction.Kill => "killed",
        NodeAction.Pause => "paused",
        _ => "resumed",
    };

    sealed class Stopping(INodeRuntime runtime, string user)
    {
        public INodeRuntime Runtime => runtime;

        public string User => user;

        /// <summary>Ends it the hard way.</summary>
        public CancellationTokenSource Cut { get; } = new();

        public Task Done { get; set; } = Task.CompletedTask;
    }

    /// <param name="Done">Completed for the caller that waits, if one does.</param>
    abstract record Message(TaskCompletionSource? Done = null);

    sealed record Act(NodeAction Action, string User, TaskCompletionSource Asked) : Message(Asked);

    sealed record BecameReady(INodeRuntime Runtime) : Message;

    sealed record Ended(INodeRuntime Runtime, Exception? Failure) : Message;

    sealed record StopEnded(Stopping Stopping) : Message;

    sealed record RestartDue(int Attempt) : Message;

    sealed record ShutDown(TimeSpan Deadline) : Message;
}
