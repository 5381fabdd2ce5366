using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>A leader's wish to change the ISR, fenced by the partition epoch (the version of the state's znode) that it knows.</summary>
sealed record IsrUpdate(
    TopicPartition TopicPartition, Guid TopicId, int LeaderEpoch, IReadOnlyList<int> Isr, int PartitionEpoch);

/// <summary>AlterPartition's answer for one partition.</summary>
sealed record IsrUpdateResult(
    ErrorCode Error, int LeaderId = -1, int LeaderEpoch = -1, IReadOnlyList<int>? Isr = null, int PartitionEpoch = -1);

/// <summary>
/// Sends ISR changes to the controller (AlterPartition, KIP-497). Batching and retrying on a controller change are its own business.
/// </summary>
interface IIsrUpdater
{
    /// <summary>Never throws for the network: an unreachable controller ends as an error code after the updater's own retries.</summary>
    Task<IsrUpdateResult> SubmitAsync(IsrUpdate update, CancellationToken cancellationToken);
}

/// <summary>Overrides of /config/topics. Changes afterwards come through <see cref="ReplicaManager.ChangeTopicConfigAsync"/>.</summary>
interface ITopicConfigSource
{
    ValueTask<IReadOnlyDictionary<string, string>> GetTopicOverridesAsync(string topic, CancellationToken cancellationToken);
}

/// <summary>What the data plane must know of the broker's registration.</summary>
interface IBrokerIdentity
{
    /// <summary>The zxid at which the broker's znode was made; -1 before.</summary>
    long BrokerEpoch { get; }

    /// <summary>Called once a log directory failed, so that it can be announced in /log_dir_event_notification.</summary>
    Task LogDirectoryFailedAsync(string directory, CancellationToken cancellationToken);
}
