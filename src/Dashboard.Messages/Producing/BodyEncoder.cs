using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Registry;
using Dashboard.Messages.Schemas;
using MessagePack;
using Wire;

namespace Dashboard.Messages.Producing;

/// <summary>From what was written in the form to a record's bytes.</summary>
public interface IBodyEncoder
{
    /// <returns>Null for JSON's null, whatever the format.</returns>
    /// <exception cref="BodyMismatchException">It does not fit the format or schema; names the field.</exception>
    /// <exception cref="RegistryException">The schema is not to be had.</exception>
    /// <exception cref="UndecodableException">The schema cannot be read, or there is no such message.</exception>
    Task<byte[]?> EncodeAsync(string cluster, string topic, BodyPart part, RecordPart given, CancellationToken cancellationToken);

    /// <summary>Why what was encoded last in this format may not be as its schema is now; null: it is.</summary>
    CodedText? Outdated(string cluster, string? format);

    /// <summary>Key and value of a record.</summary>
    async Task<EncodedRecord> EncodeAsync(string cluster, RecordToSend record, CancellationToken cancellationToken)
    {
        var key = await PartAsync(BodyPart.Key, record.Key).ConfigureAwait(false);
        var value = await PartAsync(BodyPart.Value, record.Value).ConfigureAwait(false);
        return Encoded(cluster, record, key, value);

        async Task<byte[]?> PartAsync(BodyPart part, RecordPart given)
        {
            try
            {
                return await EncodeAsync(cluster, record.Topic, part, given, cancellationToken).ConfigureAwait(false);
            }
            catch (BodyMismatchException e)
            {
                throw e.Of(part == BodyPart.Key ? "key" : "value");
            }
        }
    }

    /// <param name="key">As it was encoded; so is <paramref name="value"/>.</param>
    EncodedRecord Encoded(string cluster, RecordToSend record, byte[]? key, byte[]? value) => new(record, key, value)
    {
        Outdated = Outdated(cluster, record.Key.Format) ?? Outdated(cluster, record.Value.Format),
    };
}

/// <summary>By format, and by the schemas of the cluster's registry.</summary>
public sealed class BodyEncoder(BodyDecoders clusters) : IBodyEncoder
{
    public const string Base64 = "base64";

    /// <summary>Those that can be written, and protobuf:NAME.</summary>
    public static readonly ImmutableArray<string> Formats =
    [
        BodyFormats.Text, BodyFormats.Json, Base64, BodyFormats.Hex, BodyFormats.Avro, BodyFormats.Protobuf, BodyFormats.JsonSchema,
        BodyFormats.MessagePack, BodyFormats.Int8, BodyFormats.Int16, BodyFormats.Int32, BodyFormats.Int64, BodyFormats.Float,
        BodyFormats.Double, BodyFormats.Uuid,
    ];

    public async Task<byte[]?> EncodeAsync(
        string cluster, string topic, BodyPart part, RecordPart given, CancellationToken cancellationToken)
    {
        if (given.Json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return null;
        }

        var format = given.Format ?? Usual(given.Json);
        if (format is BodyFormats.Avro or BodyFormats.Protobuf or BodyFormats.JsonSchema)
        {
            return await ByRegistryAsync(cluster, format, topic, part, given, cancellationToken).ConfigureAwait(false);
        }

        if (format.StartsWith(BodyFormats.ProtobufOf, StringComparison.Ordinal))
        {
            var (types, message) = clusters.RulesOf(cluster).Protobuf.Find(format[BodyFormats.ProtobufOf.Length..]);
            using var output = new MemoryStream();
            ProtobufWriter.Write(types, message, Structure(given.Json), output);
            return output.ToArray();
        }

        return Plain(format, given.Json);
    }

    public CodedText? Outdated(string cluster, string? format) =>
        format?.StartsWith(BodyFormats.ProtobufOf, StringComparison.Ordinal) == true
            ? clusters.RulesOf(cluster).Protobuf.Outdated
            : null;

    /// <summary>What REST shows of bytes that are no text, {"base64": "…"}, is taken back as that.</summary>
    static string Usual(JsonElement json) => json.ValueKind == JsonValueKind.String ? BodyFormats.Text
        : json.ValueKind == JsonValueKind.Object && json.GetPropertyCount() == 1 && json.TryGetProperty(Base64, out var bytes)
            && bytes.ValueKind == JsonValueKind.String ? Base64
        : BodyFormats.Json;

