using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dashboard.Messages.Decoding;

namespace Dashboard.Messages.Filters;

/// <summary>
/// A text somewhere in the key, the value, or the name or value of a header. In JSON it is found as well where the writer escaped its
/// characters ("\u00fc").
/// </summary>
sealed class TextFilter : IRecordFilter
{
    /// <summary>What encoders of JSON escape, beside everything that is not ASCII.</summary>
    const string Escaped = "\"\\/<>&'+`";

    static readonly JsonSerializerOptions plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly string wanted;
    readonly StringComparison comparison;
    readonly ByteSearch? bytes;
    readonly bool mayBeEscaped;

    public TextFilter(string wanted, bool ignoreCase)
    {
        this.wanted = wanted;
        var isAscii = Ascii.IsValid(wanted);
        comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        bytes = !ignoreCase || isAscii ? new ByteSearch(wanted, ignoreCase) : null;
        mayBeEscaped = !isAscii || wanted.AsSpan().IndexOfAny(Escaped) >= 0;
        Text = $"{(ignoreCase ? RecordFilters.IgnoreCaseKind : RecordFilters.TextKind)}:{wanted}";
    }

    public string Text { get; }

    public bool MayBeIn(ReadOnlySpan<byte> written) =>
        bytes is null || bytes.IsIn(written) || (mayBeEscaped && written.Contains((byte)'\\'));

    public bool Fits(ViewedRecord record)
    {
        var message = record.Message;
        return IsIn(message.Key.GetValueOrDefault().AsSpan(), record.Key)
            || IsIn(message.Value.GetValueOrDefault().AsSpan(), record.Value)
            || message.Headers.Any(h => h.Name.Contains(wanted, comparison) || IsIn(h.Value.GetValueOrDefault().AsSpan(), null));
    }

    bool IsIn(ReadOnlySpan<byte> written, DecodedBody? body) =>
        (bytes is not null && bytes.IsIn(written))
        || (body is null
            ? bytes is null && Encoding.UTF8.GetString(written).Contains(wanted, comparison)
            : body.Format != BodyFormats.Hex && (body.Text.Contains(wanted, comparison) || (mayBeEscaped && IsInUnescaped(body))));

    bool IsInUnescaped(DecodedBody body) =>
        body.Json is { } json && body.Text.Contains('\\') && JsonSerializer.Serialize(json, plain).Contains(wanted, comparison);
}
