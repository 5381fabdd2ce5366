using Kafka.Protocol;
using Wire;

namespace Kafka.Broker.Handlers;

/// <summary>What answers one API key. ApiVersions advertises exactly the registered handlers with these versions.</summary>
interface IRequestHandler
{
    ApiKey Key { get; }

    short MinVersion { get; }

    short MaxVersion { get; }

    /// <summary>Whether header and body of the version have tagged fields (KIP-482).</summary>
    bool IsFlexible(short version);

    /// <summary>
    /// Decodes the body after the request header. Byte ranges are slices of the frame, valid until the answer is complete.
    /// </summary>
    IKafkaRequest Read(ref WireReader reader, short version);

    /// <summary>
    /// The answer; null for none at all (produce with acks=0, whose failure is <see cref="RequestContext.EndsConnection"/>). An exception
    /// is answered with UNKNOWN_SERVER_ERROR in its place of the response (see Failures/).
    /// </summary>
    ValueTask<IKafkaResponse?> HandleAsync(IKafkaRequest request, RequestContext context, CancellationToken stopping);
}
