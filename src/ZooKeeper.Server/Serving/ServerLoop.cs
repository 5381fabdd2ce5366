using Wire;
using Wire.Loops;

namespace ZooKeeper.Server.Serving;

/// <summary>
/// The single reader that owns a server's state. Everything that happens to it is an item that was posted here; items run one at a time, in
/// order.
/// </summary>
sealed class ServerLoop
{
    /// <summary>
    /// Items that wait before <see cref="PostAsync(Action, CancellationToken)"/> makes its caller wait: back-pressure for what comes from
    /// sockets.
    /// </summary>
    public const int Capacity = 8192;

    readonly Mailbox<Action> items;
    readonly Action<Exception> failed;
    Task running = Task.CompletedTask;

    /// <param name="gate">Closed while the node is paused: no item runs then.</param>
    /// <param name="failed">Called once with what an item threw; no further item runs, for the state may be half changed.</param>
    public ServerLoop(PauseGate gate, Action<Exception> failed)
    {
        items = new Mailbox<Action>(Capacity, gate);
        this.failed = failed;
    }

    /// <summary>Items waiting now.</summary>
    public int Depth => items.Depth;

    public void Start() => running = Task.Run(RunAsync);

    /// <summary>
    /// Posts an item; waits while the loop has too much to do. Not from inside the loop. Dropped when the loop has ended: there is no state
    /// left to change then.
    /// </summary>
    public async ValueTask PostAsync(Action item, CancellationToken cancellationToken = default) =>
        await items.PostAsync(item, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Runs a function on the loop and returns what it returned or throws what it threw (which does not end the loop). Cancelled when the
    /// loop has ended.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<T> function, CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Item()
        {
            try
            {
                done.TrySetResult(function());
            }
            catch (Exception e)
            {
                done.TrySetException(e);
            }
        }

        if (!await items.PostAsync(Item, cancellationToken).ConfigureAwait(false))
        {
            done.TrySetCanceled(CancellationToken.None);
        }

        // a loop that has failed leaves its items: they never run
        await Task.WhenAny(done.Task, running).WaitAsync(cancellationToken).ConfigureAwait(false);
        return done.Task.IsCompleted
            ? await done.Task.ConfigureAwait(false)
            : throw new OperationCanceledException("The server's loop has ended.");
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(Action action, CancellationToken cancellationToken = default) =>
        RunAsync(() => { action(); return true; }, cancellationToken);

    /// <summary>Runs what was posted so far, then ends.</summary>
    public Task StopAsync()
    {
        items.Complete();
        return running;
    }

    async Task RunAsync()
    {
        try
        {
            await items.RunAsync(static item => item(), null, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failed(e);
        }
    }
}
