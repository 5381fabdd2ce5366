namespace Kafka.Broker.Replication;

/// <summary>Parked work by deadline: a binary heap in which each entry knows its place, so that taking out a completed one costs as little as expiring one.</summary>
public sealed class TimerHeap
{
    ParkedWork[] items = new ParkedWork[64];

    public int Count { get; private set; }

    public ParkedWork? Next => Count == 0 ? null : items[0];

    public void Add(ParkedWork work)
    {
        if (Count == items.Length)
        {
            Array.Resize(ref items, Count * 2);
        }

        SiftUp(Count++, work);
    }

    public void Remove(ParkedWork work)
    {
        var at = work.HeapIndex;
        if (at < 0)
        {
            return;
        }

        work.HeapIndex = -1;
        var last = items[--Count];
        items[Count] = null!;
        if (at == Count)
        {
            return;
        }

        if (at > 0 && items[(at - 1) / 2].Deadline > last.Deadline)
        {
            SiftUp(at, last);
        }
        else
        {
            SiftDown(at, last);
        }
    }

    public IReadOnlyList<ParkedWork> Snapshot() => items[..Count];

    void SiftUp(int at, ParkedWork work)
    {
        while (at > 0 && items[(at - 1) / 2] is var parent && parent.Deadline > work.Deadline)
        {
            Put(at, parent);
            at = (at - 1) / 2;
        }

        Put(at, work);
    }

    void SiftDown(int at, ParkedWork work)
    {
        while ((at * 2) + 1 is var child && child < Count)
        {
            if (child + 1 < Count && items[child + 1].Deadline < items[child].Deadline)
            {
                child++;
            }

            if (items[child].Deadline >= work.Deadline)
            {
                break;
            }

            Put(at, items[child]);
            at = child;
        }

        Put(at, work);
    }

    void Put(int at, ParkedWork work)
    {
        items[at] = work;
        work.HeapIndex = at;
    }
}
