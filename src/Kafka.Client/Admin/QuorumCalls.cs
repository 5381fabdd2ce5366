using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>A voter or observer of a KRaft quorum. Times are ms since 1970, -1 when not known.</summary>
public readonly record struct QuorumReplica(int Id, long LogEndOffset, long LastFetchTimestamp, long LastCaughtUpTimestamp);

/// <summary>The metadata quorum of a KRaft cluster; its leader is the active controller.</summary>
public sealed record QuorumDescription(
    int LeaderId, int LeaderEpoch, long HighWatermark, IReadOnlyList<QuorumReplica> Voters, IReadOnlyList<QuorumReplica> Observers);

/// <summary>Asks about the quorum (KIP-595).</summary>
public static class QuorumCalls
{
    const string MetadataTopic = "__cluster_metadata";

    /// <summary>Null when the cluster is not in KRaft mode: its brokers do not have the API.</summary>
    public static async Task<QuorumDescription?> DescribeQuorumAsync(this KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var topic = new DescribeQuorumRequest.TopicData
        {
            TopicName = MetadataTopic,
            Partitions = [new DescribeQuorumRequest.PartitionData { PartitionIndex = 0 }],
        };
        var request = new DescribeQuorumRequest { Topics = [topic] };
        // any broker: those of a KRaft cluster pass the question on to the active controller
        var answer = await cluster.UseAnyAsync(
            async (connection, left) => connection.Supports(ApiKey.DescribeQuorum)
                ? await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false)
                : null,
            cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return null;
        }

        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        var partition = answer.Topics[0].Partitions[0];
        KafkaException.ThrowIfError(partition.ErrorCode, partition.ErrorMessage);
        return new QuorumDescription(
            partition.LeaderId,
            partition.LeaderEpoch,
            partition.HighWatermark,
            [.. partition.CurrentVoters.Select(Replica)],
            [.. partition.Observers.Select(Replica)]);
    }

    static QuorumReplica Replica(DescribeQuorumResponse.ReplicaState one) =>
        new(one.ReplicaId, one.LogEndOffset, one.LastFetchTimestamp, one.LastCaughtUpTimestamp);
}
