namespace Kafka.Protocol;

/// <summary>What a member of a streams group does with a task (KIP-1071).</summary>
public enum TaskRole
{
    /// <summary>It processes records.</summary>
    Active,

    /// <summary>It keeps a copy of the task's state up to date.</summary>
    Standby,

    /// <summary>It fetches the task's state, to take the task over then.</summary>
    WarmUp,
}

/// <summary>A task of a streams group: what one subtopology does with the partitions of one number.</summary>
public readonly record struct StreamsTask(TaskRole Role, string Subtopology, int Partition) : IComparable<StreamsTask>
{
    /// <summary>As Kafka Streams names it: "0_2".</summary>
    public string Name => $"{Subtopology}_{Partition}";

    public int CompareTo(StreamsTask other) => (Role, Subtopology, Partition).CompareTo((other.Role, other.Subtopology, other.Partition));
}
