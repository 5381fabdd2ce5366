using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Checks;

/// <summary>Asks each broker for the metadata that it has itself: clients see the cluster as the broker does that they ask.</summary>
sealed class BrokerReadings(KafkaCluster kafka, Func<ClusterSnapshot> current)
{
    /// <param name="scope">Topics to ask for; null: all that this principal may see.</param>
    /// <returns>By broker, those that did not answer with the reason.</returns>
    public async Task<IReadOnlyDictionary<int, BrokerAnswer<ClusterSaid>>> ReadAsync(
        IReadOnlySet<string>? scope, bool isKRaft, CancellationToken cancellationToken)
    {
        var request = new MetadataRequest
        {
            Topics = scope?.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name }).ToList(),
            AllowAutoTopicCreation = false,
        };
        var answers = await kafka.SendToAllAsync(_ => request, cancellationToken).ConfigureAwait(false);
        return answers.ToDictionary(
            one => one.Key,
            one => one.Value.Succeeded
                ? new BrokerAnswer<ClusterSaid>(Said(one.Value.Value, isKRaft))
                : new BrokerAnswer<ClusterSaid>(one.Value.Error));
    }

    /// <summary>
    /// In KRaft mode brokers are compared with the one that has the newest metadata: the active controller where it is a broker, too, else
    /// whichever of them has read most of the controllers' log.
    /// </summary>
    public int Newest(IEnumerable<int> answered)
    {
        var quorum = current().Quorum.Value;
        return answered
            .OrderByDescending(id => id == quorum?.LeaderId)
            .ThenByDescending(id => quorum?.Find(id)?.LogEndOffset ?? -1)
            .ThenBy(id => id)
            .First();
    }

    static ClusterSaid Said(MetadataResponse answer, bool isKRaft)
    {
        var (topics, hidden) = (new Dictionary<string, TopicSaid>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var topic in answer.Topics.Where(t => t.Name is not null))
        {
            if ((ErrorCode)topic.ErrorCode is ErrorCode.TopicAuthorizationFailed)
            {
                hidden.Add(topic.Name!);
            }
            else if ((ErrorCode)topic.ErrorCode is not (ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopic))
            {
                topics[topic.Name!] = new(topic.TopicId, topic.Partitions.ToDictionary(p => p.PartitionIndex, Partition), 0);
            }
        }

        // KRaft: each broker names a random one (KIP-590), which would always differ
        var controller = isKRaft || answer.ControllerId < 0 ? (int?)null : answer.ControllerId;
        return new ClusterSaid(topics, answer.Brokers.Select(b => b.NodeId).ToHashSet(), controller, hidden);
    }

    static PartitionSaid Partition(MetadataResponse.MetadataResponsePartition one) => new(
        // a leader that has no listener of the kind that this client uses comes as none
        (ErrorCode)one.ErrorCode == ErrorCode.ListenerNotFound ? null : one.LeaderId,
        one.LeaderEpoch,
        [.. one.IsrNodes.Order()],
        [.. one.ReplicaNodes],
        0);
}
