using System.Globalization;
using System.Text;

namespace Kafka.Broker.Configuration;

/// <summary>One entry of a .properties file and the (first) line it stands on, counted from 1.</summary>
public sealed record Property(string Key, string Value, int Line);

/// <summary>
/// Java's .properties syntax (java.util.Properties.load): # and ! comments, = : or white space between key and value, a backslash continues
/// a line or escapes.
/// </summary>
public static class Properties
{
    public static IReadOnlyList<Property> Parse(IEnumerable<string> lines)
    {
        var properties = new List<Property>();
        var logical = new StringBuilder();
        var first = 0;
        var number = 0;
        foreach (var raw in lines)
        {
            number++;
            var line = raw.TrimStart(' ', '\t', '\f');
            if (logical.Length == 0)
            {
                if (line.Length == 0 || line[0] is '#' or '!')
                {
                    continue;
                }

                first = number;
            }

            if (Continues(line))
            {
                logical.Append(line, 0, line.Length - 1);
                continue;
            }

            properties.Add(Split(logical.Append(line).ToString(), first));
            logical.Clear();
        }

        if (logical.Length > 0)
        {
            properties.Add(Split(logical.ToString(), first));
        }

        return properties;
    }

    static bool Continues(string line) => (line.Length - line.AsSpan().TrimEnd('\\').Length) % 2 == 1;

    static Property Split(string line, int number)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t' or '\f'))
        {
            end += line[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, line.Length);
        var start = end;
        var separated = false;
        while (start < line.Length && (line[start] is ' ' or '\t' or '\f' || (!separated && line[start] is '=' or ':')))
        {
            separated |= line[start] is '=' or ':';
            start++;
        }

        return new Property(Unescape(line[..end]), Unescape(line[start..]), number);
    }

    static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || ++i == text.Length)
            {
                plain.Append(i < text.Length ? text[i] : "");
                continue;
            }

            if (text[i] == 'u' && i + 4 < text.Length
                && ushort.TryParse(text.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                plain.Append((char)code);
                i += 4;
                continue;
            }

            plain.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var other => other });
        }

        return plain.ToString();
    }
}
