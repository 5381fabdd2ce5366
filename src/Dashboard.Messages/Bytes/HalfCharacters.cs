using System.Globalization;

namespace Dashboard.Messages.Bytes;

/// <summary>
/// JSON's grammar has strings with half a character ("\ud83d" without its other half: what is left of an emoji that was cut), which no
/// reader can take. They come by their number only: as bytes they are no UTF-8.
/// </summary>
public static class HalfCharacters
{
    /// <summary>Bytes of one that is escaped.</summary>
    const int Escape = 6;

    static ReadOnlySpan<byte> Mark => "\\ufffd"u8;

    /// <param name="json">UTF-8.</param>
    public static bool AreIn(ReadOnlySpan<byte> json) => First(json, 0) >= 0;

    /// <summary>With a mark (U+FFFD) in the place of each. Copied only where there is one.</summary>
    public static ReadOnlyMemory<byte> Marked(ReadOnlyMemory<byte> utf8)
    {
        byte[]? mended = null;
        for (var at = First(utf8.Span, 0); at >= 0; at = First(utf8.Span, at + Escape))
        {
            mended ??= utf8.ToArray();
            Mark.CopyTo(mended.AsSpan(at));
        }

        return mended ?? utf8;
    }

    static int First(ReadOnlySpan<byte> utf8, int from)
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
