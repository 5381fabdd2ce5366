using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Wire.Loops;

/// <summary>
/// A bounded queue with one reader: the loop that owns a piece of state. Anyone posts, on any thread; items are handled one at a time, in
/// the order in which they were posted. When it is full, <see cref="TryPost"/> refuses and <see cref="PostAsync"/> waits.
/// </summary>
/// <param name="capacity">Items that wait at most.</param>
/// <param name="gate">Closed while the node is paused: no item is handled then.</param>
public sealed class Mailbox<T>(int capacity, PauseGate? gate = null)
{
    /// <summary>What follows a run of items is done after so many of them at the latest, also when the queue is never empty.</summary>
    const int LongestRun = 64;

    // the default mode, Wait: in any other TryWrite drops an item of a full queue and says true
    readonly Channel<T> queue = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true });

    /// <summary>Items that wait now.</summary>
    public int Depth => queue.Reader.Count;

    /// <summary>False when it is full or takes nothing more.</summary>
    public bool TryPost(T item) => queue.Writer.TryWrite(item);

    /// <summary>Waits while it is full; not from inside the loop, which would wait for itself. False when it takes nothing more.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it was full.</exception>
    public ValueTask<bool> PostAsync(T item, CancellationToken cancellationToken = default) =>
        // nearly always there is room, and then nothing is allocated
        queue.Writer.TryWrite(item) ? new ValueTask<bool>(true) : WaitAndPostAsync(item, cancellationToken);

    /// <summary>Takes nothing more. The loop ends when what waits is handled.</summary>
    public void Complete() => queue.Writer.TryComplete();

    /// <summary>For the reader: the next item, left where it is.</summary>
    public bool TryPeek([MaybeNullWhen(false)] out T item) => queue.Reader.TryPeek(out item);

    /// <summary>For the reader: takes the next item; after the end of the loop, what was not handled.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item) => queue.Reader.TryRead(out item);

    /// <summary>
    /// The loop. Ends when it is cancelled or when a completed mailbox is empty, and takes nothing more then; an exception of the handler
    /// ends it, too, and is thrown.
    /// </summary>
    /// <param name="handle">Handles one item without waiting.</param>
    /// <param name="afterRun">
    /// What is done once for a run of items: before the loop waits, and after some dozens of items at the latest.
    /// </param>
    public Task RunAsync(Action<T> handle, Action? afterRun, CancellationToken stopping) => RunBatchesAsync(
        () =>
        {
            for (var i = 0; i < LongestRun && MayGoOn(stopping) && queue.Reader.TryRead(out var item); i++)
            {
                handle(item);
            }

            afterRun?.Invoke();
            return ValueTask.CompletedTask;
        },
        stopping);

    /// <summary>The same for items that take their time: the next one waits for the one before.</summary>
    public Task RunAsync(Func<T, Task> handle, CancellationToken stopping) => RunBatchesAsync(
        async () =>
        {
            if (queue.Reader.TryRead(out var item))
            {
                await handle(item).ConfigureAwait(false);
            }
        },
        stopping);

    /// <summary>The same for a reader that takes as many items at a time as it likes, by <see cref="TryTake"/>.</summary>
    /// <param name="handle">Called again and again while something waits.</param>
    public async Task RunBatchesAsync(Func<ValueTask> handle, CancellationToken stopping)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stopping).ConfigureAwait(false))
            {
                if (gate is { IsPaused: true })
                {
                    await gate.WaitAsync(stopping).ConfigureAwait(false);
                }

                await handle().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // ended by its owner
        }
        finally
        {
            Complete();
        }
    }

    bool MayGoOn(CancellationToken stopping) => !stopping.IsCancellationRequested && gate is not { IsPaused: true };

    async ValueTask<bool> WaitAndPostAsync(T item, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(item, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }
}
