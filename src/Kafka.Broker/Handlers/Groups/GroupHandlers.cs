using System.Net;
using Kafka.Protocol;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>The handlers of this part, for the registry.</summary>
public static class GroupHandlers
{
    public static IEnumerable<IRequestHandler> All(BrokerServices broker) =>
    [
        new FindCoordinatorHandler(broker),
        new JoinGroupHandler(broker),
        new SyncGroupHandler(broker),
        new HeartbeatHandler(broker),
        new LeaveGroupHandler(broker),
        new OffsetCommitHandler(broker),
        new OffsetFetchHandler(broker),
        new OffsetDeleteHandler(broker),
        new ListGroupsHandler(broker),
        new DescribeGroupsHandler(broker),
        new DeleteGroupsHandler(broker),
    ];

    /// <summary>As Java prints an address.</summary>
    internal static string Host(EndPoint? remote) => remote is IPEndPoint { Address: var address }
        ? $"/{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}"
        : "";

    internal static ErrorCode UnknownTopic(BrokerServices broker, string topic, int partition) =>
        broker.Metadata.Current.Partition(topic, partition) is null ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None;
}
