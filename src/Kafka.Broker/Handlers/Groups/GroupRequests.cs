using System.Net;
using System.Net.Sockets;
using Kafka.Broker.Metadata;
using Kafka.Protocol;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>What several handlers of groups need of a request.</summary>
static class GroupRequests
{
    /// <summary>As Java prints an address: all eight groups of one of IPv6.</summary>
    public static string Host(EndPoint? remote) => remote is not IPEndPoint { Address: var address } ? ""
        : address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6
            ? "/" + string.Join(':', address.GetAddressBytes().Chunk(2).Select(group => $"{(group[0] << 8) | group[1]:x}"))
        : $"/{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}";

    public static ErrorCode UnknownTopic(MetadataImage image, string topic, int partition) =>
        image.Partition(topic, partition) is null && !image.Awaited.Contains(topic) ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None;
}
