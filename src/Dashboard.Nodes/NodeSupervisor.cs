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
        await inbox.Writer.WriteAsync(new Act(action, user, done), cancellation).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Stops the node in order within the deadline, kills it past that, and ends the loop.</summary>
    public async Task ShutDownAsync(TimeSpan deadline)
    {
        await inbox.Writer.WriteAsync(new ShutDown(deadline)).ConfigureAwait(false);
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
                case BecameReady ready when ready.Runtime == runtime && node.State == NodeState.Starting:
                    Change(NodeState.Running, null);
                    break;
                case Ended ended when ended.Runtime == runtime:
                    await FailAsync(ended.Failure).ConfigureAwait(false);
                    break;
                case RestartDue due when due.Attempt == node.Attempt && node.State == NodeState.Failed:
                    await StartAsync(node.Attempt).ConfigureAwait(false);
                    break;
                case ShutDown shutDown:
                    inbox.Writer.TryComplete();
                    await EndAsync(shutDown.Deadline).ConfigureAwait(false);
                    return;
            }
        }
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
            act.Done.TrySetResult();
        }
        catch (Exception e)
        {
            act.Done.TrySetException(e);
        }
    }

    async Task DoAsync(Act act)
    {
        switch (act.Action)
        {
            case NodeAction.Start:
                await StartAsync(0).ConfigureAwait(false);
                break;
            case NodeAction.Stop:
                await EndAsync(StopDeadline).ConfigureAwait(false);
                Change(NodeState.Stopped, $"Stopped by {act.User}.", by: act.User);
                break;
            case NodeAction.Kill:
                var killed = runtime;
                runtime = null;
                killed?.Kill();
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

    async Task StartAsync(int attempt)
    {
        CancelRestart();
        Change(NodeState.Starting, null, attempt: attempt);
        try
        {
            runtime = create();
            await runtime.StartAsync(CancellationToken.None).ConfigureAwait(false);
            Watch(runtime);
        }
        catch (Exception e)
        {
            await FailAsync(e).ConfigureAwait(false);
        }
    }

    void Watch(INodeRuntime started)
    {
        _ = started.Ready.ContinueWith(
            ready => ready.IsCompletedSuccessfully ? PostAsync(new BecameReady(started)) : Task.CompletedTask, TaskScheduler.Default);
        _ = started.Completion.ContinueWith(
            completion => PostAsync(new Ended(started, completion.Exception?.GetBaseException())), TaskScheduler.Default);
    }

    async Task PostAsync(Message message)
    {
        try
        {
            await inbox.Writer.WriteAsync(message).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // shut down meanwhile
        }
    }

    async Task FailAsync(Exception? failure)
    {
        var failed = runtime;
        runtime = null;
        if (failed is not null)
        {
            failed.Kill();
            await DisposeQuietlyAsync(failed).ConfigureAwait(false);
        }

        // a node that ran for a while starts its back-off anew
        var attempt = node.State == NodeState.Running && time.GetUtcNow() - node.Since > LongestBackOff ? 1 : node.Attempt + 1;
        var delay = TimeSpan.FromSeconds(Math.Min(LongestBackOff.TotalSeconds, Math.Pow(2, attempt - 1)));
        restart = time.CreateTimer(_ => _ = PostAsync(new RestartDue(attempt)), null, delay, Timeout.InfiniteTimeSpan);
        Change(NodeState.Failed, failure?.Message ?? "The node ended by itself and gave no reason.", time.GetUtcNow() + delay, attempt);
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

        using var limit = new CancellationTokenSource(deadline, time);
        try
        {
            await ending.StopAsync(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            ending.Kill();
        }

        await DisposeQuietlyAsync(ending).ConfigureAwait(false);
    }

    static async Task DisposeQuietlyAsync(INodeRuntime ended)
    {
        try
        {
            await ended.DisposeAsync().AsTask().WaitAsync(StopDeadline).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // it has ended; what its remains throw must not reach the others
        }
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

    abstract record Message;

    sealed record Act(NodeAction Action, string User, TaskCompletionSource Done) : Message;

    sealed record BecameReady(INodeRuntime Runtime) : Message;

    sealed record Ended(INodeRuntime Runtime, Exception? Failure) : Message;

    sealed record RestartDue(int Attempt) : Message;

    sealed record ShutDown(TimeSpan Deadline) : Message;
}
