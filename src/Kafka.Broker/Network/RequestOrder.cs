using Wire;

namespace Kafka.Broker.Network;

/// <summary>One request of a connection, from the moment it was read to its answer.</summary>
sealed class OpenRequest(Frame frame, OrderedResponses.Slot slot)
{
    public Frame Frame => frame;

    public OrderedResponses.Slot Slot => slot;

    /// <summary>Its bytes, also once the frame is gone.</summary>
    public int Size { get; } = frame.Length;

    /// <summary>What it asks for; set when it is first in line.</summary>
    public DecodedRequest Decoded { get; set; }
}

/// <summary>
/// Which requests of one connection may be under way together when they follow each other: those of one kind, and never those of
/// <see cref="None"/>.
/// </summary>
enum Overlap
{
    None,

    /// <summary>Appends are queued in order, and their replicas are waited for together.</summary>
    Produce,

    /// <summary>Apart from the others: when one of these fails the connection ends, and no answer may be owed then.</summary>
    ProduceWithoutAnswer,

    /// <summary>A follower's newer fetch ends its older one.</summary>
    FollowerFetch,
}

/// <summary>
/// The requests of one connection take effect in the order in which they came, as Kafka promises: the next begins when the one before it is
/// answered. Only a run of requests that <see cref="Overlap"/> may be under way together; these begin in order, too. Thread safe: the
/// thread that adds or finishes a request begins what may begin, one thread at a time. What waits is bounded by the
/// <see cref="RequestWindow"/> of the connection.
/// </summary>
/// <param name="examine">Called once for each request, when it is first in line. Must not throw.</param>
/// <param name="begin">Returns without waiting for the request's end, at which <see cref="Finish"/> is called. Must not throw.</param>
sealed class RequestOrder(Func<OpenRequest, Overlap> examine, Action<OpenRequest> begin)
{
    readonly Lock gate = new();
    readonly Queue<OpenRequest> waiting = [];
    readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    OpenRequest? examined;
    Overlap examinedKind;
    Overlap kindUnderWay;
    int underWay;
    bool isBeginning;
    bool isComplete;

    public void Add(OpenRequest request)
    {
        lock (gate)
        {
            waiting.Enqueue(request);
        }

        BeginWhatMay();
    }

    public void Finish()
    {
        lock (gate)
        {
            underWay--;
        }

        BeginWhatMay();
    }

    /// <summary>No more will be added; ends when all have finished.</summary>
    public Task CompleteAsync()
    {
        lock (gate)
        {
            isComplete = true;
        }

        BeginWhatMay();
        return completed.Task;
    }

    void BeginWhatMay()
    {
        lock (gate)
        {
            if (isBeginning)
            {
                return; // the thread that is at it looks again
            }

            isBeginning = true;
        }

        while (First() is { } first)
        {
            if (first != examined)
            {
                // outside the lock: to decode a large request takes its time
                (examined, examinedKind) = (first, examine(first));
            }

            if (!TryTake(examinedKind))
            {
                return;
            }

            begin(first);
        }
    }

    /// <summary>The first in line; null, and the turn is given back, when there is none.</summary>
    OpenRequest? First()
    {
        lock (gate)
        {
            if (waiting.TryPeek(out var first))
            {
                return first;
            }

            isBeginning = false;
            if (isComplete && underWay == 0)
            {
                completed.TrySetResult();
            }

            return null;
        }
    }

    /// <summary>Takes the first out of the line; false, and the turn is given back, when it has to wait for those under way.</summary>
    bool TryTake(Overlap kind)
    {
        lock (gate)
        {
            if (underWay > 0 && (kind == Overlap.None || kind != kindUnderWay))
            {
                isBeginning = false;
                return false;
            }

            waiting.Dequeue();
            examined = null;
            underWay++;
            kindUnderWay = kind;
            return true;
        }
    }
}
