using Kafka.Broker.Metadata;
using Kafka.Client;
using Kafka.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>Where the controller can be reached; null while there is none.</summary>
delegate Task<(int Id, string Host, int Port)?> FindController(CancellationToken cancellationToken);

/// <summary>
/// This broker's line to the controller, over TCP also when it is controller itself. Callers take turns; each call is one attempt, made
/// anew on another connection when the controller moved.
/// </summary>
sealed class ControllerClient(FindController find, KafkaClientOptions options) : IAsyncDisposable
{
    readonly SemaphoreSlim turn = new(1, 1);
    KafkaConnection? connection;
    (int Id, string Host, int Port) connectedTo;

    /// <summary>Throws <see cref="KafkaException"/> when there is no controller or it cannot be reached.</summary>
    public async Task<TResponse> SendAsync<TResponse>(
        IKafkaRequest<TResponse> request, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : IKafkaResponse
    {
        var line = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        return await line.SendAsync(request, cancellationToken, timeout).ConfigureAwait(false);
    }

    /// <summary>The controller as the metadata cache names it: what brokers in ZooKeeper mode go by.</summary>
    public static FindController ByMetadata(MetadataCache metadata, string listener) => _ =>
    {
        var image = metadata.Current;
        var endpoint = image.Endpoint(image.ControllerId, listener);
        return Task.FromResult<(int, string, int)?>(endpoint is null ? null : (image.ControllerId, endpoint.Host, endpoint.Port));
    };

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref connection, null) is { } open)
        {
            await open.DisposeAsync().ConfigureAwait(false);
        }

        turn.Dispose();
    }

    async Task<KafkaConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var controller = await find(cancellationToken).ConfigureAwait(false)
            ?? throw new KafkaException(ErrorCode.BrokerNotAvailable, "No broker is controller at the moment.");
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (connection is { IsClosed: false } open && connectedTo == controller)
            {
                return open;
            }

            if (connection is { } old)
            {
                await old.DisposeAsync().ConfigureAwait(false);
                connection = null;
            }

            connection = await KafkaConnection.ConnectAsync(
                controller.Host, controller.Port, options, cancellationToken).ConfigureAwait(false);
            connectedTo = controller;
            return connection;
        }
        finally
        {
            turn.Release();
        }
    }
}
