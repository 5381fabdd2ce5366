using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace Simulation.Tests;

/// <summary>One life of a simulated server's log and state, over a disk that outlives it.</summary>
sealed class SimulatedReplica(long server, SimulatedDisk disk, Ledger ledger, Action appended) : IReplica
{
    const int InMemory = 8;

    readonly List<Write> applied = [.. disk.Snapshot];
    readonly Queue<Proposal> committed = new();
    readonly HashSet<int> asked = [];

    public long AcceptedEpoch { get => disk.AcceptedEpoch; set => disk.AcceptedEpoch = value; }

    public long CurrentEpoch { get => disk.CurrentEpoch; set => disk.CurrentEpoch = value; }

    public long LastLoggedZxid => disk.LastZxid;

    public long LastCommittedZxid => applied.Count > 0 ? applied[^1].Zxid : 0;

    public IReadOnlyCollection<Proposal> Committed => committed;

    public long FirstLoggedZxid => disk.Log.Count > 0 ? disk.Log[0].Zxid : long.MaxValue;

    public long LastProposedZxid { get; set; }

    /// <summary>Null while it serves nobody.</summary>
    public PeerState? Serving { get; private set; }

    public IReadOnlyList<Write> Applied => applied;

    /// <summary>A client asks this server for a write.</summary>
    public void Ask(int operation) => asked.Add(operation);

    public Proposal Prepare(Request request) => Write.Propose(request, ++LastProposedZxid);

    public void Append(Proposal proposal)
    {
        disk.Log.Add(proposal);
        appended();
    }

    public void Commit(Proposal proposal)
    {
        var write = Write.Of(proposal);
        if (Serving is not null)
        {
            ledger.Commits(server, applied.Count, write);
            if (proposal.Header.ClientId == server && asked.Remove(proposal.Header.Cxid))
            {
                ledger.Acknowledge(write.Value);
            }
        }

        applied.Add(write);
        Remember(proposal);
    }

    public SnapshotImage TakeSnapshot() => Write.Image(LastCommittedZxid, applied);

    public void StartServing(PeerState state, string config)
    {
        Serving = state;
        if (state == PeerState.Leading)
        {
            ledger.Leads(server, Zxids.Epoch(LastProposedZxid), applied);
        }
        else
        {
            ledger.Follows(server, applied);
        }
    }

    public void StopServing(string reason)
    {
        Serving = null;
        asked.Clear();
    }

    /// <summary>State from the disk, as at a start, after a cut or a snapshot.</summary>
    public void Reload()
    {
        applied.Clear();
        applied.AddRange(disk.All());
        committed.Clear();
        foreach (var proposal in disk.Log.TakeLast(InMemory))
        {
            Remember(proposal);
        }
    }

    public bool TakeOver(long sessionId, int timeout, object owner) => true;

    public void Touch(long sessionId, int timeout)
    {
        // sessions are not simulated
    }

    public IReadOnlyList<KeyValuePair<long, int>> TakeTouched() => [new(server, 1000)];

    public void CompleteSync(long sessionId, int cxid)
    {
        // syncs are not simulated
    }

    void Remember(Proposal proposal)
    {
        if (committed.Count == InMemory)
        {
            committed.Dequeue();
        }

        committed.Enqueue(proposal);
    }
}
