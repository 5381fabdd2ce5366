namespace Wire;

/// <summary>
/// How many bytes of frames one node holds over all its connections: of those that have begun to arrive, and of whole ones until they are
/// disposed. Past the limit no connection is read further inside a frame, and its peer waits. Frames that have all begun would keep each
/// other from their ends: whenever no other goes on, the one that has waited longest does, so that the limit is passed by one frame at
/// most. What fits into the buffer that every connection has anyway is not counted and never waits. Thread safe.
/// </summary>
/// <param name="limit">Bytes, above zero.</param>
public sealed class FrameBudget(long limit)
{
    /// <summary>Bytes of the longest frame that is not counted.</summary>
    public const int Small = Connection.ReceiveSize;

    readonly Lock gate = new();
    readonly LinkedList<FrameShare> waiting = [];
    long used;

    /// <summary>Frames that have a share and do not wait: they arrive, or are whole and will be disposed.</summary>
    int going;

    /// <summary>Bytes that are held now.</summary>
    public long Used
    {
        get
        {
            lock (gate)
            {
                return used;
            }
        }
    }

    /// <summary>Frames that are not read further for want of room.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    internal FrameShare Open()
    {
        lock (gate)
        {
            going++;
        }

        return new FrameShare(this);
    }

    /// <summary>So many bytes of the frame are here.</summary>
    internal void Take(FrameShare share, long arrived)
    {
        lock (gate)
        {
            used += arrived - share.Bytes;
            share.Bytes = arrived;
        }
    }

    /// <summary>Null when the frame may be read further, else what ends once it may.</summary>
    internal Task? RoomFor(FrameShare share)
    {
        lock (gate)
        {
            if (used <= limit || going == 1)
            {
                return null;
            }

            going--;
            waiting.AddLast(share);
            share.Room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return share.Room.Task;
        }
    }

    internal void Close(FrameShare share)
    {
        lock (gate)
        {
            used -= share.Bytes;
            if (!waiting.Remove(share))
            {
                going--;
            }

            while (waiting.First?.Value is { } next && (used <= limit || going == 0))
            {
                waiting.RemoveFirst();
                going++;
                next.Room!.SetResult();
            }
        }
    }
}

/// <summary>What one frame has of a node's budget, from its first bytes until it is disposed. Taken by one reader at a time.</summary>
sealed class FrameShare(FrameBudget budget) : IDisposable
{
    int isClosed;

    /// <summary>The budget's, under its lock.</summary>
    public long Bytes { get; set; }

    /// <summary>The budget's, under its lock: ends when the frame may be read further.</summary>
    public TaskCompletionSource? Room { get; set; }

    public void Take(long arrived) => budget.Take(this, arrived);

    /// <exception cref="OperationCanceledException">Cancelled before there was room.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken) =>
        budget.RoomFor(this) is { } room ? new ValueTask(room.WaitAsync(cancellationToken)) : default;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref isClosed, 1) == 0)
        {
            budget.Close(this);
        }
    }
}
