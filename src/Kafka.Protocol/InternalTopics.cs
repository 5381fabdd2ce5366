namespace Kafka.Protocol;

/// <summary>What brokers keep for themselves, in topics of their own: clients read them, and have no records taken for them.</summary>
public static class InternalTopics
{
    /// <summary>Committed offsets, and the members of groups.</summary>
    public const string ConsumerOffsets = "__consumer_offsets";

    /// <summary>Transactions and their partitions.</summary>
    public const string TransactionState = "__transaction_state";

    /// <summary>What share groups have acknowledged (KIP-932).</summary>
    public const string ShareGroupState = "__share_group_state";

    public static bool Contains(string topic) => topic is ConsumerOffsets or TransactionState or ShareGroupState;
}
