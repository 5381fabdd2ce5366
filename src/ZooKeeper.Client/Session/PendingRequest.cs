using Wire;
using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Session;

/// <summary>Reads the body of an answer; what is a slice of the frame has to be copied.</summary>
delegate T BodyReader<T>(ref WireReader body);

/// <summary>A call on its way: written by its caller, then owned by the session's loop until it is completed.</summary>
abstract class PendingRequest(OpCode code, string? path)
{
    public OpCode Code { get; } = code;

    /// <summary>The client's path, for messages.</summary>
    public string? Path { get; } = path;

    /// <summary>The whole frame with its length; the loop sets the xid. Null once it was handed to the connection.</summary>
    public WireWriter? Frame { get; set; }

    public int Xid { get; set; }

    /// <summary>Timestamp of the clock at which the caller learns that there was no answer.</summary>
    public long Deadline { get; init; }

    /// <summary>The watch to leave when the answer allows it.</summary>
    public Action<WatchEvent>? Watch { get; init; }

    public WatchKind WatchKind { get; init; }

    /// <summary>The server's path of the watch.</summary>
    public string WatchPath { get; init; } = "";

    /// <summary>removeWatches: what is forgotten when the server agrees.</summary>
    public WatcherType? Forget { get; init; }

    /// <summary>removeWatches of one callback: the server is asked only when no other one waits at the path.</summary>
    public Action<WatchEvent>? Unwatch { get; init; }

    /// <summary>The caller has its answer or does not wait any more.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Keeps the answer for <see cref="Complete"/>, while the frame is still there.</summary>
    public abstract void Answer(ZooKeeperError code, ref WireReader body);

    /// <summary>Hands the answer to the caller.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception error);

    public abstract void Cancel(CancellationToken token);

    /// <summary>Ends it without an answer: there was nothing to ask for.</summary>
    public abstract void Skip();

    public void DisposeFrame()
    {
        Frame?.Dispose();
        Frame = null;
    }
}

sealed class PendingRequest<T>(OpCode code, string? path, BodyReader<T> read) : PendingRequest(code, path)
{
    // asynchronously: or callers' code would run on the session's loop
    readonly TaskCompletionSource<T> source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T? value;
    Exception? error;

    /// <summary>A refusal that is an answer: exists on a node that is not there gives the default of T.</summary>
    public ZooKeeperError Accepted { get; init; }

    public Task<T> Task => source.Task;

    public override bool IsDone => source.Task.IsCompleted;

    public override void Answer(ZooKeeperError code, ref WireReader body)
    {
        if (code == ZooKeeperError.Ok)
        {
            try
            {
                value = read(ref body);
            }
            // multi: its refusal is in the body, and is the caller's, not the connection's
            catch (ZooKeeperException refused)
            {
                error = refused;
            }
        }
        else if (code != Accepted)
        {
            error = new ZooKeeperException(code, Path);
        }
    }

    public override void Complete()
    {
        if (error is not null)
        {
            source.TrySetException(error);
        }
        else
        {
            source.TrySetResult(value!);
        }
    }

    public override void Fail(Exception error) => source.TrySetException(error);

    public override void Cancel(CancellationToken token) => source.TrySetCanceled(token);

    public override void Skip() => source.TrySetResult(default!);
}
