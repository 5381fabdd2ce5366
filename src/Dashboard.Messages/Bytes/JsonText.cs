using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Messages.Bytes;

/// <summary>
/// JSON from text that may be none. Strings with half a character ("\ud83d" without its other half: what is left of an emoji that was
/// cut), which JSON's grammar has and no reader can take, are read with a mark in its place, as UTF-8 that is none is.
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

    /// <summary>Null when it is none.</summary>
    public static JsonElement? TryParse(string text) => TryParse(Encoding.UTF8.GetBytes(text));

    /// <summary>Null when it is none.</summary>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> utf8)
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
        for (var at = Next(utf8.Span, 0); at >= 0;)
        {
            var first = Unit(utf8.Span, at);
            var isPair = char.IsHighSurrogate(first) && char.IsLowSurrogate(Unit(utf8.Span, at + Escape));
            if (char.IsSurrogate(first) && !isPair)
            {
                mended ??= utf8.ToArray();
                Mark.CopyTo(mended.AsSpan(at));
            }

            // of any other escape, two characters: what is escaped may be the backslash itself
            at = Next(utf8.Span, at + (isPair ? 2 * Escape : first != default ? Escape : 2));
        }

        return mended ?? utf8;
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
