using Dashboard.Monitoring;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>Which topics a cluster has.</summary>
public interface ITopicLookup
{
    Task<bool> ExistsAsync(string topic, CancellationToken cancellationToken);
}

/// <summary>Asks once for each name, and keeps the answer: of a run, or of a plan.</summary>
sealed class TopicLookup(IClusterMonitor cluster) : ITopicLookup
{
    /// <summary>Headers may name whatever they like; past so many names all are asked for anew.</summary>
    const int MostKnown = 10_000;

    readonly Dictionary<string, int> known = [];

    public static string InternalWords(string topic) => $"{topic} is internal to Kafka: records are not written to it by hand.";

    public async Task<bool> ExistsAsync(string topic, CancellationToken cancellationToken) =>
        await PartitionsAsync(topic, cancellationToken).ConfigureAwait(false) > 0;

    /// <exception cref="KafkaException">There is no such topic, or a partition of it has no leader now.</exception>
    public static void RequireLeaders(MetadataResponse metadata, string topic)
    {
        var found = metadata.Topics.Single(one => one.Name == topic);
        KafkaException.ThrowIfError(found.ErrorCode);
        if (found.Partitions.Find(partition => partition.LeaderId < 0) is { } without)
        {
            throw KafkaException.NoLeader(new(topic, without.PartitionIndex));
        }
    }

    /// <summary>0: there is no such topic to write to.</summary>
    public async Task<int> PartitionsAsync(string topic, CancellationToken cancellationToken)
    {
        if (InternalTopics.Contains(topic))
        {
            return 0;
        }

        if (!known.TryGetValue(topic, out var partitions))
        {
            var metadata = await cluster.Data.Kafka.MetadataAsync([topic], cancellationToken).ConfigureAwait(false);
            var found = metadata.Topics.FirstOrDefault(t => t.Name == topic);
            var code = (ErrorCode)(found?.ErrorCode ?? (short)ErrorCode.UnknownTopicOrPartition);
            if (code is not (ErrorCode.None or ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopic))
            {
                throw new KafkaException(
                    code, code == ErrorCode.TopicAuthorizationFailed ? TargetRights.WriteWords(cluster.Id, topic) : null);
            }

            if (known.Count >= MostKnown)
            {
                known.Clear();
            }

            known[topic] = partitions = code == ErrorCode.None ? found!.Partitions.Count : 0;
        }

        return partitions;
    }
}
