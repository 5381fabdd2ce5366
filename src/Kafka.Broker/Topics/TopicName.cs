using Kafka.Protocol;

namespace Kafka.Broker.Topics;

/// <summary>What a topic may be called.</summary>
static class TopicName
{
    /// <summary>A log's directory is called topic-partition, and a file's name has 255 bytes at most.</summary>
    public const int MaxLength = 249;

    /// <summary>
    /// One entry of the topic's znode takes 12 bytes or so, and ZooKeeper takes a MiB: what is more could never be written, and to plan
    /// it would take all memory there is.
    /// </summary>
    public const int MostPartitions = 100_000;

    /// <summary>Clients may not produce to these, and tools hide them. There are no share groups here.</summary>
    public static bool IsInternal(string topic) => topic is InternalTopics.ConsumerOffsets or InternalTopics.TransactionState;

    /// <summary>Null for a legal name, else why not, in Kafka's words.</summary>
    public static string? Problem(string topic) =>
        topic.Length == 0 ? "Topic name is invalid: the empty string is not allowed"
        : topic is "." or ".." ? $"Topic name is invalid: '{topic}' is not allowed"
        : topic.Length > MaxLength ? $"Topic name is invalid: the length of '{topic}' is longer than the max allowed length {MaxLength}"
        : topic.All(IsLegal) ? null
        : $"Topic name is invalid: '{topic}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";

    /// <summary>Null for a number of partitions that a topic can have.</summary>
    public static string? PartitionsProblem(int count) =>
        count > MostPartitions
            ? $"Number of partitions must be at most {MostPartitions}: ZooKeeper would not take the topic's znode."
            : null;

    /// <summary>Names that differ in '.' and '_' alone are the same name to metrics.</summary>
    public static bool Collide(string one, string other) => one.Replace('.', '_') == other.Replace('.', '_');

    static bool IsLegal(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
