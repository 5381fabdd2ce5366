using System.Text.Json;

namespace Dashboard.Messages.Decoding;

/// <summary>Which bytes of a record: they are decoded apart from each other.</summary>
public enum BodyPart
{
    Key,
    Value,
}

/// <summary>
/// From a record's bytes to something to read, to search and to hold against a filter. Bodies are untrusted: whatever the bytes are, the
/// answer is a <see cref="DecodedBody"/> that says how they were read, or why they could not be.
/// </summary>
public interface IBodyDecoder
{
    /// <summary>Fails only when cancelled. Completes at once where no schema has to be fetched.</summary>
    ValueTask<DecodedBody> DecodeAsync(string topic, BodyPart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}

/// <summary>A body as it was understood.</summary>
/// <param name="Format">One of <see cref="BodyFormats"/>, as REST says it.</param>
/// <param name="Text">To be shown and searched: text as it is, JSON as written by the decoder, hexadecimal of what is neither.</param>
/// <param name="Json">What filters by path and CEL look into; null when it is no structure.</param>
public sealed record DecodedBody(string Format, string Text, JsonElement? Json)
{
    /// <summary>The schema it was read with; null without one.</summary>
    public SchemaReference? Schema { get; init; }

    /// <summary>Why it could not be read as what it seems to be: the schema that is not there, the byte where it went wrong. One
    /// sentence.</summary>
    public string? Trouble { get; init; }
}

/// <summary>A schema of a registry.</summary>
/// <param name="Type">AVRO, PROTOBUF or JSON, as registries say it.</param>
/// <param name="Subject">Null while no subject is known to have it.</param>
public sealed record SchemaReference(int Id, string Type, string? Subject, int? Version);
