using System.Collections.Immutable;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Scanning;

/// <summary>How many records a topic has over time, without reading one.</summary>
public interface IVolumeReader
{
    /// <summary>Of all partitions together. A reading is kept for half a minute.</summary>
    /// <exception cref="Kafka.Client.KafkaException">There is no such topic, or a leader does not answer.</exception>
    Task<Volume> ReadAsync(IClusterMonitor cluster, string topic, CancellationToken cancellationToken);
}

/// <param name="From">Where the first step begins.</param>
/// <param name="Step">How long each is.</param>
/// <param name="Counts">Offsets of each step; records are at most as many. Empty for a topic without records.</param>
public sealed record Volume(DateTimeOffset From, TimeSpan Step, ImmutableArray<long> Counts);
