using Microsoft.Extensions.Logging;
using Wire.Loops;

namespace ZooKeeper.Client.Session;

/// <summary>
/// Runs the owner's callbacks one at a time, in the order of the session's loop, so that a slow callback does not hold up pings.
/// Answers that came after an event wait here behind its callbacks. When <see cref="MostWaiting"/> wait, because one does not return, no
/// more are taken and the session has to end: an event that its owner missed would not come again.
/// </summary>
sealed partial class CallbackLoop
{
    /// <summary>Far more than a burst brings; some ten megabytes.</summary>
    public const int MostWaiting = 100_000;

    readonly Mailbox<Action> queue = new(MostWaiting);
    readonly ILogger logger;
    Action? last;
    int waiting;

    public CallbackLoop(ILogger logger)
    {
        this.logger = logger;
        Completion = Task.Run(RunAsync);
    }

    public Task Completion { get; }

    /// <summary>Whether callbacks wait or run, behind which an answer has to wait.</summary>
    public bool MustWait => Volatile.Read(ref waiting) > 0;

    /// <summary>Called by the session's loop only. False when it was not taken: there are too many.</summary>
    public bool TryPost(Action callback)
    {
        // counted first: an answer that comes now must see that it has to wait
        Interlocked.Increment(ref waiting);
        if (queue.TryPost(callback))
        {
            return true;
        }

        Interlocked.Decrement(ref waiting);
        return false;
    }

    /// <summary>What is queued still runs, and after it the last callbacks, for which there is always room.</summary>
    public void End(IEnumerable<Action> lastCallbacks)
    {
        last = () =>
        {
            foreach (var callback in lastCallbacks)
            {
                Run(callback);
            }
        };
        queue.Complete();
    }

    async Task RunAsync()
    {
        await queue.RunAsync(
            callback =>
            {
                Run(callback);
                Interlocked.Decrement(ref waiting);
            },
            null,
            CancellationToken.None).ConfigureAwait(false);
        // after everything queued, also when the queue was full: a watch's last word is never lost
        last?.Invoke();
    }

    void Run(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception e)
        {
            // the owner's mistake must not end the events of its session
            LogCallbackFailed(e);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A callback of a watch or of the session's state failed")]
    partial void LogCallbackFailed(Exception e);
}
