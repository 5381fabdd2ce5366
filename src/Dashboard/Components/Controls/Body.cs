using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dashboard.Components.Controls;

/// <summary>Untrusted bytes as something to read: text where they are text, JSON laid out, hexadecimal otherwise.</summary>
public static partial class Body
{
    static readonly UTF8Encoding strict = new(false, true);
    static readonly JsonSerializerOptions indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Null when the bytes are no printable UTF-8.</summary>
    public static string? Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var text = strict.GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>One line of at most <paramref name="limit"/> characters.</summary>
    public static string Short(ImmutableArray<byte>? bytes, int limit)
    {
        if (bytes is not { } value)
        {
            return "–";
        }
        var head = value.AsSpan()[..Math.Min(value.Length, limit * 4)];
        var text = Text(value.AsSpan()) ?? Convert.ToHexStringLower(head[..Math.Min(head.Length, limit / 2)]);
        text = text.ReplaceLineEndings(" ");
        return text.Length > limit ? text[..limit] + "…" : text;
    }

    /// <summary>The whole: JSON laid out, else text, else a hexadecimal dump.</summary>
    public static string Full(ImmutableArray<byte>? bytes) => bytes is not { } value ? "–" : Json(value.AsSpan()) ?? Text(value.AsSpan()) ?? Hex(value.AsSpan());

    public static bool Contains(ImmutableArray<byte>? bytes, string wanted) => bytes is { } value && value.AsSpan().IndexOf(Encoding.UTF8.GetBytes(wanted)) >= 0;

    /// <summary>Laid out; null when it is no JSON object or array.</summary>
    public static string? Json(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes[0] is not ((byte)'{' or (byte)'['))
        {
            return null;
        }
        try
        {
            var reader = new Utf8JsonReader(bytes);
            using var document = JsonDocument.ParseValue(ref reader);
            return reader.BytesConsumed < bytes.Length && bytes[(int)reader.BytesConsumed..].ContainsAnyExcept(" \r\n\t"u8) ? null : FlatArray().Replace(JsonSerializer.Serialize(document.RootElement, indented), array => "[" + string.Join(", ", array.Groups[1].Value.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) + "]");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Arrays of plain numbers, which read better on one line.</summary>
    [GeneratedRegex(@"\[\s+([-\d.,\seE+]*?)\s+\]")]
    private static partial Regex FlatArray();

    /// <summary>Offset, 16 bytes and their printable characters a line.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length * 5);
        for (var at = 0; at < bytes.Length; at += 16)
        {
            var line = bytes[at..Math.Min(bytes.Length, at + 16)];
            text.Append(at.ToString("x6", CultureInfo.InvariantCulture)).Append("  ");
            for (var i = 0; i < 16; i++)
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
