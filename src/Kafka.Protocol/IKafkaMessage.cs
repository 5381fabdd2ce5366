using Wire;

namespace Kafka.Protocol;

/// <summary>
/// Data with a versioned encoding: a request, a response, a header, or a stored record. Implementations are generated from Schemas/.
/// </summary>
public interface IKafkaMessage
{
    /// <summary>
    /// Writes the body alone, without header or length. <see cref="WireFormatException"/> for a value that the version cannot carry.
    /// </summary>
    void Write(WireWriter writer, short version);
}

/// <summary>The body of a response.</summary>
public interface IKafkaResponse : IKafkaMessage;

/// <summary>The body of a request, and what is needed to send it and read its answer.</summary>
public interface IKafkaRequest : IKafkaMessage
{
    /// <summary>The number of the API (see <see cref="ApiKey"/>).</summary>
    short Key { get; }

    /// <summary>The lowest version that the schema knows.</summary>
    short Lowest { get; }

    /// <summary>The highest version that the schema knows.</summary>
    short Highest { get; }

    /// <summary>Whether the version has compact lengths and tagged fields (KIP-482), and so header version 2 (response: 1).</summary>
    bool Flexible(short version);

    /// <summary>Reads the body of the answer; byte fields are slices of the reader's frame.</summary>
    IKafkaResponse ReadResponse(ref WireReader reader, short version);
}

/// <summary>A request whose answer is a <typeparamref name="TResponse"/>.</summary>
public interface IKafkaRequest<TResponse> : IKafkaRequest
    where TResponse : IKafkaResponse;
