namespace Kafka.Broker.Groups;

/// <summary>A partition of __consumer_offsets that this broker leads, with its groups. Owned by the coordinator's loop.</summary>
sealed class OwnedPartition(int partition, int epoch)
{
    public int Partition => partition;

    /// <summary>The leader epoch it was taken over with.</summary>
    public int Epoch { get; set; } = epoch;

    /// <summary>Its log is still being read.</summary>
    public bool IsLoading { get; set; } = true;

    /// <summary>False once the broker resigned: what is still under way for it has no effect.</summary>
    public bool IsCurrent { get; set; } = true;

    /// <summary>Ends once the newest append has been called back.</summary>
    public Task LastAppend { get; set; } = Task.CompletedTask;

    public Dictionary<string, ClassicGroup> Groups { get; set; } = [];
}
