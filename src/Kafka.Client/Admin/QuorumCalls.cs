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
        var answer = await QuickestAsync(cluster, AskAsync, cancellationToken).ConfigureAwait(false);
        if (answer is null)
        {
            return null;
        }

        var partition = answer.Topics[0].Partitions[0];
        return new QuorumDescription(
            partition.LeaderId,
            partition.LeaderEpoch,
            partition.HighWatermark,
            [.. partition.CurrentVoters.Select(Replica)],
            [.. partition.Observers.Select(Replica)]);

        async Task<DescribeQuorumResponse?> AskAsync(KafkaConnection connection, TimeSpan left, CancellationToken cancelled)
        {
            if (!connection.Supports(ApiKey.DescribeQuorum))
            {
                return null;
            }

            var told = await connection.SendAsync(request, cancelled, left).ConfigureAwait(false);
            KafkaException.ThrowIfError(told.ErrorCode, told.ErrorMessage);
            KafkaException.ThrowIfError(told.Topics[0].Partitions[0].ErrorCode, told.Topics[0].Partitions[0].ErrorMessage);
            return told;
        }
    }

    /// <summary>
    /// Any broker of a KRaft cluster passes the question on to the active controller as it knows it. One whose controller has just fallen
    /// silent waits for it long after others have found the next: with it late all are asked, and the first answer counts.
    /// </summary>
    static async Task<T> QuickestAsync<T>(
        KafkaCluster cluster, Func<KafkaConnection, TimeSpan, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var any = cluster.UseAnyAsync((connection, left) => ask(connection, left, answered.Token), answered.Token);
            var patience = Task.Delay(cluster.Options.SilentPatience, cluster.Options.Time, answered.Token);
            if (await Task.WhenAny(any, patience).ConfigureAwait(false) == any || cluster.View.Brokers.Count < 2)
            {
                return await any.ConfigureAwait(false);
            }

            var each = cluster.View.Brokers.Keys
                .Select(id => cluster.UseAsync(id, (connection, left) => ask(connection, left, answered.Token), answered.Token))
                .ToList();
            while (true)
            {
                var next = await Task.WhenAny(each.Append(any)).ConfigureAwait(false);
                // with all of them asked, the one that asks one after the other has nobody left to ask
                if (next.IsCompletedSuccessfully || next == any || (each.Remove(next) && each.Count == 0))
                {
                    return await next.ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await answered.CancelAsync().ConfigureAwait(false);
        }
    }

    static QuorumReplica Replica(DescribeQuorumResponse.ReplicaState one) =>
        new(one.ReplicaId, one.LogEndOffset, one.LastFetchTimestamp, one.LastCaughtUpTimestamp);
}
