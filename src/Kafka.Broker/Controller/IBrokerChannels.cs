using Kafka.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>
/// The controller's line to each broker: what is sent first arrives first, and is repeated until it is answered or the broker is removed.
/// </summary>
interface IBrokerChannels : IAsyncDisposable
{
    void Add(LiveBroker broker);

    /// <summary>What is still queued for it is dropped.</summary>
    void Remove(int broker);

    /// <summary>Drops all that is queued for anyone. May be called from anywhere.</summary>
    void Abort();

    /// <summary><paramref name="answered"/> is called from the channel's loop. Brokers without a channel are passed over.</summary>
    void Send<TResponse>(int broker, IKafkaRequest<TResponse> request, Action<TResponse>? answered = null)
        where TResponse : class, IKafkaResponse;
}
