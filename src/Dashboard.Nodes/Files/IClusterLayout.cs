namespace Dashboard.Nodes.Files;

/// <summary>Which nodes a hosted cluster has, and what their files say, by who keeps its metadata.</summary>
interface IClusterLayout
{
    /// <summary>Those that keep the metadata and are no brokers; as many as long as there is data.</summary>
    IReadOnlyList<NodeDraft> Founders { get; }

    /// <summary>HOST:PORT,…/chroot; null without ZooKeeper.</summary>
    string? ZooKeeperConnect { get; }

    /// <param name="brokers">How many there are: no topic has more replicas.</param>
    NodeDraft Broker(int id, int brokers);
}
