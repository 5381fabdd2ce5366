using System.Buffers.Binary;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Registry;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// Reads the bodies of one cluster: by the reader's choice, by the rule of the topic, or by what the bytes say of themselves. In that last
/// case, in this order: a schema's id in a header, the broker's own topics, a schema's id in front (Confluent's wire format), gzip and
/// zstd, text and JSON, keys of Kafka Streams, MessagePack, CBOR, and what is left in hexadecimal.
/// </summary>
/// <param name="registry">Null: the cluster's definition names none.</param>
public sealed class BodyDecoder(DecodeRules rules, SchemaRegistry? registry) : IBodyDecoder
{
    const int PrefixLength = 5;

    public ValueTask<DecodedBody> DecodeAsync(
        string topic, BodyPart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        DecodeAsync(new RecordBody(topic, part, bytes), cancellationToken);

    public async ValueTask<DecodedBody> DecodeAsync(RecordBody body, CancellationToken cancellationToken)
    {
        try
        {
            var format = body.Format ?? rules.FormatOf(body.Topic, body.Part);
            return format is null or BodyFormats.Automatic
                ? await AutomaticAsync(body, cancellationToken).ConfigureAwait(false)
                : await ChosenAsync(format, body, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // most are expected: bytes that do not fit, a registry that is silent; a fault of a reader must not hide the other records
            var why = e is UndecodableException or RegistryException ? Sentence(e.Message) : $"It cannot be read: {e.Message}";
            return PlainDecoder.Hex(body.Bytes, why) with
            {
                Registry = e is RegistryException { IsMissing: false } silent ? silent : null,
            };
        }
    }

    public bool ShowsAsWritten(string topic, BodyPart part, ReadOnlySpan<byte> bytes) => rules.FormatOf(topic, part) switch
    {
        BodyFormats.Text or BodyFormats.Json or BodyFormats.Hex => !TextDecoding.IsUtf16(bytes),
        null or BodyFormats.Automatic => StoredBodies.FormatOf(topic) is null
            && !(part == BodyPart.Key && StreamsKeys.MayBeIn(topic))
            && bytes is [] or [> 0 and < 0x80, ..]
            && CompressedBody.FormatOf(bytes) is null,
        _ => false,
    };

    async ValueTask<DecodedBody> AutomaticAsync(RecordBody body, CancellationToken cancellationToken)
    {
        // from what is certain to what is likely: a header, Kafka's own topics, a schema's id, then guesses
        if (SchemaHeader.Find(body) is { } header)
        {
            return await HeaderAsync(header, body, cancellationToken).ConfigureAwait(false);
        }

        if (StoredBodies.FormatOf(body.Topic) is { } stored)
        {
            return StoredBodies.Read(stored, body);
        }

        var bytes = body.Bytes;
        string? trouble = null;
        if (SchemaId(bytes) is { } id)
        {
            if (registry is null)
            {
                // eight bytes are a long rather, as serializers write counters
                trouble = bytes.Length == sizeof(long) ? null
                    : $"It begins as what schema {id} of a schema registry was used for; the cluster's definition names no registry.";
            }
            else
            {
                try
                {
                    return await PrefixedAsync(id, body, cancellationToken).ConfigureAwait(false);
                }
                catch (RegistryException e) when (e.IsMissing)
                {
                    // a number may begin so, too
                    trouble = Sentence(e.Message);
                }
            }
        }

        return CompressedBody.FormatOf(bytes.Span) is { } packed
            ? await UnpackedAsync(packed, body, cancellationToken).ConfigureAwait(false)
            : PlainDecoder.Readable(bytes) ?? StreamsKeys.Guess(body) ?? SelfDescribing.Guess(bytes) ?? PlainDecoder.Hex(bytes, trouble);
    }

    async ValueTask<DecodedBody> ChosenAsync(string format, RecordBody body, CancellationToken cancellationToken)
    {
        var bytes = body.Bytes;
        switch (format)
        {
            case BodyFormats.Avro or BodyFormats.Protobuf or BodyFormats.JsonSchema:
                return SchemaHeader.Find(body) is { } header ? await HeaderAsync(header, body, cancellationToken).ConfigureAwait(false)
                    : SchemaId(bytes) is { } id ? await PrefixedAsync(id, body, cancellationToken).ConfigureAwait(false)
                    : throw new UndecodableException("no schema's id in front (a 0 and four bytes), and none in a header", 0);
            case BodyFormats.ConsumerOffsets or BodyFormats.TransactionState or BodyFormats.ShareGroupState:
                return StoredBodies.Read(format, body);
            case BodyFormats.StreamsStore or BodyFormats.StreamsWindow or BodyFormats.StreamsSession:
                return StreamsKeys.Read(format, bytes);
            case BodyFormats.Hex:
                return PlainDecoder.Hex(bytes, null);
            case BodyFormats.Json or BodyFormats.Text:
                return Textual(format, bytes);
            case var _ when format.StartsWith(BodyFormats.ProtobufOf, StringComparison.Ordinal):
                return rules.Protobuf.Read(format[BodyFormats.ProtobufOf.Length..], bytes);
            default:
                return Numbers.Read(format, bytes) ?? SelfDescribing.Read(format, bytes)
                    ?? throw new UndecodableException($"there is no format {format}; there are {string.Join(", ", BodyFormats.Choices)}");
        }
    }

    static DecodedBody Textual(string format, ReadOnlyMemory<byte> bytes)
    {
        var read = PlainDecoder.Readable(bytes);
        return format == BodyFormats.Text ? new DecodedBody(format, new ByteCursor(bytes.Span).Utf8(bytes.Length), read?.Json)
            : JsonText.TryRead(bytes) is { } json && read is not null ? new DecodedBody(format, read.Text, json)
            : (read ?? PlainDecoder.Hex(bytes, null)) with { Trouble = "It is no JSON." };
    }

    async ValueTask<DecodedBody> UnpackedAsync(string packed, RecordBody body, CancellationToken cancellationToken)
    {
        var inside = CompressedBody.Unpack(packed, body.Bytes);
        // once only: bytes that unpack to packed bytes again and again would never end
        var read = CompressedBody.FormatOf(inside.Span) is not null
            ? PlainDecoder.Hex(inside, "It is packed more than once.")
            : await AutomaticAsync(body with { Bytes = inside, Headers = [] }, cancellationToken).ConfigureAwait(false);
        return read with { Format = packed + read.Format };
    }

    async ValueTask<DecodedBody> PrefixedAsync(int id, RecordBody body, CancellationToken cancellationToken)
    {
        var schema = await Registry.ByIdAsync(id).WaitAsync(cancellationToken).ConfigureAwait(false);
        return Read(schema, body, PrefixLength);
    }

    async ValueTask<DecodedBody> HeaderAsync(SchemaHeader header, RecordBody body, CancellationToken cancellationToken)
    {
        var fetched = header.Guid is { } guid ? Registry.ByGuidAsync(guid) : Registry.ByIdAsync(header.Id);
        var schema = await fetched.WaitAsync(cancellationToken).ConfigureAwait(false);
        var rest = new ByteCursor(header.Rest.Span);
        var within = schema.Within(ref rest);
        return Said(within, body, within.ToJson(body.Bytes, 0));
    }

    SchemaRegistry Registry => registry
        ?? throw new RegistryException("a schema registry's id was used; the cluster's definition names no schema registry", true);

    static DecodedBody Read(BodySchema schema, RecordBody body, int from)
    {
        var cursor = new ByteCursor(body.Bytes.Span[from..], from);
        var within = schema.Within(ref cursor);
        return Said(within, body, within.ToJson(body.Bytes[(from + cursor.Position)..], cursor.At));
    }

    static DecodedBody Said(BodySchema schema, RecordBody body, ReadOnlyMemory<byte> json)
    {
        var registered = schema.Registered;
        // one schema may be registered in many places: the one that TopicNameStrategy names is most likely meant
        var usual = $"{body.Topic}-{(body.Part == BodyPart.Key ? "key" : "value")}";
        var place = registered.Places.Where(p => p.Subject == usual).OrderByDescending(p => p.Version).FirstOrDefault()
            ?? registered.Places.FirstOrDefault();
        var format = registered.Type switch { "AVRO" => BodyFormats.Avro, "PROTOBUF" => BodyFormats.Protobuf, _ => BodyFormats.JsonSchema };
        return Structured.Of(format, json) with
        {
            Schema = new SchemaReference(registered.Id, registered.Type, place?.Subject, place?.Version) { Message = schema.Message },
        };
    }

    /// <summary>A 0, and a positive number of four bytes: ids begin with 1.</summary>
    static int? SchemaId(ReadOnlyMemory<byte> bytes) =>
        bytes.Span is [0, ..] && bytes.Length >= PrefixLength && BinaryPrimitives.ReadInt32BigEndian(bytes.Span[1..]) is var id and > 0
            ? id
            : null;

    static string Sentence(string text) => text.Length == 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
}
