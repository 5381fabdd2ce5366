using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// QuorumPacket.Type: what leader and learners say to each other on the quorum port (org.apache.zookeeper.server.quorum.Leader of 3.9).
/// </summary>
enum PacketType
{
    /// <summary>
    /// Learner to leader: a client's write. Data: int64 session, int32 cxid, int32 type, request body; authinfo: the client's identities.
    /// </summary>
    Request = 1,

    /// <summary>Leader to learner: log this. Data: TxnHeader and transaction.</summary>
    Proposal = 2,

    /// <summary>Learner to leader: on disk.</summary>
    Ack = 3,

    /// <summary>Leader to learner: apply what was proposed with this zxid.</summary>
    Commit = 4,

    /// <summary>Both ways. The learner's answer carries the sessions touched since the last one: (int64 id, int32 timeout)*.</summary>
    Ping = 5,

    /// <summary>Is this session alive? Data: int64 id, int32 timeout; in the answer int64 id, bool.</summary>
    Revalidate = 6,

    /// <summary>Leader to learner: everything before your oldest sync has been sent.</summary>
    Sync = 7,

    /// <summary>Leader to observer: proposal and commit in one.</summary>
    Inform = 8,

    /// <summary>A COMMIT of a reconfiguration; not supported here.</summary>
    CommitAndActivate = 9,

    /// <summary>
    /// Leader to learner: the synchronisation ends here; acknowledge it when it is on disk. Data: the ensemble's configuration.
    /// </summary>
    NewLeader = 10,

    /// <summary>Learner to leader, first: zxid = acceptedEpoch &lt;&lt; 32, data LearnerInfo.</summary>
    FollowerInfo = 11,

    /// <summary>Leader to learner: a majority has acknowledged NEWLEADER; serve.</summary>
    UpToDate = 12,

    /// <summary>Leader to learner: your history is a prefix of mine; what you lack follows.</summary>
    Diff = 13,

    /// <summary>Leader to learner: cut off what you have beyond this zxid.</summary>
    Trunc = 14,

    /// <summary>Leader to learner: a snapshot follows, and the text "BenWasHere".</summary>
    Snap = 15,

    /// <summary>As <see cref="FollowerInfo"/>, of a learner without a vote.</summary>
    ObserverInfo = 16,

    /// <summary>Leader to learner: the new epoch, zxid = epoch &lt;&lt; 32; data int32 protocol version.</summary>
    LeaderInfo = 17,

    /// <summary>
    /// Learner to leader: epoch accepted; zxid = end of my log, data int32 my currentEpoch, or -1 when it had accepted that epoch before.
    /// </summary>
    AckEpoch = 18,

    /// <summary>An INFORM of a reconfiguration; not supported here.</summary>
    InformAndActivate = 19,
}
