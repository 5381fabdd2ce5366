using System.Net;

namespace Kafka.Broker.Handlers;

/// <summary>What a handler knows of a request besides its body.</summary>
sealed record RequestContext(short Version, int CorrelationId, string? ClientId, string ListenerName, EndPoint? Remote)
{
    List<IDisposable>? owned;

    /// <summary>About how many bytes the encoded response has, so that its buffer need not grow.</summary>
    public int ResponseSize { get; set; } = 256;

    /// <summary>
    /// Why the connection is to end; null when it stays. Only of a request that has no answer and failed (produce with acks=0): losing the
    /// connection is all that its client can notice, as with Kafka.
    /// </summary>
    public string? EndsConnection { get; set; }

    /// <summary>The bytes that the request's own are slices of; null where it was not read from a connection.</summary>
    public IDisposable? Frame { get; init; }

    /// <summary>
    /// The handler reads no bytes of the request any more: while it waits for others, as for replicas of what it appended, they are not
    /// held. Kafka's handlers let go of a request's buffer at the same moment.
    /// </summary>
    public void RequestWasRead() => Frame?.Dispose();

    /// <summary>Lets go of pooled memory that the response refers to, once the response is encoded. Called by the handler only.</summary>
    public void DisposeWhenEncoded(IDisposable resource) => (owned ??= []).Add(resource);

    /// <summary>The connection's part of <see cref="DisposeWhenEncoded"/>.</summary>
    public void Release()
    {
        foreach (var resource in owned ?? [])
        {
            resource.Dispose();
        }

        owned = null;
    }
}
