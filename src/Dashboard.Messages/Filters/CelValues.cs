using System.Text.Json;
using Dashboard.Messages.Decoding;

namespace Dashboard.Messages.Filters;

/// <summary>A record as CEL knows it: maps and lists, numbers of 64 bits, strings.</summary>
static class CelValues
{
    /// <summary>A record that has nothing.</summary>
    public static Dictionary<string, object?> Sample => Of("", new Dictionary<string, object?>(), [], 0, 0, 0, 0);

    public static Dictionary<string, object?> Of(ViewedRecord record)
    {
        var message = record.Message;
        var headers = new Dictionary<string, object?>();
        foreach (var header in message.Headers)
        {
            headers[header.Name] = ViewedRecord.HeaderText(header);
        }

        return Of(
            Of(record.Key), Of(record.Value), headers, message.Partition, message.Offset, message.Timestamp, message.ValueLength);
    }

    static Dictionary<string, object?> Of(
        object? key, object? value, Dictionary<string, object?> headers, long partition, long offset, long timestamp, long size) => new()
        {
            ["key"] = key,
            ["value"] = value,
            ["headers"] = headers,
            ["partition"] = partition,
            ["offset"] = offset,
            ["timestamp"] = timestamp,
            ["size"] = size,
        };

    static object? Of(DecodedBody? body) => body is null ? null : body.Json is { } json ? Of(json) : body.Text;

    /// <summary>The library looks into maps of exactly this type only.</summary>
    static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => Map(json),
        JsonValueKind.Array => json.EnumerateArray().Select(Of).ToList(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out var whole) ? whole : json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    static Dictionary<string, object?> Map(JsonElement json)
    {
        var map = new Dictionary<string, object?>();
        foreach (var field in json.EnumerateObject())
        {
            map[field.Name] = Of(field.Value);
        }

        return map;
    }
}
