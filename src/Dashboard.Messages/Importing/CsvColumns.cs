using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;
using Wire;

namespace Dashboard.Messages.Importing;

/// <summary>Which column of a file serves what.</summary>
sealed class CsvColumns
{
    const string HeaderPrefix = "header.";

    static readonly JsonElement none = JsonText.TryParse("null")!.Value;

    readonly ImportMapping mapping;
    readonly ImmutableArray<string> names;
    readonly ImmutableArray<(int Column, string Header)> headers;
    readonly ImmutableArray<int> members;
    readonly int? key, value;

    CsvColumns(ImportMapping mapping, ImmutableArray<string> names)
    {
        (this.mapping, this.names) = (mapping, names);
        key = Named("key", mapping.Key, "key");
        Partition = mapping.KeepsPartitions || mapping.Partition is not null ? Named("partition", mapping.Partition, "partition") : null;
        Timestamp = mapping.KeepsTimestamps ? Named("timestamp", mapping.Timestamp, "timestamp") : null;
        headers = mapping.Headers is { } given
            ? [.. given.Select(h => (Named("headers", h.Value, h.Value)!.Value, h.Key))]
            : [.. names.Index().Where(n => n.Item.StartsWith(HeaderPrefix, StringComparison.Ordinal))
                .Select(n => (n.Index, n.Item[HeaderPrefix.Length..]))];
        value = mapping.ValueColumns.Length > 0 ? null : Named("value", mapping.Value, "value");
        var used = headers.Select(h => h.Column).Concat(new[] { key, Partition, Timestamp }.OfType<int>()).ToHashSet();
        members = value is not null ? []
            : mapping.ValueColumns.Length > 0 ? [.. mapping.ValueColumns.Select(name => Named("valueColumns", name, name)!.Value)]
            : [.. Enumerable.Range(0, names.Length).Where(column => !used.Contains(column))];
    }

    public int? Partition { get; }

    public int? Timestamp { get; }

    /// <exception cref="FileFaultException">A column is named that is not there.</exception>
    public static CsvColumns Of(ImportMapping mapping, ImmutableArray<string> names) => new(mapping, names);

    public RecordPart KeyOf(ImmutableArray<string> fields) => key is { } column && fields[column].Length > 0
        ? new(JsonText.Of(fields[column]), mapping.KeyFormat ?? BodyFormats.Text, mapping.KeySchema)
        : new(none);

    public RecordPart ValueOf(ImmutableArray<string> fields)
    {
        if (value is { } column)
        {
            return fields[column] == mapping.Null
                ? new(none)
                : new(JsonText.Of(fields[column]), mapping.ValueFormat ?? BodyFormats.Text, mapping.ValueSchema);
        }

        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            foreach (var member in members)
            {
                json.WritePropertyName(names[member]);
                Write(json, fields[member]);
            }

            json.WriteEndObject();
        }

        return new(JsonText.TryParse(output.ToArray())!.Value, mapping.ValueFormat ?? BodyFormats.Json, mapping.ValueSchema);
    }

    public ImmutableArray<RecordHeaderToSend> HeadersOf(ImmutableArray<string> fields) =>
        [.. headers.Select(h => new RecordHeaderToSend(h.Header, [.. Encoding.UTF8.GetBytes(fields[h.Column])]))];

    void Write(Utf8JsonWriter json, string field)
    {
        if (field == mapping.Null)
        {
            json.WriteNullValue();
        }
        else if (mapping.Types && LooksLikeNumber(field))
        {
            json.WriteRawValue(field);
        }
        else
        {
            json.WriteStringValue(field);
        }
    }

    /// <summary>A number as JSON writes it, or true, false, null. 007 and +1 are none, and stay text.</summary>
    static bool LooksLikeNumber(string field) => field.Length is > 0 and <= 40
        && (field is "true" or "false" or "null" || field[0] == '-' || char.IsAsciiDigit(field[0])) && JsonText.TryParse(field) is not null;

    int? Named(string what, string? asked, string usual)
    {
        var column = names.IndexOf(asked ?? usual);
        return column >= 0 ? column
            : asked is null ? null
            : throw new FileFaultException(CodedText.Of(
                "noColumn",
                $"{what}: the file has no column {asked}; it has {string.Join(", ", names)}."));
    }
}
