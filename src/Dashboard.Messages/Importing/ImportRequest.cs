using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Generating;
using Dashboard.Messages.Jobs;

namespace Dashboard.Messages.Importing;

/// <summary>A file to import, and how.</summary>
/// <param name="SkipsWrong">Rows that become no records are left out and counted; else the first one ends the job.</param>
/// <param name="PerSecond">Null: as fast as it goes.</param>
public sealed record ImportRequest(string Topic, string Upload, ImportMapping Mapping, bool SkipsWrong, long? PerSecond)
{
    const string Records = "records", Values = "values", Csv = "csv";

    /// <exception cref="FormatException">Names the field that is wrong.</exception>
    public static ImportRequest Read(JsonElement request)
    {
        var fields = new JobFields(request);
        string[] common =
        [
            "kind", "topic", "upload", "format", "wrong", "rate", "keyFormat", "keySchema", "valueFormat", "valueSchema", "keepPartitions",
            "keepTimestamps",
        ];
        var format = fields.OneOf("format", Records, Values, Csv);
        fields.Only(format == Csv
            ? [.. common, "separator", "key", "value", "valueColumns", "types", "headers", "partition", "timestamp", "null"]
            : common);
        var rate = fields.Inner("rate");
        rate?.Only("records");
        var mapping = new ImportMapping(format switch
        {
            Values => ImportKindOfFile.Values,
            Csv => ImportKindOfFile.Csv,
            _ => ImportKindOfFile.Records,
        })
        {
            KeyFormat = fields.Text("keyFormat"),
            KeySchema = fields.Text("keySchema"),
            ValueFormat = fields.Text("valueFormat"),
            ValueSchema = fields.Text("valueSchema"),
            KeepsPartitions = fields.Flag("keepPartitions"),
            KeepsTimestamps = fields.Flag("keepTimestamps", otherwise: true),
        };
        return new ImportRequest(
            fields.Required("topic"), fields.Required("upload"), format == Csv ? Columns(mapping, fields) : mapping,
            fields.OneOf("wrong", "stop", "skip") == "skip", rate?.Number("records", 1, GenerateRequest.MostPerSecond));
    }

    /// <summary>Of a request that may be of any kind.</summary>
    public static string? UploadOf(JsonElement request) =>
        request.TryGetProperty("upload", out var upload) && upload.ValueKind == JsonValueKind.String ? upload.GetString() : null;

    static ImportMapping Columns(ImportMapping mapping, JobFields fields)
    {
        var columns = fields.Value("valueColumns");
        if (columns is { } && fields.Text("value") is not null)
        {
            throw fields.Wrong("valueColumns", "they make the value, and value names a column: give one of them.");
        }

        return mapping with
        {
            Separator = fields.Text("separator") is { Length: > 0 } text ? Separator(fields, text) : null,
            Key = fields.Text("key"),
            Value = fields.Text("value"),
            ValueColumns = columns is null ? [] : Names(fields, columns.Value),
            Types = fields.Flag("types", otherwise: true),
            Headers = fields.Value("headers") is { } headers ? HeadersOf(fields, headers) : null,
            Partition = fields.Text("partition"),
            Timestamp = fields.Text("timestamp"),
            Null = fields.Text("null"),
        };
    }

    static char Separator(JobFields fields, string text) => text is "\\t" or "tab" ? '\t'
        : text.Length == 1 && text[0] is not ('"' or '\n' or '\r') ? text[0]
        : throw fields.Wrong("separator", "one character is expected, or tab.");

    static ImmutableArray<string> Names(JobFields fields, JsonElement list) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            && list.EnumerateArray().All(n => n.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(n => n.GetString()!)]
            : throw fields.Wrong("valueColumns", "a list of names of columns is expected.");

    static ImmutableSortedDictionary<string, string> HeadersOf(JobFields fields, JsonElement headers) =>
        headers.ValueKind == JsonValueKind.Object && headers.EnumerateObject().All(h => h.Value.ValueKind == JsonValueKind.String)
            ? headers.EnumerateObject().DistinctBy(h => h.Name).ToImmutableSortedDictionary(h => h.Name, h => h.Value.GetString()!)
            : throw fields.Wrong("headers", "an object is expected, of each header's name the column with its value.");
}
