using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// What the state machines ask of the world: messages to send, and slow things of the disk that come back as an input. Carried out in
/// order.
/// </summary>
abstract record QuorumEffect
{
    /// <summary>A message on the election port; a later one to the same server may replace one that is still waiting.</summary>
    public sealed record Notify(long To, Notification Message) : QuorumEffect;

    /// <summary>Open a connection to the leader's quorum port; Connected or End of that term's learner comes back.</summary>
    public sealed record ConnectToLeader(long Leader, int Term) : QuorumEffect;

    /// <summary>To the leader of the present term.</summary>
    public sealed record SendToLeader(QuorumPacket Packet) : QuorumEffect;

    /// <summary>The connection to the leader is no longer wanted.</summary>
    public sealed record DisconnectFromLeader : QuorumEffect;

    /// <summary>To a learner, by the number its connection came with.</summary>
    public sealed record SendToLearner(int Connection, QuorumPacket Packet) : QuorumEffect;

    /// <summary>SNAP, the snapshot and the signature behind it.</summary>
    public sealed record SendSnapshot(int Connection, long Zxid, SnapshotImage Snapshot) : QuorumEffect;

    /// <summary>Close a learner's connection.</summary>
    public sealed record CloseLearner(int Connection, string Reason) : QuorumEffect;

    /// <summary>Wait until all that was appended is on disk and apply it; Recovered(term) comes back.</summary>
    public sealed record Recover(int Term) : QuorumEffect;

    /// <summary>Cut the log behind the zxid and load what is left; Installed(term) comes back.</summary>
    public sealed record Truncate(long Zxid, int Term) : QuorumEffect;

    /// <summary>Replace state and log, durably, by the state that came behind the leader's SNAP; Installed(term) comes back.</summary>
    public sealed record InstallSnapshot(long Zxid, int Term) : QuorumEffect;

    /// <summary>Forget state and log, durably: the leader has no history, or sends all of it; Installed(term) comes back.</summary>
    public sealed record InstallNothing(int Term) : QuorumEffect;

    /// <summary>
    /// Read logged transactions, from one zxid to another, both inclusive; the leader's HistoryRead(connection) comes back.
    /// </summary>
    public sealed record ReadHistory(int Connection, long From, long To) : QuorumEffect;

    /// <summary>Something an operator wants to know.</summary>
    public sealed record Log(string Text) : QuorumEffect;
}
