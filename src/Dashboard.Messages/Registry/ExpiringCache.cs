using System.Collections.Concurrent;

namespace Dashboard.Messages.Registry;

/// <summary>
/// What was fetched, and that it could not be, each for its time. Who asks for the same at once waits for one fetch. Bounded: at the limit
/// what expires first goes.
/// </summary>
/// <param name="most">Entries.</param>
/// <param name="failuresLast">How long a failure is the answer to all who ask.</param>
sealed class ExpiringCache<TKey, TValue>(int most, TimeSpan failuresLast, TimeProvider time)
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Entry> entries = new();

    /// <param name="lasts">How long what is fetched stays true.</param>
    /// <param name="fetch">Goes on when the one who asked first leaves: others may wait for it. It has to end by itself.</param>
    public Task<TValue> GetAsync(TKey key, TimeSpan lasts, Func<Task<TValue>> fetch)
    {
        while (true)
        {
            if (entries.TryGetValue(key, out var known))
            {
                if (!known.IsOver(time.GetUtcNow()))
                {
                    return known.Value.Value;
                }

                entries.TryRemove(KeyValuePair.Create(key, known));
            }

            MakeRoom();
            var made = new Entry(time.GetUtcNow() + lasts, failuresLast, fetch, time);
            if (entries.TryAdd(key, made))
            {
                return made.Value.Value;
            }
        }
    }

    /// <summary>What is under way is seen through, for those who wait for it.</summary>
    public void Clear() => entries.Clear();

    void MakeRoom()
    {
        if (entries.Count >= most)
        {
            foreach (var (key, _) in entries.OrderBy(e => e.Value.Ends).Take((most / 8) + 1))
            {
                entries.TryRemove(key, out _);
            }
        }
    }

    sealed class Entry
    {
        readonly long succeeds;
        readonly TimeSpan failuresLast;
        readonly TimeProvider time;

        /// <summary>Ticks at which a failure is over; 0 while there is none.</summary>
        long failed;

        public Entry(DateTimeOffset ends, TimeSpan failuresLast, Func<Task<TValue>> fetch, TimeProvider time)
        {
            (succeeds, this.failuresLast, this.time) = (ends.UtcTicks, failuresLast, time);
            Value = new Lazy<Task<TValue>>(() => RunAsync(fetch));
        }

        public Lazy<Task<TValue>> Value { get; }

        public long Ends => Volatile.Read(ref failed) is var over and > 0 ? over : succeeds;

        public bool IsOver(DateTimeOffset now) => Value is { IsValueCreated: true, Value.IsCompleted: true } && now.UtcTicks >= Ends;

        async Task<TValue> RunAsync(Func<Task<TValue>> fetch)
        {
            try
            {
                return await fetch().ConfigureAwait(false);
            }
            catch
            {
                Volatile.Write(ref failed, (time.GetUtcNow() + failuresLast).UtcTicks);
                throw;
            }
        }
    }
}
