namespace Kafka.Protocol;

/// <summary>
/// One partition of a topic, by name; its directory on a broker is <c>topic-partition</c>. Ordered by topic, then by number.
/// </summary>
public readonly record struct TopicPartition(string Topic, int Partition) : IComparable<TopicPartition>
{
    public int CompareTo(TopicPartition other)
    {
        var byTopic = string.CompareOrdinal(Topic, other.Topic);
        return byTopic != 0 ? byTopic : Partition.CompareTo(other.Partition);
    }

    public override string ToString() => $"{Topic}-{Partition}";
}
