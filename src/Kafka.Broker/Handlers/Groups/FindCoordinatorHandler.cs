using Kafka.Broker.Configuration;
using Kafka.Broker.Groups;
using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>
/// FindCoordinator v0 to v6, many keys from v4 on. __consumer_offsets is created with the first question. Left out: transactions (refused
/// with the one error that neither Java's producer nor librdkafka's repeats) and share groups (InvalidRequest).
/// </summary>
sealed class FindCoordinatorHandler(BrokerConfig config, MetadataCache metadata, AutoTopicCreation autoCreation)
    : RequestHandler<FindCoordinatorRequest, FindCoordinatorResponse>(
        ApiKey.FindCoordinator, FindCoordinatorRequest.MinVersion, FindCoordinatorRequest.MaxVersion, FindCoordinatorRequest.Read)
{
    const short FirstWithManyKeys = 4; // KIP-699
    const sbyte GroupKey = 0, TransactionKey = 1;

    protected override ValueTask<FindCoordinatorResponse?> HandleAsync(
        FindCoordinatorRequest request, RequestContext context, CancellationToken stopping)
    {
        var response = new FindCoordinatorResponse();
        if (context.Version >= FirstWithManyKeys)
        {
            response.Coordinators = request.CoordinatorKeys.ConvertAll(key => Find(key, request.KeyType, context.ListenerName));
        }
        else
        {
            var found = Find(request.Key, request.KeyType, context.ListenerName);
            response.ErrorCode = found.ErrorCode;
            response.ErrorMessage = found.ErrorMessage;
            response.NodeId = found.NodeId;
            response.Host = found.Host;
            response.Port = found.Port;
        }

        return ValueTask.FromResult<FindCoordinatorResponse?>(response);
    }

    FindCoordinatorResponse.Coordinator Find(string key, sbyte keyType, string listener)
    {
        switch (keyType)
        {
            case GroupKey:
                return FindGroup(key, listener);
            case TransactionKey:
                return Refuse(
                    key,
                    ErrorCode.TransactionalIdAuthorizationFailed,
                    "This broker does not have transactions yet: use the producer without transactional.id.");
            default:
                return Refuse(key, ErrorCode.InvalidRequest);
        }
    }

    FindCoordinatorResponse.Coordinator FindGroup(string groupId, string listener)
    {
        var image = metadata.Current;
        if (!image.Topics.TryGetValue(InternalTopics.ConsumerOffsets, out var topic))
        {
            if (!image.Exists(InternalTopics.ConsumerOffsets))
            {
                autoCreation.Request(InternalTopics.ConsumerOffsets);
            }

            return Refuse(groupId, ErrorCode.CoordinatorNotAvailable);
        }

        var partition = topic.Partitions.GetValueOrDefault(GroupPartitions.Of(groupId, GroupPartitions.Count(image, config)));
        return partition is not null && image.Endpoint(partition.Leader, listener) is { } endpoint
            ? new() { Key = groupId, NodeId = partition.Leader, Host = endpoint.Host, Port = endpoint.Port, ErrorMessage = "" }
            : Refuse(groupId, ErrorCode.CoordinatorNotAvailable);
    }

    static FindCoordinatorResponse.Coordinator Refuse(string key, ErrorCode error, string? message = null) => new()
    {
        Key = key,
        NodeId = -1,
        Host = "",
        Port = -1,
        ErrorCode = (short)error,
        ErrorMessage = message ?? ErrorCodes.Describe(error).Message,
    };
}
