using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dashboard.Messages.Bytes;

/// <param name="Note">What is not plain UTF-8 about it.</param>
public readonly record struct DecodedText(string Text, TextNote Note);

/// <summary>What a reader has to know of a text to take it for what it is.</summary>
public enum TextNote
{
    None,

    /// <summary>It is UTF-16.</summary>
    Utf16,

    /// <summary>A byte order mark stood in front.</summary>
    ByteOrderMark,

    /// <summary>Some bytes are no UTF-8; they stand there as \xE9.</summary>
    NotAllUtf8,
}

/// <summary>From bytes of unknown encoding to characters, where they are mostly characters.</summary>
public static class TextDecoding
{
    /// <summary>More odd bytes than one in so many: it is no text.</summary>
    const int OneOdd = 8;

    static readonly UnicodeEncoding littleEndian = new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true);
    static readonly UnicodeEncoding bigEndian = new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    public static bool IsUtf16(ReadOnlySpan<byte> bytes) => bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..];

    /// <summary>
    /// Null when the bytes are no text. UTF-8, UTF-16 with a byte order mark; single bytes of something else within UTF-8 become \xE9.
    /// </summary>
    public static DecodedText? Decode(ReadOnlySpan<byte> bytes, bool isCut) => bytes switch
    {
        [0xff, 0xfe, ..] => Utf16(littleEndian, bytes[2..], isCut),
        [0xfe, 0xff, ..] => Utf16(bigEndian, bytes[2..], isCut),
        [0xef, 0xbb, 0xbf, ..] => Utf8(bytes[3..], isCut) is { } text
            ? text with { Note = text.Note == TextNote.None ? TextNote.ByteOrderMark : text.Note }
            : null,
        _ => Utf8(bytes, isCut),
    };

    static DecodedText? Utf16(UnicodeEncoding encoding, ReadOnlySpan<byte> bytes, bool isCut)
    {
        if (isCut)
        {
            bytes = bytes[..(bytes.Length & ~1)];
        }

        try
        {
            var text = encoding.GetString(isCut && bytes.Length >= 2 && EndsInHalf(encoding, bytes) ? bytes[..^2] : bytes);
            return IsText(text, 0) ? new(text, TextNote.Utf16) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    static bool EndsInHalf(UnicodeEncoding encoding, ReadOnlySpan<byte> bytes) =>
        char.IsHighSurrogate((char)(ReferenceEquals(encoding, littleEndian) ? bytes[^2] | (bytes[^1] << 8) : bytes[^1] | (bytes[^2] << 8)));

    static DecodedText? Utf8(ReadOnlySpan<byte> bytes, bool isCut)
    {
        var text = new StringBuilder(bytes.Length);
        var odd = 0;
        Span<char> chars = stackalloc char[2];
        while (bytes.Length > 0)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var length);
            if (status == OperationStatus.Done)
            {
                text.Append(chars[..rune.EncodeToUtf16(chars)]);
            }
            // a character that the cut divides is no fault of the text
            else if (status == OperationStatus.NeedMoreData && isCut)
            {
                break;
            }
            else
            {
                odd += length;
                foreach (var one in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{one:X2}");
                }
            }

            bytes = bytes[length..];
        }

        var whole = text.ToString();
        return IsText(whole, odd) ? new(whole, odd > 0 ? TextNote.NotAllUtf8 : TextNote.None) : null;
    }

    /// <summary>No NUL, and few other characters that no text has.</summary>
    public static bool IsText(string text, int odd) => !text.Contains('\0') && (odd + text.Count(IsOddControl)) * OneOdd <= text.Length;

    static bool IsOddControl(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    /// <summary>Control characters, and what would turn or hide the text around it, as ⟨U+202E⟩.</summary>
    public static string Visible(string text, out bool hasMarks)
    {
        hasMarks = text.AsSpan().ContainsAny(marked);
        if (!hasMarks)
        {
            return text;
        }

        var visible = new StringBuilder(text.Length + 16);
        hasMarks = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (!marked.Contains(c) || (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
            {
                visible.Append(c);
                continue;
            }

            hasMarks = true;
            visible.Append(CultureInfo.InvariantCulture, $"⟨U+{(int)c:X4}⟩");
        }

        return visible.ToString();
    }

    /// <summary>Controls but tab and line feed, marks of direction, line separators, and a byte order mark in the middle.</summary>
    static readonly SearchValues<char> marked = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0xa0).Select(c => (char)c).Where(c => char.IsControl(c) && c is not ('\n' or '\t')),
        '\u061c', '\u200b', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e',
        '\u2060', '\u2066', '\u2067', '\u2068', '\u2069', '\ufeff',
    ]);
}
