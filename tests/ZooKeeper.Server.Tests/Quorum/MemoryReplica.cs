using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>A log in memory; applying is remembering the zxid.</summary>
sealed class MemoryReplica : IReplica
{
    public long AcceptedEpoch { get; set; }

    public long CurrentEpoch { get; set; }

    public long LastLoggedZxid { get; private set; }

    public long LastCommittedZxid { get; private set; }

    public IReadOnlyCollection<Proposal> Committed => [];

    public long FirstLoggedZxid => long.MaxValue;

    public long LastProposedZxid { get; set; }

    public PeerState? Serving { get; private set; }

    public Proposal Prepare(Request request) => throw new NotSupportedException();

    public void Append(Proposal proposal) => LastLoggedZxid = proposal.Zxid;

    public void Commit(Proposal proposal) => LastCommittedZxid = proposal.Zxid;

    public SnapshotImage TakeSnapshot() => new(LastCommittedZxid, []);

    public bool TakeOver(long sessionId, int timeout, object owner) => true;

    public void Touch(long sessionId, int timeout)
    {
    }

    public IReadOnlyList<KeyValuePair<long, int>> TakeTouched() => [];

    public void CompleteSync(long sessionId, int cxid)
    {
    }

    public void StartServing(PeerState state, string config) => Serving = state;

    public void StopServing(string reason) => Serving = null;
}