    static byte[] Plain(string format, JsonElement json)
    {
        var text = json.ValueKind == JsonValueKind.String ? json.GetString()!
            : format == Base64 && json.ValueKind == JsonValueKind.Object && json.TryGetProperty(Base64, out var inner) ? inner.ToString()
            : json.GetRawText();
        return format switch
        {
            BodyFormats.Text => Encoding.UTF8.GetBytes(text),
            BodyFormats.Json => JsonText.TryParse(text) is not null ? Encoding.UTF8.GetBytes(text) : throw NoJson(text),
            Base64 => Bytes(text, "bytes in base64 are expected", Convert.FromBase64String),
            BodyFormats.Hex => Bytes(text.Trim(), "bytes in hexadecimal are expected", Convert.FromHexString),
            BodyFormats.MessagePack => MessagePackSerializer.ConvertFromJson(Structure(json).GetRawText()),
            BodyFormats.Uuid => Guid.TryParse(text, out var id) ? id.ToByteArray(bigEndian: true) : throw Wrong(text, "a UUID is expected"),
            _ when Numbers.Length(format) is { } length => Number(format, length, text),
            _ => throw new BodyMismatchException("$", $"there is no format {format} to write; there are {string.Join(", ", Formats)}"),
        };
    }

    static byte[] Number(string format, int length, string text)
    {
        var bytes = new byte[length];
        if (format is BodyFormats.Float or BodyFormats.Double)
        {
            if (!double.TryParse(text, CultureInfo.InvariantCulture, out var number))
            {
                throw Wrong(text, "a number is expected");
            }

            if (format == BodyFormats.Float)
            {
                BinaryPrimitives.WriteSingleBigEndian(bytes, (float)number);
            }
            else
            {
                BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
            }

            return bytes;
        }

        var bits = length * 8;
        var highest = long.MaxValue >> (64 - bits);
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture, out var whole) || whole > highest || whole < -highest - 1)
        {
            throw Wrong(text, string.Create(CultureInfo.InvariantCulture, $"a whole number from {-highest - 1} to {highest} is expected"));
        }

        Span<byte> all = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(all, whole);
        all[^length..].CopyTo(bytes);
        return bytes;
    }

    async Task<byte[]> ByRegistryAsync(
        string cluster, string format, string topic, BodyPart part, RecordPart given, CancellationToken cancellationToken)
    {
        var registry = clusters.RegistryOf(cluster)
            ?? throw new RegistryException($"the definition of {cluster} names no schema registry", true);
        var schema = await Wanted(registry, topic, part, given.Schema).WaitAsync(cancellationToken).ConfigureAwait(false);
        var type = schema.Registered.Type switch
        {
            "AVRO" => BodyFormats.Avro,
            "PROTOBUF" => BodyFormats.Protobuf,
            _ => BodyFormats.JsonSchema,
        };
        if (type != format)
        {
            throw new BodyMismatchException("$", $"the schema is of type {schema.Registered.Type}, not {format}");
        }

        schema = string.IsNullOrWhiteSpace(given.Message) ? schema : schema.Named(given.Message.Trim());
        using var output = new MemoryStream();
        var prefix = new byte[5]; // Confluent's form: 0, and the id
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), schema.Registered.Id);
        output.Write(prefix);
        // a string schema may be meant: what is no JSON is then the string itself
        var parsed = given.Json.ValueKind == JsonValueKind.String ? JsonText.TryParse(given.Json.GetString()!) : null;
        schema.Write(parsed ?? given.Json, output);
        return output.ToArray();
    }

    static Task<BodySchema> Wanted(SchemaRegistry registry, string topic, BodyPart part, string? named)
    {
        // an id, then; of a subject that is called 42, 42:1 is a version
        if (int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return registry.ByIdAsync(id);
        }

        var subject = string.IsNullOrWhiteSpace(named) ? $"{topic}-{(part == BodyPart.Key ? "key" : "value")}" : named;
        return subject.LastIndexOf(':') is var colon and > 0
            && int.TryParse(subject[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? registry.BySubjectAsync(subject[..colon], version)
                : registry.BySubjectAsync(subject, null);
    }

    /// <summary>JSON may be given as itself, or as its text.</summary>
    static JsonElement Structure(JsonElement json) => json.ValueKind != JsonValueKind.String ? json
        : JsonText.TryParse(json.GetString()!) ?? throw NoJson(json.GetString()!);

    static BodyMismatchException NoJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return new BodyMismatchException(
                "$", HalfCharacters.AreIn(Encoding.UTF8.GetBytes(text)) ? "half of a character, as \"\\ud83d\" alone is"
                    : "more than 120 values within each other");
        }
        catch (JsonException e)
        {
            return new BodyMismatchException("$", $"no JSON, in line {e.LineNumber + 1} at byte {e.BytePositionInLine + 1}");
        }
    }

    static byte[] Bytes(string text, string expected, Func<string, byte[]> read)
    {
        try
        {
            return read(text);
        }
        catch (FormatException)
        {
            throw Wrong(text, expected);
        }
    }

    static BodyMismatchException Wrong(string text, string expected) =>
        new("$", $"{expected}, not {(text.Length > 40 ? text[..40] + "…" : text)}");
}
