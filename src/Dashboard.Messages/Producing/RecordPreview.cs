using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;
using Wire;

namespace Dashboard.Messages.Producing;

/// <summary>What a record would be, before it is sent.</summary>
/// <param name="Row">Its line in a file, or its number.</param>
/// <param name="Partition">Null: the partitioner chooses.</param>
/// <param name="Key">As it was written, the beginning of a longer one; null: none.</param>
/// <param name="Value">Null: a tombstone.</param>
/// <param name="Timestamp">Ms since 1970; null: of now.</param>
/// <param name="Why">Why it becomes no record; null when it does.</param>
public sealed record RecordPreview(
    long Row, int? Partition, string? Key, string? Value, ImmutableArray<PreviewedHeader> Headers, long? Timestamp,
    [property: JsonIgnore] CodedText? Why)
{
    const int Shown = 2000;

    /// <summary>The same in English.</summary>
    public string? Fault => Why?.English;

    public int? KeyBytes { get; init; }

    public int? ValueBytes { get; init; }

    public static RecordPreview Of(long row, RecordToSend asked, long? timestamp, EncodedRecord? encoded, CodedText? why) => new(
        row, asked.Partition, Text(asked.Key.Json), Text(asked.Value.Json),
        [.. asked.Headers.Select(PreviewedHeader.Of)],
        timestamp, why)
    {
        KeyBytes = encoded?.Key?.Length,
        ValueBytes = encoded?.Value?.Length,
    };

    public static RecordPreview Wrong(long row, CodedText why) => new(row, null, null, null, [], null, why);

    static string? Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => Short(json.GetString()!),
        _ => Short(json.GetRawText()),
    };

    internal static string Short(string text) => text.Length > Shown ? text[..Shown] + "…" : text;
}

public readonly record struct PreviewedHeader(string Name, string? Value)
{
    internal static PreviewedHeader Of(RecordHeaderToSend header) =>
        new(header.Name, header.Value is { } bytes ? RecordPreview.Short(Encoding.UTF8.GetString(bytes.AsSpan())) : null);
}

/// <summary>A row that becomes no record.</summary>
/// <param name="Line">In the file, from 1 on.</param>
/// <param name="Fault">One sentence, in English.</param>
public sealed record RowFault(long Line, string Fault)
{
    /// <summary>The same with its code; null where it has none.</summary>
    public CodedText? Why { get; init; }

    public static RowFault Of(long line, CodedText why) => new(line, why.English) { Why = why };
}
