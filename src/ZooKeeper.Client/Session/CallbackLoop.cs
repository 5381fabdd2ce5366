using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ZooKeeper.Client.Session;

/// <summary>
/// Runs the owner's callbacks one at a time, in the order of the session's loop, so that a slow callback does not hold up pings.
/// Answers that came after an event wait here behind its callbacks; while there is none, they take no detour.
/// </summary>
sealed partial class CallbackLoop
{
    readonly Channel<Action> queue = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    readonly ILogger logger;
    int waiting;

    public CallbackLoop(ILogger logger)
    {
        this.logger = logger;
        Completion = Task.Run(RunAsync);
    }

    public Task Completion { get; }

    /// <summary>Called by the session's loop only.</summary>
    public void Post(Action callback)
    {
        Interlocked.Increment(ref waiting);
        if (!queue.Writer.TryWrite(callback))
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Called by the session's loop only.</summary>
    public void Complete(PendingRequest request)
    {
        if (Volatile.Read(ref waiting) == 0)
        {
            request.Complete();
        }
        else
        {
            Post(request.Complete);
        }
    }

    /// <summary>What is queued still runs.</summary>
    public void End() => queue.Writer.TryComplete();

    async Task RunAsync()
    {
        await foreach (var callback in queue.Reader.ReadAllAsync().ConfigureAwait(false))
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

            Interlocked.Decrement(ref waiting);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A callback of a watch or of the session's state failed")]
    partial void LogCallbackFailed(Exception e);
}
