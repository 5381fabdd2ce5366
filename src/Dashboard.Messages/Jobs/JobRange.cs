using System.Globalization;
using System.Text.Json;
using Dashboard.Messages.Scanning;

namespace Dashboard.Messages.Jobs;

/// <summary>The fields of a request that say which records of a topic it is about: the same words as when messages are read.</summary>
static class JobRange
{
    public static readonly string[] Fields = ["from", "to", "partitions", "filter", "isolation"];

    /// <summary>From the oldest record on, unless it says otherwise.</summary>
    /// <exception cref="FormatException">Names the field that is wrong.</exception>
    public static ScanQuery Read(JobFields fields, string topic) => new ScanQueryText(
        fields.Text("from") ?? "oldest", fields.Text("to"), Partitions(fields), null, fields.Text("filter"), fields.Text("isolation"),
        null).Read(topic);

    /// <summary>"0,1" as in an address, or [0, 1].</summary>
    static string? Partitions(JobFields fields) => fields.Value("partitions") is { ValueKind: JsonValueKind.Array } list
        ? string.Join(',', list.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out var number)
            ? number.ToString(CultureInfo.InvariantCulture)
            : throw fields.Wrong("partitions", $"{one.GetRawText()} is no partition.")))
        : fields.Text("partitions");
}
