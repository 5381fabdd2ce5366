using System.Text.Json.Nodes;
using Dashboard.Components.Foundation.Commands;

namespace Dashboard.Components.Features.Importing;

/// <summary>Which columns of a CSV file serve what, as it is filled in. What is empty is taken from the names of the columns.</summary>
public sealed class ColumnsDraft
{
    public static readonly string[] Separators = ["", ",", ";", "tab", "|"];

    public string Separator { get; set; } = "";

    public string Key { get; set; } = "";

    public string Value { get; set; } = "";

    /// <summary>Names with commas between.</summary>
    public string ValueColumns { get; set; } = "";

    /// <summary>A line each: NAME: COLUMN.</summary>
    public string Headers { get; set; } = "";

    public string Partition { get; set; } = "";

    public string Timestamp { get; set; } = "";

    public string Null { get; set; } = "";

    public bool Types { get; set; } = true;

    public IEnumerable<AddressField> InAddress =>
    [
        new("separator", () => Separator, text => Separator = Separators.Contains(text) ? text : Separator),
        new("key", () => Key, text => Key = text),
        new("value", () => Value, text => Value = text),
        new("valueColumns", () => ValueColumns, text => ValueColumns = text),
        new("headers", () => Headers, text => Headers = text),
        new("partition", () => Partition, text => Partition = text),
        new("timestamp", () => Timestamp, text => Timestamp = text),
        new("null", () => Null, text => Null = text),
        AddressField.Of("types", () => Types, types => Types = types),
    ];

    public void Write(JsonObject body)
    {
        foreach (var (name, text) in new[]
        {
            ("separator", Separator), ("key", Key), ("value", Value), ("partition", Partition), ("timestamp", Timestamp), ("null", Null),
        })
        {
            if (text.Length > 0)
            {
                body[name] = text;
            }
        }

        body["types"] = Types;
        var names = ValueColumns.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (names.Length > 0)
        {
            body["valueColumns"] = new JsonArray([.. names.Select(name => (JsonNode)name)]);
        }

        var headers = Headers.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (headers.Length > 0)
        {
            // without a colon the header is called as its column
            body["headers"] = new JsonObject(headers.Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
                .DistinctBy(parts => parts[0]).Select(parts => KeyValuePair.Create(parts[0], (JsonNode?)parts[^1])));
        }
    }
}
