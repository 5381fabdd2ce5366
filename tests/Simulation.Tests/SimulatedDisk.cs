using System.Collections.Immutable;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace Simulation.Tests;

/// <summary>
/// A server's disk: a snapshot, the log behind it and two epochs. What was appended and not synced may be lost at a crash: any part of its
/// end.
/// </summary>
sealed class SimulatedDisk
{
    public ImmutableArray<Write> Snapshot { get; private set; } = [];

    public long SnapshotZxid { get; private set; }

    /// <summary>The log in the order of appending; the first <see cref="Synced"/> entries survive a crash.</summary>
    public List<Proposal> Log { get; } = [];

    public int Synced { get; set; }

    public long AcceptedEpoch { get; set; }

    public long CurrentEpoch { get; set; }

    public long LastZxid => Log.Count > 0 ? Log[^1].Zxid : SnapshotZxid;

    /// <summary>The power goes.</summary>
    public void Crash(Random random)
    {
        var kept = Synced + random.Next(Log.Count - Synced + 1);
        Log.RemoveRange(kept, Log.Count - kept);
        Synced = Log.Count;
    }

    /// <summary>Does not reach into the snapshot, as with real files that are purged.</summary>
    public void Truncate(long zxid)
    {
        Log.RemoveAll(p => p.Zxid > zxid);
        Synced = Log.Count;
    }

    public void Install(long zxid, ImmutableArray<Write> snapshot)
    {
        (Snapshot, SnapshotZxid) = (snapshot, zxid);
        Log.Clear();
        Synced = 0;
    }

    /// <summary>Moves the oldest synced entries into the snapshot, as purging does; nothing that may have to be cut off.</summary>
    public void Purge(int count, long committed)
    {
        count = Math.Min(count, Log.Take(Synced).Count(p => p.Zxid <= committed));
        if (count > 0)
        {
            Snapshot = Snapshot.AddRange(Log.Take(count).Select(Write.Of));
            SnapshotZxid = Log[count - 1].Zxid;
            Log.RemoveRange(0, count);
            Synced -= count;
        }
    }

    public IEnumerable<Write> All() => Snapshot.Concat(Log.Select(Write.Of));
}
