using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>DescribeCluster v0 and v1 (KIP-700), from this broker's image.</summary>
sealed class DescribeClusterHandler(MetadataCache metadata, BrokerSession session, AwaitedTopics awaited)
    : RequestHandler<DescribeClusterRequest, DescribeClusterResponse>(
        ApiKey.DescribeCluster, DescribeClusterRequest.MinVersion, DescribeClusterRequest.MaxVersion, DescribeClusterRequest.Read)
{
    /// <summary>Of brokers; 2 asks for the controllers of KRaft.</summary>
    const sbyte Brokers = 1;

    protected override async ValueTask<DescribeClusterResponse?> HandleAsync(
        DescribeClusterRequest request, RequestContext context, CancellationToken stopping)
    {
        if (request.EndpointType != Brokers)
        {
            return new DescribeClusterResponse
            {
                ErrorCode = (short)(request.EndpointType == 2 ? ErrorCode.MismatchedEndpointType : ErrorCode.UnsupportedEndpointType),
                ErrorMessage = $"Unsupported endpoint type {request.EndpointType}",
            };
        }

        await metadata.WaitAsync(known => known.ControllerId >= 0, awaited.Grace, stopping).ConfigureAwait(false);
        var image = metadata.Current;
        return new DescribeClusterResponse
        {
            ErrorMessage = null,
            EndpointType = Brokers,
            ClusterId = session.ClusterId,
            ControllerId = image.LiveControllerId,
            Brokers = [.. image.BrokersOn(context.ListenerName).Select(item => new DescribeClusterResponse.DescribeClusterBroker
            {
                BrokerId = item.Broker.Id,
                Host = item.Endpoint.Host,
                Port = item.Endpoint.Port,
                Rack = item.Broker.Rack,
            })],
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? ClusterOperations.All : int.MinValue,
        };
    }
}
