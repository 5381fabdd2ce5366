using Kafka.Broker.Replication;
using Kafka.Broker.Replication.Following;
using Kafka.Client;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Network;

/// <summary>A connection to another broker for fetching from it.</summary>
sealed class KafkaLeaderLink(KafkaConnection connection) : ILeaderLink
{
    /// <summary>Topic ids, and the replica's id where v15 and later have it.</summary>
    const short FetchVersion = 17;

    public static async Task<ILeaderLink> ConnectAsync(
        string host, int port, KafkaClientOptions options, CancellationToken cancellationToken) =>
        new KafkaLeaderLink(await KafkaConnection.ConnectAsync(host, port, options, cancellationToken).ConfigureAwait(false));

    public Task<FetchResponse> FetchAsync(FetchRequest request, CancellationToken cancellationToken) =>
        connection.SendAsync(request, cancellationToken, version: FetchVersion);

    public Task<ListOffsetsResponse> ListOffsetsAsync(ListOffsetsRequest request, CancellationToken cancellationToken) =>
        connection.SendAsync(request, cancellationToken);

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
