using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// A server's log, epochs and state, as leader and follower see them. Small, so that a simulation can put its own in: memory for the disk,
/// and crashes. Used on the server loop only; nothing here waits for a disk but the two epochs.
/// </summary>
interface IReplica
{
    /// <summary>The highest epoch this server promised to follow. Durable when the setter returns.</summary>
    long AcceptedEpoch { get; set; }

    /// <summary>The epoch of the leader whose history this server has. Durable when the setter returns.</summary>
    long CurrentEpoch { get; set; }

    /// <summary>The end of the log, with what is not committed yet.</summary>
    long LastLoggedZxid { get; }

    /// <summary>The last transaction applied.</summary>
    long LastCommittedZxid { get; }

    /// <summary>The last committed transactions in zxid order, those in memory.</summary>
    IReadOnlyCollection<Proposal> Committed { get; }

    /// <summary>From which zxid on the log on disk has no gap.</summary>
    long FirstLoggedZxid { get; }

    /// <summary>The zxid given last. A new leader sets it to its epoch &lt;&lt; 32.</summary>
    long LastProposedZxid { get; set; }

    /// <summary>Makes a transaction of a write; it takes the next zxid, refused or not. Leader only.</summary>
    Proposal Prepare(Request request);

    /// <summary>Queues a transaction for the log; Durable(zxid) says later that it is on disk.</summary>
    void Append(Proposal proposal);

    /// <summary>Applies a transaction. In zxid order.</summary>
    void Commit(Proposal proposal);

    /// <summary>The state as of now, for a learner.</summary>
    SnapshotImage TakeSnapshot();

    /// <summary>A learner's client came back: true, and the session is the learner's, when it is alive.</summary>
    bool TakeOver(long sessionId, int timeout, object owner);

    /// <summary>Sessions a learner heard of.</summary>
    void Touch(long sessionId, int timeout);

    /// <summary>Sessions this learner heard of since the last call.</summary>
    IReadOnlyList<KeyValuePair<long, int>> TakeTouched();

    /// <summary>Answers the sync of a client of this server.</summary>
    void CompleteSync(long sessionId, int cxid);

    /// <summary>Clients may come.</summary>
    /// <param name="state">As what.</param>
    /// <param name="config">The text of /zookeeper/config.</param>
    void StartServing(PeerState state, string config);

    /// <summary>Clients are sent away.</summary>
    void StopServing(string reason);
}
