using Wire;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Session;

/// <summary>
/// Requests that wait for a connection and requests that wait for their answer, each in the order of the calls. Owned by the session's
/// loop.
/// </summary>
sealed class RequestQueue
{
    readonly Queue<PendingRequest> unsent = new();
    readonly Queue<PendingRequest> inFlight = new();

    /// <summary>Keeps a request until there is a connection.</summary>
    public void Hold(PendingRequest request) => unsent.Enqueue(request);

    /// <summary>The next one to be sent whose caller still waits.</summary>
    public PendingRequest? NextUnsent()
    {
        while (unsent.TryDequeue(out var request))
        {
            if (!request.IsDone)
            {
                return request;
            }

            request.DisposeFrame();
        }

        return null;
    }

    /// <summary>Whether one that has no answer yet is such.</summary>
    public bool Any(Func<PendingRequest, bool> predicate) => inFlight.Any(predicate) || unsent.Any(predicate);

    public void Sent(PendingRequest request) => inFlight.Enqueue(request);

    /// <summary>
    /// The request that an answer belongs to: the oldest, since a server answers in order; null when the xid is another one.
    /// </summary>
    public PendingRequest? Answered(int xid) => inFlight.TryPeek(out var request) && request.Xid == xid ? inFlight.Dequeue() : null;

    /// <summary>Fails the calls whose time is over. What is in flight stays in its place: its answer may still come.</summary>
    public void Expire(long now, Func<PendingRequest, bool, Exception> error)
    {
        foreach (var request in inFlight)
        {
            // all calls have the same timeout, so those behind it are due later
            if (request.Deadline > now)
            {
                break;
            }

            if (!request.IsDone)
            {
                request.Fail(error(request, true));
            }
        }

        // done: cancelled ones go with them, or they would pile up while there is no connection
        while (unsent.TryPeek(out var request) && (request.IsDone || request.Deadline <= now))
        {
            unsent.Dequeue();
            request.DisposeFrame();
            request.Fail(error(request, false));
        }
    }

    /// <summary>What came for the oldest in flight is no answer that can be read.</summary>
    public void FailOldest(ZooKeeperError code, CodedText detail)
    {
        if (inFlight.TryDequeue(out var request))
        {
            request.DisposeFrame();
            request.Fail(new ZooKeeperException(code, request.Path, detail));
        }
    }

    /// <summary>The connection is gone: whether these were carried out is not known.</summary>
    public void LoseInFlight(CodedText detail) => FailAll(inFlight, ZooKeeperError.ConnectionLoss, detail);

    public void FailAll(ZooKeeperError code, CodedText detail)
    {
        FailAll(inFlight, code, detail);
        FailAll(unsent, code, detail);
    }

    public void FailUnsent(ZooKeeperError code, CodedText detail) => FailAll(unsent, code, detail);

    static void FailAll(Queue<PendingRequest> queue, ZooKeeperError code, CodedText detail)
    {
        while (queue.TryDequeue(out var request))
        {
            request.DisposeFrame();
            if (!request.IsDone)
            {
                request.Fail(new ZooKeeperException(code, request.Path, detail));
            }
        }
    }
}
