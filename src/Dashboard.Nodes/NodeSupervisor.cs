using System.Threading.Channels;
using Dashboard.Nodes.Runtimes;

namespace Dashboard.Nodes;

/// <summary>
/// The life of one hosted node. One loop (<see cref="RunAsync"/>) owns its state: actions, the ends of its tasks and due restarts reach it as
/// messages. Whatever a node throws ends that node's life only; it is started again with back-off, and the reason is kept for people to read.
/// </summary>
sealed class NodeSupervisor
{
    static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(60);

    readonly Channel<Message> inbox = Channel.CreateBounded<Message>(new BoundedChannelOptions(64) { SingleReader = true });
    readonly Func<INodeRuntime> create;
    readonly TimeProvider time;
    readonly Action<HostedNode> changed;
    readonly Task loop;
    HostedNode node;
    INodeRuntime? runtime;
    CancellationTokenSource starting = new();
    Task started = Task.CompletedTask;
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

    /// <summary>Whether the action is possible in this state: null, or why not.</summary>
    public static string? WhyNot(NodeState state, NodeAction action) => (action, state) switch
    {
        (NodeAction.Start, NodeState.Stopped or NodeState.Killed or NodeState.Failed) => null,
        (NodeAction.Stop, NodeState.Running or NodeState.Starting or NodeState.Failed) => null,
        (NodeAction.Kill, NodeState.Running or NodeState.Starting or NodeState.Paused) => null,
        (NodeAction.Pause, NodeState.Running) => null,
        (NodeAction.Resume, NodeState.Paused) => null,
        (NodeAction.Stop, NodeState.Paused) => "it is paused: resume it first, or kill it",
        (NodeAction.Resume, _) => "it is not paused",
        (NodeAction.Start, NodeState.Paused) => "it is paused: resume it",
        (NodeAction.Start, _) => "it already runs",
        _ => "it does not run",
    };

    /// <summary>Done when the action is: a start when the node listens, not when it is ready.</summary>
    public async Task ActAsync(NodeAction action, string user, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new Act(action, user, done), cancellation).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellation).ConfigureAwait(false);
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
                case Ended ended:
                    await HandleAsync(ended).ConfigureAwait(false);
                    break;
                case BecameReady ready when ready.Runtime == runtime && node.State == NodeState.Starting:
                    Change(NodeState.Running, null);
                    break;
                case RestartDue due when due.Attempt == node.Attempt && node.State == NodeState.Failed:
                    await StartAsync(node.Attempt, null).ConfigureAwait(false);
                    break;
                case ShutDown shutDown:
                    inbox.Writer.TryComplete();
                    await EndAsync(shutDown.Deadline).ConfigureAwait(false);
                    await foreach (var late in inbox.Reader.ReadAllAsync().ConfigureAwait(false))
                    {
                        Refuse(late);
                    }

                    return;
            }
        }
    }

    async Task HandleAsync(Ended ended)
    {
        if (ended.Runtime == runtime)
        {
            await FailAsync(ended.Failure).ConfigureAwait(false);
        }

        ended.Asked?.TrySetResult();
    }

    async Task HandleAsync(Act act)
    {
        try
        {
            if (WhyNot(node.State, act.Action) is { } why)
            {
                throw new NodeActionException($"{node.Name} cannot be {PastTense(act.Action)}: {why}.");
            }

            await DoAsync(act).ConfigureAwait(false);
            if (act.Action != NodeAction.Start)
            {
                act.Asked.TrySetResult();
            }
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
                await StartAsync(0, act.Asked).ConfigureAwait(false);
                break;
            case NodeAction.Stop:
                await EndAsync(StopDeadline).ConfigureAwait(false);
                Change(NodeState.Stopped, $"Stopped by {act.User}.", by: act.User);
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

    /// <param name="done">Set when the node listens, or its start ended in another way.</param>
    async Task StartAsync(int attempt, TaskCompletionSource? done)
    {
        CancelRestart();
        Change(NodeState.Starting, null, attempt: attempt);
        try
        {
            runtime = create();
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
            done?.TrySetResult();
            return;
        }

        starting.Dispose();
        starting = new CancellationTokenSource();
        started = LaunchAsync(runtime, done, starting.Token);
    }

    /// <summary>Beside the loop: a broker waits for its ensemble as long as that takes, and can be stopped or killed meanwhile.</summary>
    async Task LaunchAsync(INodeRuntime launched, TaskCompletionSource? done, CancellationToken cancellation)
    {
        try
        {
            await Task.Run(() => launched.StartAsync(cancellation), CancellationToken.None).ConfigureAwait(false);
            Watch(launched);
            done?.TrySetResult();
        }
        catch (Exception e)
        {
            _ = PostAsync(new Ended(launched, e, done));
        }
    }

    void Watch(INodeRuntime running)
    {
        _ = running.Ready.ContinueWith(
            ready => ready.IsCompletedSuccessfully ? PostAsync(new BecameReady(running)) : Task.CompletedTask, TaskScheduler.Default);
        _ = running.Completion.ContinueWith(
            completion => PostAsync(new Ended(running, completion.Exception?.GetBaseException())), TaskScheduler.Default);
    }

    async Task PostAsync(Message message, CancellationToken cancellation = default)
    {
        try
        {
            await inbox.Writer.WriteAsync(message, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            Refuse(message);
        }
    }

    void Refuse(Message late) => late.Done?.TrySetException(new NodeActionException($"{node.Name} takes no more orders: Castellan is ending."));

    async Task FailAsync(Exception? failure)
    {
        await KillAsync().ConfigureAwait(false);

        // a node that ran for a while starts its back-off anew
        var attempt = node.State == NodeState.Running && time.GetUtcNow() - node.Since > LongestBackOff ? 1 : node.Attempt + 1;
        var delay = TimeSpan.FromSeconds(Math.Min(LongestBackOff.TotalSeconds, Math.Pow(2, attempt - 1)));
        restart = time.CreateTimer(_ => _ = PostAsync(new RestartDue(attempt)), null, delay, Timeout.InfiniteTimeSpan);
        Change(NodeState.Failed, failure?.Message ?? "The node ended by itself and gave no reason.", time.GetUtcNow() + delay, attempt);
    }

    /// <summary>Whatever the node throws now, it is given up: only what is left of it in this process could be in the way of its next life.</summary>
    async Task KillAsync()
    {
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

    async Task EndAsync(TimeSpan deadline)
    {
        CancelRestart();
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

    void Change(NodeState state, string? reason, DateTimeOffset? restartAt = null, int? attempt = null, string? by = null)
    {
        Volatile.Write(
            ref node,
            node with
            {
                State = state,
                Reason = reason,
                RestartAt = restartAt,
                By = by,
                Since = time.GetUtcNow(),
                Attempt = attempt ?? (state is NodeState.Stopped or NodeState.Killed ? 0 : node.Attempt),
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

    /// <param name="Done">Who waits for it, if somebody does.</param>
    abstract record Message(TaskCompletionSource? Done = null);

    sealed record Act(NodeAction Action, string User, TaskCompletionSource Asked) : Message(Asked);

    sealed record BecameReady(INodeRuntime Runtime) : Message;

    sealed record Ended(INodeRuntime Runtime, Exception? Failure, TaskCompletionSource? Asked = null) : Message(Asked);

    sealed record RestartDue(int Attempt) : Message;

    sealed record ShutDown(TimeSpan Deadline) : Message;
}
