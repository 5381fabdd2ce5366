namespace ZooKeeper.Server.Pipeline;

/// <summary>The last committed proposals in zxid order, in memory. Owned by the server loop.</summary>
sealed class CommittedLog
{
    /// <summary>As many as Apache keeps (zookeeper.commitLogCount).</summary>
    public const int Capacity = 500;

    readonly Queue<Proposal> proposals = new(Capacity);

    /// <summary>0 when empty.</summary>
    public long MinZxid => proposals.Count == 0 ? 0 : proposals.Peek().Zxid;

    /// <summary>0 when empty.</summary>
    public long MaxZxid { get; private set; }

    public IReadOnlyCollection<Proposal> Proposals => proposals;

    public void Add(Proposal proposal)
    {
        if (proposals.Count == Capacity)
        {
            proposals.Dequeue();
        }

        proposals.Enqueue(proposal);
        MaxZxid = proposal.Zxid;
    }

    public void Clear()
    {
        proposals.Clear();
        MaxZxid = 0;
    }
}
