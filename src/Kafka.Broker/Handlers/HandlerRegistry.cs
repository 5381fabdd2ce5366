using System.Collections.Frozen;
using Kafka.Protocol;

namespace Kafka.Broker.Handlers;

/// <summary>The handlers of one broker, by API key; immutable.</summary>
sealed class HandlerRegistry(IEnumerable<IRequestHandler> handlers)
{
    readonly FrozenDictionary<ApiKey, IRequestHandler> byKey = handlers.ToFrozenDictionary(handler => handler.Key);

    /// <summary>Sorted by key: what ApiVersions advertises.</summary>
    public IEnumerable<IRequestHandler> All => byKey.Values.OrderBy(handler => handler.Key);

    public IRequestHandler? Find(ApiKey key) => byKey.GetValueOrDefault(key);
}
