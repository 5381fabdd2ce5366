using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Readings;

/// <summary>A committed offset, of any group.</summary>
readonly record struct Commit(TopicPartition Partition, long Offset);

/// <summary>What was read behind a commit.</summary>
/// <param name="ClearUntil">Up to here there is no record that was committed.</param>
/// <param name="HasRecord">There is one at <paramref name="ClearUntil"/>.</param>
/// <param name="IsHeldUp">An open transaction begins at <paramref name="ClearUntil"/>.</param>
sealed record Tail(long ClearUntil, bool HasRecord, bool IsHeldUp);
