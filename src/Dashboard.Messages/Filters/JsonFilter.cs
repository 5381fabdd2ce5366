using System.Globalization;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Decoding;

namespace Dashboard.Messages.Filters;

/// <summary>
/// A field that equals a value: PATH=VALUE. The path is dotted from the value's root (<c>who.name</c>, <c>lines.0.sku</c>; without the
/// index, any of the list), with <c>key.</c> in front from the key's, <c>header.</c> for a header; <c>key</c> alone is the whole key.
/// Strings equal by their characters, numbers by what they are (5 and 5.0), true, false and null by their name.
/// </summary>
sealed class JsonFilter : IRecordFilter
{
    const string KeyPrefix = "key.", HeaderPrefix = "header.";

    readonly string path, wanted;
    readonly string[] steps;
    readonly string? header;
    readonly bool isOfKey;
    readonly decimal? number;
    readonly byte[]? mustHave;

    JsonFilter(string path, string wanted)
    {
        (this.path, this.wanted) = (path, wanted);
        isOfKey = path == "key" || path.StartsWith(KeyPrefix, StringComparison.Ordinal);
        header = path.StartsWith(HeaderPrefix, StringComparison.Ordinal) ? path[HeaderPrefix.Length..] : null;
        steps = path == "key" ? [] : (isOfKey ? path[KeyPrefix.Length..] : path).Split('.');
        number = decimal.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
        // a number may be written in many ways: its field's name cannot
        var sure = number is null ? wanted : header ?? steps.LastOrDefault(step => !int.TryParse(step, out _));
        mustHave = string.IsNullOrEmpty(sure) ? null : Encoding.UTF8.GetBytes(sure);
    }

    public string Text => $"{RecordFilters.JsonKind}:{path}={wanted}";

    /// <exception cref="FilterException">It is no path and value.</exception>
    public static JsonFilter Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw new FilterException("json: takes PATH=VALUE, as in json:who.name=Ada.", equals < 0 ? text.Length + 1 : 1);
        }

        var path = text[..equals];
        var empty = path.Split('.').TakeWhile(step => step.Length > 0).Sum(step => step.Length + 1);
        return empty > path.Length
            ? new JsonFilter(path, text[(equals + 1)..])
            : throw new FilterException($"json: the path \"{path}\" has a step without a name.", empty + 1);
    }

    /// <summary>Where something is escaped, anything may stand.</summary>
    public bool MayBeIn(ReadOnlySpan<byte> written) =>
        mustHave is null || written.IndexOf(mustHave) >= 0 || written.Contains((byte)'\\');

    public bool Fits(ViewedRecord record)
    {
        if (header is not null)
        {
            return record.Message.Headers.Any(h => h.Name == header && (ViewedRecord.HeaderText(h) ?? "null") == wanted);
        }

        var body = isOfKey ? record.Key : record.Value;
        return body is not null && (steps.Length == 0 ? IsWhole(body) : body.Json is { } root && JsonSteps.Any(root, steps, Equals));
    }

    bool IsWhole(DecodedBody body) => body.Text == wanted;

    bool Equals(JsonElement at) => at.ValueKind switch
    {
        JsonValueKind.String => at.ValueEquals(wanted),
        JsonValueKind.Number => at.GetRawText() == wanted || (number is { } sought && at.TryGetDecimal(out var value) && value == sought),
        JsonValueKind.True => wanted == "true",
        JsonValueKind.False => wanted == "false",
        JsonValueKind.Null => wanted == "null",
        _ => at.GetRawText() == wanted,
    };
}
