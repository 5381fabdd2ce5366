using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Quorum;

/// <summary>How far a learner has come, as its leader sees it. Each stage is left by one event.</summary>
enum LearnerStage
{
    /// <summary>Connected; its FOLLOWERINFO has not come.</summary>
    Connected,

    /// <summary>Waits until a majority has connected and the epoch is known.</summary>
    AwaitsEpoch,

    /// <summary>LEADERINFO with the epoch was sent; its ACKEPOCH has not come.</summary>
    Accepting,

    /// <summary>Waits until a majority has accepted the epoch.</summary>
    AwaitsMajority,

    /// <summary>Is sent what it lacks, then NEWLEADER, which it has not acknowledged.</summary>
    Synchronizing,

    /// <summary>Waits until a majority has acknowledged NEWLEADER.</summary>
    AwaitsService,

    /// <summary>UPTODATE was sent: it serves clients.</summary>
    Active,
}

/// <summary>
/// A leader's view of one learner. Owned by the leader's loop; also the owner of the sessions of that learner's clients.
/// </summary>
sealed class LearnerHandle(int connection, TimeSpan now)
{
    public int Connection { get; } = connection;

    public LearnerStage Stage { get; set; }

    public long Server { get; set; }

    public bool IsObserver { get; set; }

    /// <summary>The end of its log, from ACKEPOCH.</summary>
    public long LastZxid { get; set; }

    public TimeSpan HeardAt { get; set; } = now;

    /// <summary>Gets proposals and commits from now on.</summary>
    public bool Forwarding { get; set; }

    /// <summary>Packets that have to wait for history that is being read from disk; null when nothing waits.</summary>
    public List<QuorumPacket>? Held { get; set; }

    /// <summary>The highest proposal sent to it, and acknowledged by it.</summary>
    public long LastSent { get; set; }

    public long LastAcked { get; set; }

    /// <summary>Since when a proposal waits for its acknowledgement.</summary>
    public TimeSpan? AwaitsAckSince { get; set; }

    public override string ToString() => $"learner {Server}";
}
