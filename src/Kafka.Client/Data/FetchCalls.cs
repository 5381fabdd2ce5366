using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Data;

/// <summary>
/// From where to read a partition. A leader gives at least one batch of the first partition asked for, whatever its size; else at most so
/// many bytes.
/// </summary>
public readonly record struct FetchPosition(TopicPartition Partition, long Offset, int MaxBytes);

/// <summary>A transaction that was aborted: its records from this offset on are to be left out, until its marker.</summary>
public readonly record struct AbortedTransaction(long ProducerId, long FirstOffset);

/// <summary>What a leader gave of a partition.</summary>
/// <param name="Records">Batches, of which the last may be cut off.</param>
/// <param name="Aborted">Of those that reach into these batches, when read committed was asked for.</param>
public sealed record FetchedPartition(
    TopicPartition Partition,
    ErrorCode Error,
    long HighWatermark,
    long LastStableOffset,
    ReadOnlyMemory<byte> Records,
    IReadOnlyList<AbortedTransaction> Aborted);

/// <summary>Reads record batches of one leader, without a session.</summary>
public static class FetchCalls
{
    /// <summary>The last version that names topics by name: those after it do so by id, which brokers before 2.8 do not have.</summary>
    const short ByName = 12;

    /// <summary>How long a leader that has nothing waits for something to come.</summary>
    const int WaitMs = 100;

    /// <summary>Of partitions of the same leader, in the order in which they are to be served.</summary>
    public static async Task<IReadOnlyList<FetchedPartition>> FetchAsync(
        this KafkaCluster cluster,
        int leader,
        IReadOnlyList<FetchPosition> positions,
        int maxBytes,
        IsolationLevel isolation,
        CancellationToken cancellationToken,
        TimeSpan? timeout = null)
    {
        var request = new FetchRequest
        {
            // no session id or epoch: a broker has few slots for sessions (KIP-227), and consumers need them more
            MaxWaitMs = WaitMs,
            MinBytes = 1,
            MaxBytes = maxBytes,
            IsolationLevel = (sbyte)isolation,
            Topics = [.. positions.GroupBy(one => one.Partition.Topic).Select(Topic)],
        };
        var answer = await cluster.UseAsync(
            leader,
            (connection, left) => connection.SendAsync(request, cancellationToken, left, Version(connection)),
            cancellationToken,
            timeout).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        return [.. from topic in answer.Responses from one in topic.Partitions select Of(topic.Topic, one)];
    }

    static short? Version(KafkaConnection connection) =>
        connection.Versions(ApiKey.Fetch) is { } theirs && theirs.Max > ByName ? ByName : null;

    static FetchRequest.FetchTopic Topic(IGrouping<string, FetchPosition> positions) => new()
    {
        Topic = positions.Key,
        Partitions = [.. positions.Select(one => new FetchRequest.FetchPartition
        {
            Partition = one.Partition.Partition,
            FetchOffset = one.Offset,
            PartitionMaxBytes = one.MaxBytes,
        })],
    };

    static FetchedPartition Of(string topic, FetchResponse.PartitionData one) => new(
        new TopicPartition(topic, one.PartitionIndex),
        (ErrorCode)one.ErrorCode,
        one.HighWatermark,
        one.LastStableOffset,
        one.Records ?? ReadOnlyMemory<byte>.Empty,
        [.. (one.AbortedTransactions ?? []).Select(aborted => new AbortedTransaction(aborted.ProducerId, aborted.FirstOffset))]);
}
