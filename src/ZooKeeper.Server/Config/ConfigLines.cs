using System.Text;

namespace ZooKeeper.Server;

/// <summary>A key, its value and the line it stands in (from 1).</summary>
readonly record struct ConfigLine(string Key, string Value, int Line);

/// <summary>The syntax of java.util.Properties: # and ! comments, = or : or white space after the key, \ escapes and continued lines.</summary>
static class ConfigLines
{
    public static IEnumerable<ConfigLine> Read(IEnumerable<string> lines)
    {
        var number = 0;
        var start = 0;
        var pending = "";
        foreach (var raw in lines)
        {
            number++;
            var line = raw.TrimStart(' ', '\t', '\f', '\uFEFF');
            if (pending.Length == 0)
            {
                start = number;
                if (line.Length == 0 || line[0] is '#' or '!')
                {
                    continue;
                }
            }

            pending += line;
            if (IsContinued(pending))
            {
                pending = pending[..^1];
                continue;
            }

            yield return Parse(pending, start);
            pending = "";
        }

        if (pending.Length > 0)
        {
            yield return Parse(pending, start);
        }
    }

    static bool IsContinued(string line) => (line.Length - line.TrimEnd('\\').Length) % 2 == 1;

    static ConfigLine Parse(string line, int number)
    {
        var end = 0;
        while (end < line.Length && line[end] is not ('=' or ':' or ' ' or '\t' or '\f'))
        {
            end += line[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, line.Length);
        var value = line[end..].TrimStart(' ', '\t', '\f');
        if (value.StartsWith('=') || value.StartsWith(':'))
        {
            value = value[1..].TrimStart(' ', '\t', '\f');
        }

        return new ConfigLine(Unescape(line[..end]), Unescape(value).Trim(), number);
    }

    static string Unescape(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            result.Append(text[i] switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', var c => c });
        }

        return result.ToString();
    }
}
