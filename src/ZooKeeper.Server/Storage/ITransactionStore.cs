using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// A server's disk: log and snapshots in Apache's own format, and the two epoch files. A write that fails is fatal for the node:
/// <see cref="Failed"/> is called, nothing after it is written, and nothing after the last good fsync is acknowledged.
/// </summary>
interface ITransactionStore
{
    /// <summary>The zxid of the last transaction appended (or loaded); 0 for an empty store. Loop only.</summary>
    long LastLoggedZxid { get; }

    /// <summary>
    /// Queues a transaction for the log; returns at once. After the fsync of the group it is in, the replicator learns the highest zxid
    /// on the loop. Loop only, in zxid order.
    /// </summary>
    void Append(Proposal proposal);

    /// <summary>
    /// Returns at once while the log keeps up; else when it has caught up. Awaited by what reads transactions from sockets, before it reads
    /// more: so the queue before the disk has a limit, and the senders wait. Any thread but the loop.
    /// </summary>
    /// <exception cref="OperationCanceledException">The connection has ended.</exception>
    ValueTask RoomAsync(CancellationToken cancellationToken);

    /// <summary>Ends when everything appended so far is on disk. Any thread.</summary>
    Task FlushAsync();

    /// <summary>
    /// Logged transactions with a zxid of at least <paramref name="zxid"/>, in order, read from disk: call <see cref="FlushAsync"/> first.
    /// Any thread.
    /// </summary>
    IEnumerable<Proposal> ReadFrom(long zxid);

    /// <summary>The lowest zxid that <see cref="ReadFrom"/> can reach without a gap; long.MaxValue for an empty log.</summary>
    long FirstLoggedZxid { get; }

    /// <summary>
    /// Cuts off everything after <paramref name="zxid"/>, in the log and in snapshots. The tree in memory is the caller's to reload. Any
    /// thread.
    /// </summary>
    Task TruncateAfterAsync(long zxid);

    /// <summary>Reads the newest good snapshot and replays the log over it. Any thread.</summary>
    Task<RestoredState> LoadAsync();

    /// <summary>Writes a snapshot file, fsynced, with the name of its zxid, and starts a new log file. Any thread.</summary>
    Task SaveSnapshotAsync(SnapshotImage image);

    /// <summary>
    /// A leader's state takes the place of everything here (SNAP): afterwards there is this one snapshot and no log, for a log that ends
    /// before it, or that has what the leader never had, must not be read over it or served to others. The snapshot is on disk before
    /// anything else goes. Any thread.
    /// </summary>
    Task InstallSnapshotAsync(SnapshotImage image);

    /// <summary>Enough was logged since the last snapshot that it is time for another (snapCount). Loop only.</summary>
    bool SnapshotDue => false;

    /// <summary>
    /// acceptedEpoch and currentEpoch of dataDir/version-2: read at load, written with fsync and rename before the setter returns. -1 while
    /// there is no file.
    /// </summary>
    long AcceptedEpoch { get; set; }

    /// <inheritdoc cref="AcceptedEpoch"/>
    long CurrentEpoch { get; set; }
}
