using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>The real server as leader and learner see it. Used on the server loop only.</summary>
sealed class ServerReplica(IServerCore core, IReplicator replicator) : IReplica
{
    public long AcceptedEpoch
    {
        get => core.Store.AcceptedEpoch;
        set => NodeFailedException.Critical("the accepted epoch could not be stored", () => core.Store.AcceptedEpoch = value);
    }

    public long CurrentEpoch
    {
        get => core.Store.CurrentEpoch;
        set => NodeFailedException.Critical("the current epoch could not be stored", () => core.Store.CurrentEpoch = value);
    }

    public long LastLoggedZxid => core.Store.LastLoggedZxid;

    public long LastCommittedZxid => core.LastProcessedZxid;

    public IReadOnlyCollection<Proposal> Committed => core.Committed.Proposals;

    public long FirstLoggedZxid => core.Store.FirstLoggedZxid;

    public long LastProposedZxid { get => core.LastProposedZxid; set => core.LastProposedZxid = value; }

    public Proposal Prepare(Request request) => core.Prepare(request);

    public void Append(Proposal proposal) => core.Store.Append(proposal);

    public void Commit(Proposal proposal) => core.Commit(proposal);

    public SnapshotImage TakeSnapshot() => core.TakeSnapshot();

    public bool TakeOver(long sessionId, int timeout, object owner)
    {
        if (!core.Sessions.Touch(sessionId, timeout))
        {
            return false;
        }

        // from now on its writes by the connection it had before are refused (SessionMoved)
        core.Sessions.SetOwner(sessionId, owner);
        return true;
    }

    public void Touch(long sessionId, int timeout) => core.Sessions.Touch(sessionId, timeout);

    public IReadOnlyList<KeyValuePair<long, int>> TakeTouched() => core.Sessions.TakeTouched();

    public void CompleteSync(long sessionId, int cxid) => core.CompleteSync(sessionId, cxid);

    public void StartServing(PeerState state, string config)
    {
        core.SetConfigNode(config);
        core.StartServing(replicator, state switch
        {
            PeerState.Leading => ServerState.Leading,
            PeerState.Observing => ServerState.Observing,
            _ => ServerState.Following,
        });
    }

    public void StopServing(string reason) => core.StopServing(reason);
}
