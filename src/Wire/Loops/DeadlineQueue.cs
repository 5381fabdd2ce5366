namespace Wire.Loops;

/// <summary>What waits in a <see cref="DeadlineQueue{T}"/>; in one at a time.</summary>
public interface IDeadline
{
    /// <summary>When it is due, on whatever clock its queue goes by. Changed by the queue only.</summary>
    long Deadline { get; set; }

    /// <summary>Its place in the queue; -1, which it is at first, when it is in none. Changed by the queue only.</summary>
    int HeapIndex { get; set; }
}

/// <summary>
/// Entries by deadline: a binary heap in which each knows its place, so that taking out or moving one costs as little as expiring one.
/// Owned by one loop. As long as its owner lets it grow: an entry belongs to something that has a limit (a request, a member, a session).
/// </summary>
public sealed class DeadlineQueue<T>
    where T : class, IDeadline
{
    T[] items = new T[64];

    public int Count { get; private set; }

    /// <summary>The one that is due first; null when empty.</summary>
    public T? Next => Count == 0 ? null : items[0];

    /// <summary>In no order.</summary>
    public ReadOnlySpan<T> Entries => items.AsSpan(0, Count);

    /// <summary>Puts it in, or moves it when it is in.</summary>
    public void Set(T item, long deadline)
    {
        // says which way it can move; both would be tried otherwise
        var earlier = deadline < item.Deadline;
        item.Deadline = deadline;
        if (item.HeapIndex < 0)
        {
            Add(item);
        }
        else if (earlier)
        {
            SiftUp(item.HeapIndex, item);
        }
        else
        {
            SiftDown(item.HeapIndex, item);
        }
    }

    /// <summary>Takes out the first one if it is due by then.</summary>
    public T? TakeDue(long now)
    {
        if (Next is not { } next || next.Deadline > now)
        {
            return null;
        }

        Remove(next);
        return next;
    }

    void Add(T item)
    {
        if (Count == items.Length)
        {
            Array.Resize(ref items, Count * 2);
        }

        SiftUp(Count++, item);
    }

    /// <summary>Nothing happens when it is not in.</summary>
    public void Remove(T item)
    {
        var at = item.HeapIndex;
        if (at < 0)
        {
            return;
        }

        item.HeapIndex = -1;
        var last = items[--Count];
        // or the array would keep what was taken out alive
        items[Count] = null!;
        if (at == Count)
        {
            return;
        }

        // the last one comes from another branch: it may belong above the gap as well as below
        if (at > 0 && items[(at - 1) / 2].Deadline > last.Deadline)
        {
            SiftUp(at, last);
        }
        else
        {
            SiftDown(at, last);
        }
    }

    void SiftUp(int at, T item)
    {
        while (at > 0 && items[(at - 1) / 2] is var parent && parent.Deadline > item.Deadline)
        {
            Put(at, parent);
            at = (at - 1) / 2;
        }

        Put(at, item);
    }

    void SiftDown(int at, T item)
    {
        while ((at * 2) + 1 is var child && child < Count)
        {
            if (child + 1 < Count && items[child + 1].Deadline < items[child].Deadline)
            {
                child++;
            }

            if (items[child].Deadline >= item.Deadline)
            {
                break;
            }

            Put(at, items[child]);
            at = child;
        }

        Put(at, item);
    }

    void Put(int at, T item)
    {
        items[at] = item;
        item.HeapIndex = at;
    }
}
