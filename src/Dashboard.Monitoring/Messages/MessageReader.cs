using Dashboard.Monitoring.Access;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Messages;

/// <summary>Reads a record with a fetch of its own, whatever the transaction it was written in.</summary>
sealed class MessageReader(ClusterData data) : IMessageReader
{
    /// <summary>Of an answer with records in it, which on a slow link takes its time.</summary>
    static readonly TimeSpan fetchDeadline = TimeSpan.FromSeconds(30);

    public async Task<MessageView?> ReadOneAsync(
        string topic, int partition, long offset, Actor actor, CancellationToken cancellationToken)
    {
        const int AskedBytes = 64 << 10;
        var cluster = data.Kafka;
        var leader = await LeaderAsync(cluster, topic, partition, cancellationToken).ConfigureAwait(false);
        var position = new FetchPosition(new TopicPartition(topic, partition), offset, AskedBytes);
        var answers = await cluster
            .FetchAsync(leader, [position], AskedBytes, IsolationLevel.ReadUncommitted, cancellationToken, fetchDeadline)
            .ConfigureAwait(false);
        var answer = answers.Single();
        if (answer.Error is not (ErrorCode.None or ErrorCode.OffsetOutOfRange))
        {
            throw new KafkaException(answer.Error);
        }

        foreach (var batch in CommittedBatches.Read(answer.Records, []).Where(b => b.NextOffset > offset).Take(1))
        {
            var isLogAppendTime = batch.TimestampType == global::Kafka.Protocol.Records.TimestampType.LogAppendTime;
            return batch.Records is null
                ? throw new KafkaException(ErrorCode.CorruptMessage, batch.Trouble)
                : batch.Records
                    .Where(r => r.Offset == offset)
                    .Select(r => RecordMasking.Of(Views.Of(partition, r, isLogAppendTime, int.MaxValue), actor, data.Id, topic))
                    .FirstOrDefault();
        }

        return null;
    }

    static async Task<int> LeaderAsync(KafkaCluster cluster, string topic, int partition, CancellationToken cancellationToken)
    {
        var metadata = await cluster.MetadataAsync([topic], cancellationToken).ConfigureAwait(false);
        var found = metadata.Topics.FirstOrDefault(t => t.Name == topic) ?? throw new KafkaException(ErrorCode.UnknownTopicOrPartition);
        KafkaException.ThrowIfError(found.ErrorCode);
        return found.Partitions.FirstOrDefault(p => p.PartitionIndex == partition) switch
        {
            null => throw new KafkaException(ErrorCode.UnknownTopicOrPartition),
            { LeaderId: < 0 } => throw new KafkaException(ErrorCode.LeaderNotAvailable),
            { LeaderId: var leader } => leader,
        };
    }
}
