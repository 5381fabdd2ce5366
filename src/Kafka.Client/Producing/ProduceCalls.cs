using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;

namespace Kafka.Client.Producing;

/// <summary>A batch of format v2 for a partition.</summary>
readonly record struct ProducedBatch(TopicPartition Partition, ReadOnlyMemory<byte> Bytes);

/// <summary>What a leader answered for a partition.</summary>
/// <param name="BaseOffset">-1: not told.</param>
/// <param name="LogAppendTime">Milliseconds since 1970; -1: the records keep their own.</param>
readonly record struct ProducedPartition(ErrorCode Error, string? Message, long BaseOffset, long LogAppendTime)
{
    /// <summary>Without an answer, as none was asked for.</summary>
    public static ProducedPartition Unacknowledged { get; } = new(ErrorCode.None, null, -1, -1);

    /// <summary>An error of a leader that has the batch, and does not promise that it stays.</summary>
    public bool IsAppended => Error is ErrorCode.RequestTimedOut or ErrorCode.NotEnoughReplicasAfterAppend;
}

/// <summary>Produce, and who writes: requests without any attempt to send them again.</summary>
static class ProduceCalls
{
    /// <summary>KIP-110: brokers before 2.1 do not know zstd.</summary>
    const short WithZstd = 7;

    /// <summary>The broker gives up to wait for replicas before this client does: it knows more of what became of the records.</summary>
    const double BrokersShare = 0.9;

    /// <summary>One batch a partition, in one request; the answer has each of them.</summary>
    public static Task<Dictionary<TopicPartition, ProducedPartition>> ProduceAsync(
        this KafkaCluster cluster,
        int leader,
        IReadOnlyList<ProducedBatch> batches,
        ProducerOptions options,
        string? transactionalId,
        TimeSpan timeout) => cluster.UseAsync(
            leader,
            async (connection, left) =>
            {
                if (options.Compression == CompressionType.Zstd && !connection.Supports(ApiKey.Produce, WithZstd))
                {
                    throw new KafkaException(
                        ErrorCode.UnsupportedCompressionType, "Brokers before Kafka 2.1 do not know zstd: choose another compression.");
                }

                var request = Request(batches, options.Acks, transactionalId, left * BrokersShare);
                if (options.Acks == Acks.None)
                {
                    await connection.SendWithoutResponseAsync(request, CancellationToken.None).ConfigureAwait(false);
                    return batches.ToDictionary(batch => batch.Partition, _ => ProducedPartition.Unacknowledged);
                }

                return Answers(await connection.SendAsync(request, CancellationToken.None, left).ConfigureAwait(false));
            },
            CancellationToken.None,
            timeout);

    /// <summary>A producer id for who writes without transactions, of any broker.</summary>
    public static async Task<ProducerIdentity> InitProducerIdAsync(
        this KafkaCluster cluster, CancellationToken cancellationToken, TimeSpan timeout)
    {
        // the timeout of transactions means nothing without an id for them, and brokers take any
        var request = new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = int.MaxValue };
        var answer = await cluster.SendToAnyAsync(request, cancellationToken, timeout).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        return new ProducerIdentity(answer.ProducerId, answer.ProducerEpoch);
    }

    static ProduceRequest Request(IEnumerable<ProducedBatch> batches, Acks acks, string? transactionalId, TimeSpan timeout) => new()
    {
        TransactionalId = transactionalId,
        Acks = (short)acks,
        TimeoutMs = (int)timeout.TotalMilliseconds,
        TopicData = [.. batches.GroupBy(batch => batch.Partition.Topic).Select(topic => new ProduceRequest.TopicProduceData
        {
            Name = topic.Key,
            PartitionData = [.. topic.Select(batch => new ProduceRequest.PartitionProduceData
            {
                Index = batch.Partition.Partition,
                Records = batch.Bytes,
            })],
        })],
    };

    static Dictionary<TopicPartition, ProducedPartition> Answers(ProduceResponse answer) => (
        from topic in answer.Responses
        from one in topic.PartitionResponses
        select (Partition: new TopicPartition(topic.Name, one.Index), Answer: new ProducedPartition(
            (ErrorCode)one.ErrorCode, Words(one), one.BaseOffset, one.LogAppendTimeMs)))
        .ToDictionary(one => one.Partition, one => one.Answer);

    /// <summary>What is wrong with a record (KIP-467) says more than what is wrong with its batch.</summary>
    static string? Words(ProduceResponse.PartitionProduceResponse one) =>
        one.RecordErrors?.Find(error => !string.IsNullOrEmpty(error.BatchIndexErrorMessage))?.BatchIndexErrorMessage ?? one.ErrorMessage;
}
