namespace ZooKeeper.Server.Transactions;

/// <summary>The last committed proposals in zxid order, in memory. Owned by the server loop.</summary>
sealed class CommittedLog
{
    /// <summary>As many as Apache keeps (zookeeper.commitLogCount).</summary>
    public const int Capacity = 500;

    readonly Queue<Proposal> proposals = new(Capacity);

    public IReadOnlyCollection<Proposal> Proposals => proposals;

    public void Add(Proposal proposal)
    {
        if (proposals.Count == Capacity)
        {
            proposals.Dequeue();
        }

        proposals.Enqueue(proposal);
    }

    public void Clear() => proposals.Clear();
}
