using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Decoding;

/// <summary>Which bytes of a record: they are decoded apart from each other.</summary>
public enum BodyPart
{
    Key,
    Value,
}

/// <summary>
/// From a record's bytes to something to read, to search and to hold against a filter. Bodies are untrusted: whatever the bytes are, the
/// answer is a <see cref="DecodedBody"/> that says how they were read, or why they could not be. What a reader may not see of it is taken
/// out by <see cref="BodyMasking.Of"/>.
/// </summary>
public interface IBodyDecoder
{
    /// <summary>Fails only when cancelled. Completes at once where no schema has to be fetched.</summary>
    ValueTask<DecodedBody> DecodeAsync(string topic, BodyPart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the text of a body is the bytes themselves (or it has none), so that a search may look for it there and pass over others
    /// undecoded. Of a record whose headers name no schema. Asked for every record of a search: by the first few bytes.
    /// </summary>
    bool ShowsAsWritten(string topic, BodyPart part, ReadOnlySpan<byte> bytes);

    /// <summary>The same with what else is known of the record. A decoder that takes nothing of it reads the bytes alone.</summary>
    ValueTask<DecodedBody> DecodeAsync(RecordBody body, CancellationToken cancellationToken) =>
        DecodeAsync(body.Topic, body.Part, body.Bytes, cancellationToken);
}

/// <summary>The key or the value of a record, with what helps to read it.</summary>
public sealed record RecordBody(string Topic, BodyPart Part, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The record's: a schema's id may stand in one (__value_schema_id, __key_schema_id).</summary>
    public ImmutableArray<MessageHeaderView> Headers { get; init; } = [];

    /// <summary>Of a value's record: in internal topics it says what the value is.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>One of <see cref="BodyFormats.Choices"/>, chosen by a reader; null: by the topic's rule, or by the bytes.</summary>
    public string? Format { get; init; }
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

    /// <summary>What kept it from being read, where that was not its bytes: a registry that is silent, or lets nobody in.</summary>
    public RegistryException? Registry { get; init; }
}

/// <summary>A schema of a registry.</summary>
/// <param name="Id">0 where the record names its GUID, and the registry does not tell the id.</param>
/// <param name="Type">AVRO, PROTOBUF or JSON, as registries say it.</param>
/// <param name="Subject">Null while no subject is known to have it.</param>
public sealed record SchemaReference(int Id, string Type, string? Subject, int? Version)
{
    /// <summary>Of a protobuf schema, the whole name of the message that it was read as.</summary>
    public string? Message { get; init; }
}
