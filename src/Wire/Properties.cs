using System.Text;

namespace Wire;

/// <summary>One entry of a .properties file, unescaped, and its first line, counted from 1.</summary>
public sealed record Property(string Key, string Value, int Line)
{
    /// <summary>
    /// The value as both servers take it: without what Java's String.trim removes, which is less than .NET's Trim (a no-break space stays).
    /// </summary>
    public string Trimmed { get; } = Properties.Trim(Value);
}

/// <summary>A .properties file that Java would not load either.</summary>
/// <param name="line">Where, counted from 1.</param>
public sealed class PropertiesException(int line, CodedText told) : CodedFormatException(told)
{
    public int Line => line;
}

/// <summary>
/// The syntax of server.properties, zoo.cfg and meta.properties, as the documentation of java.util.Properties.load has it: # and !
/// comments; = or : or white space after the key; a backslash escapes, or continues the line; \uXXXX. A key that comes twice is here twice,
/// in the order of the file: with Java the last one wins.
/// </summary>
public static class Properties
{
    static readonly UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Java's Properties skips these three before and between keys and values; any other white space is text.</summary>
    static readonly char[] blanks = [' ', '\t', '\f'];

    /// <summary>
    /// The lines of a file. Java reads ISO-8859-1 whatever the editor wrote; a file that is UTF-8 is taken for what it is, with or without
    /// its mark, as is UTF-16 with its mark (Notepad's "Unicode"), and any other is read as Java does.
    /// </summary>
    public static IReadOnlyList<string> ReadLines(string path)
    {
        var lines = new List<string>();
        using var reader = new StringReader(Decode(File.ReadAllBytes(path)).TrimStart('\uFEFF'));
        while (reader.ReadLine() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    static string Decode(byte[] bytes)
    {
        switch (bytes)
        {
            case [0xFF, 0xFE, ..]:
                return Encoding.Unicode.GetString(bytes);
            case [0xFE, 0xFF, ..]:
                return Encoding.BigEndianUnicode.GetString(bytes);
        }

        try
        {
            return utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <exception cref="PropertiesException">A \u without four hexadecimal digits.</exception>
    public static IReadOnlyList<Property> Parse(IEnumerable<string> lines)
    {
        var properties = new List<Property>();
        var logical = new StringBuilder();
        var (number, first, continued) = (0, 0, false);
        foreach (var raw in lines)
        {
            number++;
            var line = raw.TrimStart(blanks);
            if (logical.Length == 0)
            {
                // a line of a lone backslash leaves nothing, and the entry still begins there
                first = continued ? first : number;
                if (line.Length == 0 || line[0] is '#' or '!')
                {
                    continued = false;
                    continue;
                }
            }

            // an even number of backslashes at the end is that many escaped ones, and continues nothing
            continued = (line.Length - line.AsSpan().TrimEnd('\\').Length) % 2 == 1;
            logical.Append(line, 0, continued ? line.Length - 1 : line.Length);
            if (!continued)
            {
                properties.Add(Split(logical.ToString(), first));
                logical.Clear();
            }
        }

        // a backslash at the very end continues nothing
        if (continued)
        {
            properties.Add(Split(logical.ToString(), first));
        }

        return properties;
    }

    /// <summary>
    /// The text of one line, for a key and a value of any characters; Java and <see cref="Parse"/> read the same back, in any encoding.
    /// </summary>
    public static string Line(string key, string value) => Escape(key, isKey: true) + "=" + Escape(value, isKey: false);

    /// <summary>Java's String.trim: everything up to U+0020 at both ends.</summary>
    internal static string Trim(string text)
    {
        var (start, end) = (0, text.Length);
        while (start < end && text[start] <= ' ')
        {
            start++;
        }

        while (end > start && text[end - 1] <= ' ')
        {
            end--;
        }

        return text[start..end];
    }

    static Property Split(string line, int number)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t' or '\f'))
        {
            end += line[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, line.Length);
        var value = line[end..].TrimStart(blanks);
        // one separator: in "a = = b" the value is "= b"
        if (value.StartsWith('=') || value.StartsWith(':'))
        {
            value = value[1..].TrimStart(blanks);
        }

        return new Property(Unescape(line[..end], number), Unescape(value, number), number);
    }

    static string Unescape(string text, int number)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
            }
            else if (++i < text.Length)
            {
                plain.Append(text[i] switch
                {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    'f' => '\f',
                    'u' => Code(text, ref i, number),
                    var other => other,
                });
            }
        }

        return plain.ToString();
    }

    static char Code(string text, ref int at, int number)
    {
        var digits = text.AsSpan(at + 1, Math.Min(4, text.Length - at - 1));
        if (digits.Length < 4 || digits.ContainsAnyExcept("0123456789abcdefABCDEF"))
        {
            throw new PropertiesException(
                number,
                CodedText.Of(
                    "NoEscape",
                    $"\\u{digits.ToString()} is no character: \\u takes four hexadecimal digits, and a backslash itself is written \\\\"));
        }

        at += 4;
        return (char)Convert.ToInt32(digits.ToString(), 16);
    }

    static string Escape(string text, bool isKey)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var (at, c) in text.Index())
        {
            escaped.Append(c switch
            {
                '\t' => "\\t",
                '\n' => "\\n",
                '\r' => "\\r",
                '\f' => "\\f",
                '\\' => @"\\",
                // blanks at the end need none: Java keeps them
                ' ' when isKey || at == 0 => "\\ ",
                '=' or ':' when isKey => $"\\{c}",
                '#' or '!' when isKey && at == 0 => $"\\{c}",
                // no character beyond ASCII, so that it does not matter whether the file is read as Latin-1 or UTF-8
                < ' ' or > '~' => $"\\u{(int)c:X4}",
                _ => c,
            });
        }

        return escaped.ToString();
    }
}
