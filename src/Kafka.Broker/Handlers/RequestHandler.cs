using Kafka.Protocol;
using Wire;

namespace Kafka.Broker.Handlers;

/// <summary>A generated message's static Read.</summary>
delegate TRequest ReadRequest<out TRequest>(ref WireReader reader, short version);

/// <summary>
/// Base of the handlers, one a file: <c>sealed class MetadataHandler(MetadataCache metadata) : RequestHandler&lt;MetadataRequest,
/// MetadataResponse&gt;(ApiKey.Metadata, MetadataRequest.MinVersion, MetadataRequest.MaxVersion, MetadataRequest.Read)</c>.
/// </summary>
abstract class RequestHandler<TRequest, TResponse>(ApiKey key, short minVersion, short maxVersion, ReadRequest<TRequest> read)
    : IRequestHandler
    where TRequest : class, IKafkaRequest<TResponse>, new()
    where TResponse : class, IKafkaResponse
{
    static readonly TRequest prototype = new();

    public ApiKey Key => key;

    public short MinVersion => minVersion;

    public short MaxVersion => maxVersion;

    public bool IsFlexible(short version) => prototype.Flexible(version);

    public IKafkaRequest Read(ref WireReader reader, short version) => read(ref reader, version);

    public async ValueTask<IKafkaResponse?> HandleAsync(IKafkaRequest request, RequestContext context, CancellationToken stopping) =>
        await HandleAsync((TRequest)request, context, stopping).ConfigureAwait(false);

    protected abstract ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context, CancellationToken stopping);
}
