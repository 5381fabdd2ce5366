using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Znodes;

/// <summary>
/// The names of wide parents that were read a moment ago: pages that open one after the other share one list instead of each reading
/// megabytes. A parent's stat, which is small, says whether a list is still true: its pzxid changes with every child that comes or goes.
/// What was not asked for during
/// <see cref="kept"/> is dropped. Safe from any thread.
/// </summary>
sealed class RecentChildren(TimeProvider time)
{
    /// <summary>Fewer names than these are read faster than they are looked up.</summary>
    const int Wide = 1000;

    /// <summary>Bytes of all lists together; one that does not fit drops the oldest, one that is larger by itself is not kept.</summary>
    const long MostBytes = 32 << 20;

    static readonly TimeSpan kept = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    readonly LinkedList<Entry> entries = [];
    ITimer? sweep;

    /// <param name="Pzxid">Of the parent, when it had these children.</param>
    /// <param name="UsedAt">Timestamp of the clock.</param>
    sealed record Entry(string Path, long Pzxid, ChildNames Names, long UsedAt);

    public bool Has(string path)
    {
        lock (gate)
        {
            return entries.Any(e => e.Path == path);
        }
    }

    /// <summary>The list, when the parent is still at this pzxid.</summary>
    public ChildNames? Find(string path, long pzxid)
    {
        lock (gate)
        {
            if (entries.FirstOrDefault(e => e.Path == path && e.Pzxid == pzxid) is not { } entry)
            {
                return null;
            }

            Set(entry with { UsedAt = time.GetTimestamp() });
            return entry.Names;
        }
    }

    /// <param name="pzxid">Of the parent before its names were read: they are never older than it says.</param>
    public void Keep(string path, long pzxid, ChildNames names)
    {
        if (names.Count >= Wide && names.WireLength <= MostBytes)
        {
            lock (gate)
            {
                Set(new Entry(path, pzxid, names, time.GetTimestamp()));
            }
        }
    }

    public void Forget(string path)
    {
        lock (gate)
        {
            Remove(path);
        }
    }

    /// <summary>As the newest.</summary>
    void Set(Entry entry)
    {
        Remove(entry.Path);
        entries.AddLast(entry);
        // summed anew: there are a handful, since each is at least a thousand names
        while (entries.Sum(e => e.Names.WireLength) > MostBytes)
        {
            entries.RemoveFirst();
        }

        // only while there is something to drop: most clusters have no parent so wide
        sweep ??= time.CreateTimer(_ => Sweep(), null, kept, kept);
    }

    void Remove(string path)
    {
        if (entries.FirstOrDefault(e => e.Path == path) is { } old)
        {
            entries.Remove(old);
        }
    }

    void Sweep()
    {
        lock (gate)
        {
            while (entries.First is { Value: var oldest } && time.GetElapsedTime(oldest.UsedAt) >= kept)
            {
                entries.RemoveFirst();
            }

            if (entries.Count == 0)
            {
                sweep?.Dispose();
                sweep = null;
            }
        }
    }
}
