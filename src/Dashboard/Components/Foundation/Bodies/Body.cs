using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Dashboard.Localization;
using Dashboard.Messages.Bytes;

namespace Dashboard.Components.Foundation.Bodies;

/// <summary>How bytes are shown.</summary>
public enum BodyForm
{
    Json,
    Text,
    Hex,
}

/// <summary>Bytes as something to read.</summary>
/// <param name="Notes">Resource keys of what a reader must know of the text to take it for what it is: its encoding, characters that are
/// shown as marks.</param>
public sealed record BodyText(BodyForm Form, string Text, ImmutableArray<string> Notes);

/// <summary>Untrusted bytes as something to read: JSON laid out, text where they are text, hexadecimal otherwise.</summary>
public static class Body
{
    const int BytesALine = 16;

    /// <param name="isCut">There is more after these bytes: the character at their end may be half there, JSON may break off.</param>
    /// <param name="wanted">Null: what the bytes are. Bytes that are no JSON, or no text, are shown as what they are whatever was
    /// wanted.</param>
    public static BodyText Of(ReadOnlySpan<byte> bytes, bool isCut = false, BodyForm? wanted = null)
    {
        if (wanted == BodyForm.Hex || TextDecoding.Decode(bytes, isCut) is not { } decoded)
        {
            return new(BodyForm.Hex, Hex(bytes), []);
        }

        var json = wanted == BodyForm.Text ? null : JsonLayout.Of(decoded.Text, isCut);
        var visible = TextDecoding.Visible(json ?? decoded.Text, out var hasMarks);
        return new(
            json is null ? BodyForm.Text : BodyForm.Json, visible,
            [.. Key(decoded.Note) is { } note ? (string[])[note] : [], .. hasMarks ? (string[])["Body_Marks"] : []]);
    }

    /// <summary>One line of at most <paramref name="limit"/> characters.</summary>
    public static string Short(ImmutableArray<byte>? bytes, int limit)
    {
        if (bytes is not { } value)
        {
            return Format.None;
        }

        var head = value.AsSpan()[..Math.Min(value.Length, (limit + 1) * 8)];
        var text = TextDecoding.Decode(head, head.Length < value.Length)?.Text.ReplaceLineEndings(" ").Replace('\t', ' ')
            ?? Convert.ToHexStringLower(head);
        var clipped = Format.Clip(TextDecoding.Visible(text, out _), limit);
        return head.Length < value.Length && !clipped.EndsWith('…') ? clipped + "…" : clipped;
    }

    static string? Key(TextNote note) => note switch
    {
        TextNote.Utf16 => "Body_Utf16",
        TextNote.ByteOrderMark => "Body_Bom",
        TextNote.NotAllUtf8 => "Body_NotAllUtf8",
        _ => null,
    };

    /// <summary>Offset, 16 bytes and their printable characters a line.</summary>
    static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 5);
        for (var at = 0; at < bytes.Length; at += BytesALine)
        {
            var line = bytes[at..Math.Min(bytes.Length, at + BytesALine)];
            text.Append(at.ToString("x6", CultureInfo.InvariantCulture)).Append("  ");
            for (var i = 0; i < BytesALine; i++)
            {
                text.Append(i < line.Length ? line[i].ToString("x2", CultureInfo.InvariantCulture) : "  ").Append(i == 7 ? "  " : " ");
            }

            text.Append(' ');
            foreach (var b in line)
            {
                text.Append(b is >= 32 and < 127 ? (char)b : '.');
            }

            text.Append('\n');
        }

        return text.ToString();
    }
}
