using Kafka.Broker.Configuration;
using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>
/// Metadata v0 to v12, from this broker's image. All topics: an empty list in v0, null from v1 on. Unknown topics are created where the
/// client (from v4 on its choice, before always) and auto.create.topics.enable allow it. Topic ids from v10, asked for by id from v12.
/// </summary>
sealed class MetadataHandler(
    BrokerConfig config, MetadataCache metadata, BrokerSession session, AutoTopicCreation autoCreation, AwaitedTopics awaited)
    : RequestHandler<MetadataRequest, MetadataResponse>(
        ApiKey.Metadata, MetadataRequest.MinVersion, MetadataRequest.MaxVersion, MetadataRequest.Read)
{
    /// <summary>
    /// What every client may do with a topic while there is no authorizer: read, write, create, delete, alter, describe, describe and alter
    /// configs.
    /// </summary>
    const int TopicOperations = (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 10) | (1 << 11);

    protected override async ValueTask<MetadataResponse?> HandleAsync(
        MetadataRequest request, RequestContext context, CancellationToken stopping)
    {
        var all = request.Topics is null || (context.Version == 0 && request.Topics.Count == 0);
        await metadata.WaitAsync(image => IsSent(image, all ? null : request.Topics), awaited.Grace, stopping).ConfigureAwait(false);
        var image = metadata.Current;
        var topics = all
            ? image.Topics.Values.Select(topic => Known(topic, image, request, context))
                .Concat(image.Awaited.Order(StringComparer.Ordinal).Select(NotSent))
            : request.Topics!.DistinctBy(topic => (topic.Name, topic.TopicId)).Select(topic => Asked(topic, image, request, context));
        var answer = new MetadataResponse
        {
            Brokers = [.. image.BrokersOn(context.ListenerName).Select(item => new MetadataResponse.MetadataResponseBroker
            {
                NodeId = item.Broker.Id,
                Host = item.Endpoint.Host,
                Port = item.Endpoint.Port,
                Rack = item.Broker.Rack,
            })],
            ClusterId = session.ClusterId,
            ControllerId = image.LiveControllerId,
            Topics = [.. topics],
            // v11 leaves it to DescribeCluster (KIP-700)
            ClusterAuthorizedOperations = context.Version is >= 8 and <= 10 && request.IncludeClusterAuthorizedOperations
                ? ClusterOperations.All
                : int.MinValue,
        };

        // about 26 bytes a partition and 4 a replica in the compact versions, somewhat more before
        context.ResponseSize = 256 + answer.Topics.Sum(topic =>
            48 + (2 * topic.Name?.Length ?? 0) + topic.Partitions.Sum(partition => 32 + (8 * partition.ReplicaNodes.Count)));
        return answer;
    }

    MetadataResponse.MetadataResponseTopic Asked(
        MetadataRequest.MetadataRequestTopic asked, MetadataImage image, MetadataRequest request, RequestContext context)
    {
        if (asked.TopicId != Guid.Empty)
        {
            // before v12 the field is there, but may not be used
            return context.Version < 12 ? Unknown(asked.Name ?? "", asked.TopicId, ErrorCode.InvalidRequest)
                : image.Topic(asked.TopicId) is { } byId ? Known(byId, image, request, context)
                : Unknown(null, asked.TopicId, image is { ControllerId: >= 0, Awaited.IsEmpty: true }
                    ? ErrorCode.UnknownTopicId
                    : ErrorCode.LeaderNotAvailable);
        }

        var name = asked.Name ?? "";
        return image.Topics.TryGetValue(name, out var topic) ? Known(topic, image, request, context)
            : TopicName.Problem(name) is not null ? Unknown(name, Guid.Empty, ErrorCode.InvalidTopic)
            : image.ControllerId < 0 || image.Awaited.Contains(name) ? NotSent(name)
            : (context.Version < 4 || request.AllowAutoTopicCreation) && config.AutoCreateTopics
                ? Unknown(name, Guid.Empty, autoCreation.Request(name))
            : Unknown(name, Guid.Empty, ErrorCode.UnknownTopicOrPartition);
    }

    /// <summary>Whether the controller has sent what is asked for (null: all topics).</summary>
    static bool IsSent(MetadataImage image, IReadOnlyList<MetadataRequest.MetadataRequestTopic>? asked)
    {
        bool Sent(MetadataRequest.MetadataRequestTopic topic) =>
            topic.Name is { } name ? !image.Awaited.Contains(name) : image.Topic(topic.TopicId) is not null;
        return image.ControllerId >= 0 && (image.Awaited.IsEmpty || (asked is not null && asked.All(Sent)));
    }

    /// <summary>It exists, or may: clients ask again.</summary>
    static MetadataResponse.MetadataResponseTopic NotSent(string name) => Unknown(name, Guid.Empty, ErrorCode.LeaderNotAvailable);

    static MetadataResponse.MetadataResponseTopic Unknown(string? name, Guid id, ErrorCode code) => new()
    {
        Name = name,
        TopicId = id,
        ErrorCode = (short)code,
        IsInternal = name is not null && TopicName.IsInternal(name),
        Partitions = [],
    };

    static MetadataResponse.MetadataResponseTopic Known(
        TopicImage topic, MetadataImage image, MetadataRequest request, RequestContext context) =>
        new()
        {
            Name = topic.Name,
            TopicId = topic.Id,
            IsInternal = TopicName.IsInternal(topic.Name),
            Partitions = [.. topic.Partitions.Values.Select(partition => Partition(partition, image, context))],
            TopicAuthorizedOperations = context.Version >= 8 && request.IncludeTopicAuthorizedOperations ? TopicOperations : int.MinValue,
        };

    static MetadataResponse.MetadataResponsePartition Partition(PartitionImage partition, MetadataImage image, RequestContext context)
    {
        bool Alive(int replica) => image.Endpoint(replica, context.ListenerName) is not null;

        // v0 clients do not know that a replica can be down
        List<int> Shown(IReadOnlyList<int> replicas) => context.Version == 0 ? [.. replicas.Where(Alive)] : [.. replicas];
        var led = partition.Leader >= 0 && Alive(partition.Leader);
        var replicas = Shown(partition.Replicas);
        var isr = Shown(partition.Isr);
        // ReplicaNotAvailable only in v0, which leaves replicas out; ListenerNotFound is not known to clients before v6
        var error = led
            ? replicas.Count < partition.Replicas.Count || isr.Count < partition.Isr.Count
                ? ErrorCode.ReplicaNotAvailable
                : ErrorCode.None
            : context.Version >= 6 && image.Brokers.ContainsKey(partition.Leader)
                ? ErrorCode.ListenerNotFound
                : ErrorCode.LeaderNotAvailable;
        return new MetadataResponse.MetadataResponsePartition
        {
            ErrorCode = (short)error,
            PartitionIndex = partition.Partition,
            LeaderId = led ? partition.Leader : -1,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = replicas,
            IsrNodes = isr,
            OfflineReplicas = [.. partition.OfflineReplicas],
        };
    }
}

/// <summary>What every client may do with the cluster while there is no authorizer, as a bit field of ACL operations (KIP-430).</summary>
static class ClusterOperations
{
    /// <summary>Create, alter, describe, cluster action, describe and alter configs, idempotent write.</summary>
    public const int All = (1 << 5) | (1 << 7) | (1 << 8) | (1 << 9) | (1 << 10) | (1 << 11) | (1 << 12);
}
