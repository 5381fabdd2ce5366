namespace Kafka.Protocol;

/// <summary>One partition of a topic, by name; its directory on a broker is <c>topic-partition</c>.</summary>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}-{Partition}";
}
