using ZooKeeper.Protocol;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Serving;

/// <summary>A server alone: prepared, logged, and committed once it is on this server's disk. Owned by the server loop.</summary>
sealed class StandaloneReplicator(IServerCore core) : IReplicator
{
    readonly Queue<Proposal> logged = new();
    readonly Queue<(long After, Request Sync)> syncs = new();

    public int Outstanding => logged.Count;

    public void Submit(Request request)
    {
        if (request.Type == OpCode.Sync)
        {
            // a read behind a sync must see every write before it, those too that are on their way to the disk
            syncs.Enqueue((core.LastProposedZxid, request));
            CompleteSyncs();
            return;
        }

        var proposal = core.Prepare(request);
        logged.Enqueue(proposal);
        core.Store.Append(proposal);
    }

    public void Revalidate(long sessionId, int timeout, Action<bool> answer)
    {
        var open = core.Sessions.Touch(sessionId, timeout);
        if (open)
        {
            core.Sessions.SetOwner(sessionId, Request.LocalOwner);
        }

        answer(open);
    }

    public void Durable(long zxid)
    {
        while (logged.TryPeek(out var proposal) && proposal.Zxid <= zxid)
        {
            logged.Dequeue();
            core.Commit(proposal);
            CompleteSyncs();
        }
    }

    public IEnumerable<KeyValuePair<string, object>> Monitor() => [];

    void CompleteSyncs()
    {
        while (syncs.TryPeek(out var sync) && sync.After <= core.LastProcessedZxid)
        {
            syncs.Dequeue();
            core.CompleteSync(sync.Sync.SessionId, sync.Sync.Cxid);
        }
    }
}
