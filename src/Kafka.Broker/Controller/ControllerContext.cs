using Kafka.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>A registered broker.</summary>
sealed record LiveBroker(BrokerZNode Node, long Epoch)
{
    public int Id => Node.Id;
}

/// <summary>How far the deletion of one replica got.</summary>
enum ReplicaDeletion
{
    NotStarted,
    Started,
    Successful,

    /// <summary>Its broker is down or refused: tried again when that changes.</summary>
    Ineligible,
}

/// <summary>One partition as the controller knows it. Owned by the controller's loop.</summary>
sealed class PartitionContext(TopicContext topic, int id, ReplicaAssignment assignment)
{
    public TopicContext Topic => topic;

    public TopicPartition Name { get; } = new(topic.Name, id);

    public ReplicaAssignment Assignment { get; set; } = assignment;

    /// <summary>Null before the first leader.</summary>
    public PartitionStateZNode? State { get; set; }

    /// <summary>Brokers that are up but whose log directory with this replica failed.</summary>
    public HashSet<int> OfflineDirectories { get; } = [];

    public Dictionary<int, ReplicaDeletion> Deletions { get; } = [];

    public ReplicaDeletion Deletion(int replica) => Deletions.GetValueOrDefault(replica);
}

/// <summary>One topic as the controller knows it. Owned by the controller's loop.</summary>
sealed class TopicContext(string name, Guid id)
{
    public string Name => name;

    public Guid Id => id;

    public SortedDictionary<int, PartitionContext> Partitions { get; } = [];

    /// <summary>Marked in /admin/delete_topics.</summary>
    public bool IsQueuedForDeletion { get; set; }

    public bool IsDeletionStarted { get; set; }

    /// <summary>Why deletion must wait (a replica's broker is down, a reassignment runs); null when it need not.</summary>
    public string? DeletionWaitsFor { get; set; }

    public IEnumerable<(PartitionContext Partition, int Replica)> Replicas =>
        Partitions.Values.SelectMany(partition => partition.Assignment.Replicas.Select(replica => (partition, replica)));
}

/// <summary>
/// All a controller knows, read from ZooKeeper when it takes over and kept since. Owned by the controller's loop, which alone reads it.
/// </summary>
sealed class ControllerContext
{
    readonly SortedDictionary<string, TopicContext> topics = new(StringComparer.Ordinal);
    readonly Dictionary<Guid, TopicContext> topicsById = [];

    /// <summary>Of this controller's term; 0 before the first.</summary>
    public int Epoch { get; set; }

    public Dictionary<int, LiveBroker> Brokers { get; } = [];

    /// <summary>Brokers that said goodbye (ControlledShutdown) and are not gone yet: no new leaders there.</summary>
    public HashSet<int> ShuttingDown { get; } = [];

    public IReadOnlyDictionary<string, TopicContext> Topics => topics;

    public Dictionary<TopicPartition, PartitionContext> Reassigning { get; } = [];

    public IEnumerable<PartitionContext> Partitions => Topics.Values.SelectMany(topic => topic.Partitions.Values);

    /// <summary>Up and staying.</summary>
    public IEnumerable<int> LiveBrokers => Brokers.Keys.Where(id => !ShuttingDown.Contains(id));

    /// <summary>Up, those that are leaving included: all that requests are sent to.</summary>
    public IReadOnlyCollection<int> ReachableBrokers => Brokers.Keys;

    public PartitionContext? Find(TopicPartition name) =>
        Topics.GetValueOrDefault(name.Topic)?.Partitions.GetValueOrDefault(name.Partition);

    public TopicContext? Find(Guid topicId) => topicsById.GetValueOrDefault(topicId);

    public void Add(TopicContext topic)
    {
        topics[topic.Name] = topic;
        topicsById[topic.Id] = topic;
    }

    public void Remove(TopicContext topic)
    {
        topics.Remove(topic.Name);
        topicsById.Remove(topic.Id);
        foreach (var partition in topic.Partitions.Values)
        {
            Reassigning.Remove(partition.Name);
        }
    }

    public bool IsOnline(int replica, PartitionContext partition, bool includeShuttingDown = false) =>
        Brokers.ContainsKey(replica)
        && (includeShuttingDown || !ShuttingDown.Contains(replica))
        && !partition.OfflineDirectories.Contains(replica);

    /// <summary>Has a leader that is up, if perhaps not for long.</summary>
    public bool HasLiveLeader(PartitionContext partition) =>
        partition.State is { Leader: >= 0 } state && IsOnline(state.Leader, partition, includeShuttingDown: true);

    public IEnumerable<PartitionContext> PartitionsOn(int broker) =>
        Partitions.Where(partition => partition.Assignment.Replicas.Contains(broker));
}
