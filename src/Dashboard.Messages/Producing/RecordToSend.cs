using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Wire;

namespace Dashboard.Messages.Producing;

/// <summary>A record as it is asked for.</summary>
/// <param name="Key">Null and JSON's null: the record has no key. The other kinds by <see cref="RecordPart.Format"/>.</param>
/// <param name="Value">JSON's null: a tombstone.</param>
public sealed record RecordToSend(string Topic, RecordPart Key, RecordPart Value)
{
    /// <summary>Null: the partitioner chooses.</summary>
    public int? Partition { get; init; }

    public ImmutableArray<RecordHeaderToSend> Headers { get; init; } = [];

    public ProduceOptions Options { get; init; } = new();
}

/// <param name="Format">One of <see cref="BodyEncoder.Formats"/>; null: text as UTF-8, everything else as JSON.</param>
/// <param name="Schema">
/// With a format of the registry: an id, a subject, or SUBJECT:VERSION; null: the latest of TOPIC-key or TOPIC-value.
/// </param>
public sealed record RecordPart(JsonElement Json, string? Format = null, string? Schema = null)
{
    /// <summary>
    /// With a protobuf schema: which of its messages, also one within another, with or without the package; null: its first.
    /// </summary>
    public string? Message { get; init; }
}

public sealed record RecordHeaderToSend(string Name, ImmutableArray<byte>? Value)
{
    /// <param name="value">A string, null, or {"base64": "…"}.</param>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static ImmutableArray<byte>? Bytes(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => [.. Encoding.UTF8.GetBytes(value.GetString()!)],
        JsonValueKind.Object when value.TryGetProperty(BodyEncoder.Base64, out var bytes) && bytes.ValueKind == JsonValueKind.String =>
            [.. Convert.FromBase64String(bytes.GetString()!)],
        _ => throw new FormatException("a string, null or {\"base64\": …} is expected."),
    };
}

/// <summary>How it is produced.</summary>
public sealed record ProduceOptions
{
    public static readonly ImmutableArray<string> AllAcks = ["all", "leader", "none"];
    public static readonly ImmutableArray<string> Compressions = ["none", "gzip", "snappy", "lz4", "zstd"];

    /// <summary>murmur2 is what Java's producer does: by the key's hash, and any partition without a key.</summary>
    public static readonly ImmutableArray<string> Partitioners = ["murmur2", "consistent", "random"];

    public string Acks { get; init; } = AllAcks[0];

    public string Compression { get; init; } = Compressions[0];

    public string Partitioner { get; init; } = Partitioners[0];

    /// <summary>Why one of them cannot be taken; null: all can.</summary>
    public string? Fault =>
        !AllAcks.Contains(Acks) ? $"acks: {string.Join(", ", AllAcks)}."
        : !Compressions.Contains(Compression) ? $"compression: {string.Join(", ", Compressions)}."
        : !Partitioners.Contains(Partitioner) ? $"partitioner: {string.Join(", ", Partitioners)}."
        : null;
}

/// <summary>A record whose bytes are made.</summary>
/// <param name="Value">Null: a tombstone.</param>
public sealed record EncodedRecord(RecordToSend Asked, byte[]? Key, byte[]? Value)
{
    /// <summary>Why they may not be as their schema is now; null: they are.</summary>
    public CodedText? Outdated { get; init; }

    /// <summary>For the audit log: sizes, never what is in it.</summary>
    public string Details
    {
        get
        {
            var partition = Asked.Partition is { } chosen ? $"partition {chosen}" : $"partitioner {Asked.Options.Partitioner}";
            var value = Value is null ? "tombstone" : $"value {Value.Length} bytes";
            return $"{partition}, key {(Key is null ? "null" : $"{Key.Length} bytes")}, {value}, {Asked.Headers.Length} headers";
        }
    }
}

/// <summary>Where it is.</summary>
/// <param name="Offset">Null: it was not asked for an acknowledgement, which brings it.</param>
/// <param name="Timestamp">As the broker has it; null where it does not say.</param>
/// <param name="Took">From the sending to the acknowledgement.</param>
public sealed record SentRecord(int Partition, long? Offset, DateTimeOffset? Timestamp, TimeSpan Took);
