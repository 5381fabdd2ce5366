using Dashboard.Monitoring.Messages;

namespace Dashboard.Messages.Scanning;

/// <summary>When the newest record of topics was written.</summary>
public interface ILastRecords
{
    /// <summary>Of each that is asked for. Never throws for an answer that does not come: it is then not known.</summary>
    Task<IReadOnlyDictionary<string, LastRecord>> ReadAsync(
        ClusterData cluster, IReadOnlyCollection<string> topics, CancellationToken cancellationToken);
}

/// <param name="At">Null: there is no record, or it is not known.</param>
/// <param name="IsKnown">False: some leader did not answer, or brokers before Kafka 3.0 were asked.</param>
public sealed record LastRecord(DateTimeOffset? At, bool IsKnown);
