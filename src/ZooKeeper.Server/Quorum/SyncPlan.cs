using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

enum SyncKind
{
    /// <summary>Its history is a prefix: send the rest.</summary>
    Diff,

    /// <summary>It has more than the leader, or something else from one point on: cut, then send the rest.</summary>
    Trunc,

    /// <summary>The rest is not in memory; it may be on disk.</summary>
    ReadLog,

    /// <summary>Send everything.</summary>
    Snap,
}

/// <summary>How a learner is brought to the leader's committed history.</summary>
/// <param name="Kind">DIFF, TRUNC, SNAP, or a look at the disk first.</param>
/// <param name="Zxid">The zxid of that packet: for TRUNC where to cut, else the leader's last committed transaction.</param>
/// <param name="Rest">Committed transactions to send after it.</param>
sealed record SyncPlan(SyncKind Kind, long Zxid, IReadOnlyList<Proposal> Rest)
{
    /// <summary>
    /// Bytes of history on disk up to which a DIFF is tried before a snapshot. Apache takes a third of the snapshot's size
    /// (zookeeper.snapshotSizeFactor), which is not known here before the snapshot is made.
    /// </summary>
    public const long MaxLogBytes = 4 << 20;

    static readonly IReadOnlyList<Proposal> nothing = [];

    /// <summary>The cases of Apache's LearnerHandler.syncFollower.</summary>
    /// <param name="peer">The end of the learner's log.</param>
    /// <param name="last">The leader's last committed zxid.</param>
    /// <param name="committed">The leader's last committed transactions, in memory, without gaps.</param>
    /// <param name="firstOnDisk">Where the leader's log begins.</param>
    public static SyncPlan Make(long peer, long last, IReadOnlyCollection<Proposal> committed, long firstOnDisk)
    {
        // The end of an Apache server's history may be the beginning of an epoch: no transaction has that zxid, so it can't be found, and
        // can't be cut to.
        var atEpochStart = Zxids.Counter(peer) == 0;
        if (peer == last)
        {
            return new(SyncKind.Diff, last, nothing);
        }

        if (peer > last)
        {
            return atEpochStart ? new(SyncKind.Snap, last, nothing) : new(SyncKind.Trunc, last, nothing);
        }

        // what is in memory is of use only if it reaches to the end
        var first = committed.Count == 0 || committed.Last().Zxid != last ? long.MaxValue : committed.First().Zxid;
        if (peer >= first)
        {
            return InMemory(peer, last, committed, atEpochStart);
        }

        // an empty log (0) has no last transaction to be found on disk
        return firstOnDisk <= peer && peer != 0 ? new(SyncKind.ReadLog, last, nothing) : new(SyncKind.Snap, last, nothing);
    }

    /// <summary>
    /// The plan once the log was read from <paramref name="peer"/> on: a DIFF if the learner's last transaction is in it, else a snapshot.
    /// </summary>
    public static SyncPlan FromLog(long peer, long last, IReadOnlyList<Proposal> log) =>
        log.Count > 0 && log[0].Zxid == peer && log[^1].Zxid == last
            ? new(SyncKind.Diff, last, log.Skip(1).ToList())
            : new(SyncKind.Snap, last, nothing);

    static SyncPlan InMemory(long peer, long last, IReadOnlyCollection<Proposal> committed, bool atEpochStart)
    {
        var rest = committed.Where(p => p.Zxid > peer).ToList();
        var before = committed.Last(p => p.Zxid <= peer).Zxid;
        if (before == peer || atEpochStart)
        {
            return new(SyncKind.Diff, last, rest);
        }

        // it has transactions that the leader never saw; a cut across epochs is refused by Apache's learners
        return Zxids.Epoch(rest[0].Zxid) == Zxids.Epoch(peer)
            ? new(SyncKind.Trunc, before, rest)
            : new(SyncKind.Snap, last, nothing);
    }
}
