using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Serving;

/// <summary>
/// A server's state and what replication may do with it. Owned by <see cref="Loop"/>: every member but <see cref="Loop"/>,
/// <see cref="Config"/> and
/// <see cref="Store"/> is used on that loop only.
/// </summary>
interface IServerCore
{
    ServerLoop Loop { get; }

    ZooKeeperConfig Config { get; }

    ITransactionStore Store { get; }

    /// <summary>Replaced as a whole by <see cref="Adopt"/>: do not keep it.</summary>
    DataTree Tree { get; }

    /// <summary>
    /// A new one for each term of serving; the leader's knows when sessions expire, the follower's only which were touched.
    /// </summary>
    ISessionTracker Sessions { get; }

    /// <summary>The last committed proposals, for bringing learners up to date by DIFF.</summary>
    CommittedLog Committed { get; }

    ServerState State { get; }

    /// <summary>The zxid of the last transaction applied to the tree.</summary>
    long LastProcessedZxid { get; }

    /// <summary>The zxid that <see cref="Prepare"/> gave last. A new leader sets it to its epoch &lt;&lt; 32.</summary>
    long LastProposedZxid { get; set; }

    /// <summary>
    /// Prep: checks a write against the tree and the changes that are outstanding and makes a transaction of it, an ErrorTxn when it is
    /// refused: it takes a zxid in any case. Leader and standalone only. Not for sync (see <see cref="CheckSession"/>).
    /// </summary>
    Proposal Prepare(Request request);

    /// <summary>
    /// Applies a committed transaction: tree, sessions, watch events, and the answer to the client of this server that is waiting for this
    /// (session id, cxid), if there is one. Called in zxid order. Remembers it in <see cref="Committed"/>.
    /// </summary>
    void Commit(Proposal proposal);

    /// <summary>Answers a sync of a client of this server. Nothing happens when that client has gone.</summary>
    void CompleteSync(long sessionId, int cxid);

    /// <summary>
    /// Ends the looking: opens client sessions with a tracker for the state (leader and standalone: all sessions of the tree start with
    /// their full timeout).
    /// </summary>
    void StartServing(IReplicator replicator, ServerState state);

    /// <summary>
    /// Back to looking: client connections are closed, outstanding changes and waiting requests forgotten. Tree and log stay.
    /// </summary>
    void StopServing(string reason);

    /// <summary>Replaces tree and sessions: after TRUNC, SNAP, or a fresh load.</summary>
    void Adopt(RestoredState state);

    /// <summary>
    /// Applies to the tree what the log has beyond <see cref="LastProcessedZxid"/> (before an election, and after logging the proposals of
    /// a DIFF).
    /// </summary>
    void ReplayLog();

    /// <summary>
    /// Tree and sessions as of now, serialized (no file header, no checksum): the payload of SNAP and of a snapshot file.
    /// </summary>
    SnapshotImage TakeSnapshot();

    /// <summary>The text of /zookeeper/config: the lines server.N=… and version=… as Apache prints them.</summary>
    void SetConfigNode(string text);

    /// <summary>The node ends: its disk failed or its state cannot be trusted. Completion faults with the reason.</summary>
    void Fail(string reason, Exception? cause = null);
}
