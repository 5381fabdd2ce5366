namespace Kafka.Client.Producing;

/// <summary>
/// What waits to go out in batches, one batch at a time: what comes while one is under way is the next. Thread safe: it is behind one
/// lock, and nothing is awaited within it. As long as it may get: its callers wait for what they have put in.
/// </summary>
/// <param name="mostBytes">Of a batch; one that is larger goes alone.</param>
sealed class BatchQueue<T>(long mostBytes, Func<T, int> bytesOf)
{
    readonly Lock gate = new();
    readonly Queue<T> waiting = new();
    bool isTaken;

    /// <returns>True: nobody takes from it now. The caller has that done, until <see cref="Next"/> has nothing more.</returns>
    public bool Add(params IEnumerable<T> items)
    {
        lock (gate)
        {
            foreach (var item in items)
            {
                waiting.Enqueue(item);
            }

            var isIdle = !isTaken;
            isTaken = true;
            return isIdle;
        }
    }

    /// <summary>Empty: nothing waits, and who takes is done.</summary>
    public List<T> Next()
    {
        lock (gate)
        {
            var (next, bytes) = (new List<T>(), 0L);
            while (waiting.TryPeek(out var one))
            {
                bytes += bytesOf(one);
                if (next.Count > 0 && bytes > mostBytes)
                {
                    break;
                }

                next.Add(waiting.Dequeue());
            }

            isTaken = next.Count > 0;
            return next;
        }
    }
}
