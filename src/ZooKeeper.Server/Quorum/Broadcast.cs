using System.Diagnostics.CodeAnalysis;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>A leader's proposals that no majority has on disk yet, in zxid order, with who has. Owned by the leader's loop.</summary>
sealed class Broadcast(QuorumSettings settings)
{
    sealed class Entry(Proposal proposal)
    {
        public Proposal Proposal { get; } = proposal;

        public ulong Acks { get; set; }
    }

    readonly Queue<Entry> queue = new();
    readonly Dictionary<long, Entry> byZxid = [];

    public int Count => queue.Count;

    public IEnumerable<Proposal> Proposals => queue.Select(e => e.Proposal);

    public void Add(Proposal proposal)
    {
        var entry = new Entry(proposal);
        queue.Enqueue(entry);
        byZxid.Add(proposal.Zxid, entry);
    }

    /// <summary>One server has one proposal on disk. Nothing happens when it is committed already, or was never made.</summary>
    public void Ack(long server, long zxid)
    {
        if (byZxid.TryGetValue(zxid, out var entry))
        {
            entry.Acks |= settings.Bit(server);
        }
    }

    /// <summary>One server has everything up to a zxid on disk.</summary>
    public void AckUpTo(long server, long zxid)
    {
        // one fsync covers all before it, and this server's disk reports only the last
        foreach (var entry in queue)
        {
            if (entry.Proposal.Zxid > zxid)
            {
                break;
            }

            entry.Acks |= settings.Bit(server);
        }
    }

    /// <summary>The next proposal to commit, in order: a majority has it, and everything before it is committed.</summary>
    public bool TryCommit([NotNullWhen(true)] out Proposal? proposal)
    {
        proposal = null;
        // the first one only: a later one that a majority has already must not be applied before it
        if (!queue.TryPeek(out var entry) || !settings.IsMajority(entry.Acks))
        {
            return false;
        }

        queue.Dequeue();
        byZxid.Remove(entry.Proposal.Zxid);
        proposal = entry.Proposal;
        return true;
    }
}
