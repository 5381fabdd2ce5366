using Kafka.Protocol.Messages;

namespace Kafka.Broker.Replication.Following;

/// <summary>A connection to a leader that this broker follows. Any exception means that it is to be disposed and made anew.</summary>
interface ILeaderLink : IAsyncDisposable
{
    Task<FetchResponse> FetchAsync(FetchRequest request, CancellationToken cancellationToken);

    Task<ListOffsetsResponse> ListOffsetsAsync(ListOffsetsRequest request, CancellationToken cancellationToken);
}
