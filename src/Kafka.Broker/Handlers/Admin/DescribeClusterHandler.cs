using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>DescribeCluster v0 and v1 (KIP-700), from this broker's image.</summary>
sealed class DescribeClusterHandler(BrokerServices broker) : RequestHandler<DescribeClusterRequest, DescribeClusterResponse>(
    ApiKey.DescribeCluster, DescribeClusterRequest.MinVersion, DescribeClusterRequest.MaxVersion, DescribeClusterRequest.Read)
{
    /// <summary>Of brokers; 2 asks for the controllers of KRaft.</summary>
    const sbyte Brokers = 1;

    protected override ValueTask<DescribeClusterResponse?> HandleAsync(DescribeClusterRequest request, RequestContext context, CancellationToken stopping)
    {
        var image = broker.Metadata.Current;
        if (request.EndpointType != Brokers)
        {
            return ValueTask.FromResult<DescribeClusterResponse?>(new DescribeClusterResponse
            {
                ErrorCode = (short)(request.EndpointType == 2 ? ErrorCode.MismatchedEndpointType : ErrorCode.UnsupportedEndpointType),
                ErrorMessage = $"Unsupported endpoint type {request.EndpointType}",
            });
        }

        return ValueTask.FromResult<DescribeClusterResponse?>(new DescribeClusterResponse
        {
            ErrorMessage = null,
            EndpointType = Brokers,
            ClusterId = broker.Control.Session.ClusterId,
            ControllerId = image.Brokers.ContainsKey(image.ControllerId) ? image.ControllerId : -1,
            Brokers = [.. image.Brokers.Values.Select(node => (Node: node, Endpoint: node.Endpoint(context.ListenerName))).Where(item => item.Endpoint is not null)
                .Select(item => new DescribeClusterResponse.DescribeClusterBroker
                {
                    BrokerId = item.Node.Id,
                    Host = item.Endpoint!.Host,
                    Port = item.Endpoint.Port,
                    Rack = item.Node.Rack,
                })],
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations ? ClusterOperations.All : int.MinValue,
        });
    }
}
