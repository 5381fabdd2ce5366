using System.Globalization;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Metadata;

/// <summary>Brokers that clients can use (DescribeCluster, KIP-700; of brokers before 2.8 Metadata).</summary>
sealed class BrokersBranch(KafkaCluster kafka) : IMetadataBranch
{
    public string Name => "brokers";

    public async Task<MetadataNode> ReadAsync(CancellationToken cancellationToken)
    {
        var brokers = await kafka.UseAnyAsync(
            (connection, left) => AskAsync(connection, left, cancellationToken), cancellationToken).ConfigureAwait(false);
        return MetadataNode.Of(null, brokers.OrderBy(b => b.Id).Select(broker => KeyValuePair.Create(
            broker.Id.ToString(CultureInfo.InvariantCulture),
            new MetadataNode(new { broker.Id, broker.Host, broker.Port, broker.Rack }))));
    }

    static async Task<List<BrokerAddress>> AskAsync(KafkaConnection connection, TimeSpan left, CancellationToken cancellationToken)
    {
        if (!connection.Supports(ApiKey.DescribeCluster))
        {
            var metadata = await connection.SendAsync(new MetadataRequest { Topics = [] }, cancellationToken, left).ConfigureAwait(false);
            return [.. metadata.Brokers.Select(b => new BrokerAddress(b.NodeId, b.Host, b.Port, b.Rack))];
        }

        var answer = await connection.SendAsync(new DescribeClusterRequest(), cancellationToken, left).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return [.. answer.Brokers.Select(b => new BrokerAddress(b.BrokerId, b.Host, b.Port, b.Rack))];
    }
}
