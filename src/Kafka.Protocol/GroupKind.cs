namespace Kafka.Protocol;

/// <summary>The kinds of groups: the GroupType of ListGroups v5, which brokers have from Kafka 3.8 on.</summary>
public enum GroupKind
{
    /// <summary>A word of a newer Kafka.</summary>
    Unknown,

    /// <summary>JoinGroup and SyncGroup: members share the partitions out among themselves. Those of Connect are of it, too.</summary>
    Classic,

    /// <summary>The coordinator assigns the partitions, member by member (KIP-848).</summary>
    Consumer,

    /// <summary>Several members may read one partition, record by record (KIP-932).</summary>
    Share,

    /// <summary>The coordinator assigns the tasks of a topology (KIP-1071).</summary>
    Streams,
}

public static class GroupKinds
{
    /// <summary>Brokers that do not tell it have classic groups only.</summary>
    public static GroupKind Of(string word) => word.Length == 0 ? GroupKind.Classic
        : Enum.TryParse<GroupKind>(word, ignoreCase: true, out var kind) && Enum.IsDefined(kind) && !char.IsDigit(word[0]) ? kind
        : GroupKind.Unknown;
}
