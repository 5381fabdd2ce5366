using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Messages.Bytes;

/// <summary>
/// JSON from text that may be none. Its grammar has strings with half a character ("\ud83d" without its other half: what is left of an
/// emoji that was cut), which no reader can take.
/// </summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
sealed partial class JsonText : JsonSerializerContext
{
    /// <summary>Decoders go <see cref="JsonOutput.Deepest"/> deep.</summary>
    static readonly JsonDocumentOptions options = new() { MaxDepth = JsonOutput.Deepest + 20 };

    /// <summary>Bytes of one that is escaped.</summary>
    const int Escape = 6;

    static ReadOnlySpan<byte> Mark => "\\ufffd"u8;

    public static JsonElement Zero { get; } = TryParse("0")!.Value;

    /// <summary>JSON's text of it.</summary>
    public static JsonElement Of(string text) => JsonSerializer.SerializeToElement(text, Default.String);

    /// <summary>What somebody wrote: null when it is none, or has half a character, which would be written as something else.</summary>
    public static JsonElement? TryParse(string text) => TryParse(Encoding.UTF8.GetBytes(text));

    /// <summary>What somebody wrote: null when it is none, or has half a character, which would be written as something else.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> utf8) => HasHalves(utf8.Span) ? null : TryRead(utf8);

    public static bool HasHalves(ReadOnlySpan<byte> utf8) => FirstHalf(utf8, 0) >= 0;

    /// <summary>What stands in a record: half a character is read as a mark, as bytes that are no UTF-8. Null when it is none.</summary>
    public static JsonElement? TryRead(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(WithoutHalves(utf8), options);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Copied only where there is something to replace.</summary>
    static ReadOnlyMemory<byte> WithoutHalves(ReadOnlyMemory<byte> utf8)
    {
        byte[]? mended = null;
        for (var at = FirstHalf(utf8.Span, 0); at >= 0; at = FirstHalf(utf8.Span, at + Escape))
        {
            mended ??= utf8.ToArray();
            Mark.CopyTo(mended.AsSpan(at));
        }

        return mended ?? utf8;
    }

    static int FirstHalf(ReadOnlySpan<byte> utf8, int from)
    {
        for (var at = Next(utf8, from); at >= 0;)
        {
            var first = Unit(utf8, at);
            var isPair = char.IsHighSurrogate(first) && char.IsLowSurrogate(Unit(utf8, at + Escape));
            if (char.IsSurrogate(first) && !isPair)
            {
                return at;
            }

            // of any other escape, two characters: what is escaped may be the backslash itself
            at = Next(utf8, at + (isPair ? 2 * Escape : first != default ? Escape : 2));
        }

        return -1;
    }

    static int Next(ReadOnlySpan<byte> utf8, int from) =>
        from < utf8.Length && utf8[from..].IndexOf((byte)'\\') is >= 0 and var next ? from + next : -1;

    /// <summary>What "\u1234" stands for; 0 where there is none.</summary>
    static char Unit(ReadOnlySpan<byte> utf8, int at) =>
        at + Escape <= utf8.Length && utf8[at..].StartsWith("\\u"u8)
            && ushort.TryParse(utf8.Slice(at + 2, Escape - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : default;
}
