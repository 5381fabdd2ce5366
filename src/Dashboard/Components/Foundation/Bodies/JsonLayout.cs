using System.Text;
using System.Text.Json;

namespace Dashboard.Components.Foundation.Bodies;

/// <summary>
/// Lays JSON out over lines. Works on the tokens as they are written: only white space between them changes, so that numbers keep their
/// digits, strings their escapes, and objects their duplicates.
/// </summary>
static class JsonLayout
{
    const int Step = 2, DeepestIndent = 40, MaxDepth = 1_000_000;

    /// <summary>Arrays of plain numbers and the like up to this length stay on one line.</summary>
    const int OneLine = 100;

    /// <summary>Null when it is no JSON object or array. JSON that is cut is laid out as far as it goes.</summary>
    public static string? Of(string text, bool isCut) => IsJson(text, isCut) ? Lay(text) : null;

    /// <summary>On one line, with a space after each comma and colon.</summary>
    public static string Inline(string json)
    {
        var text = new StringBuilder(json.Length + 16);
        for (var at = 0; at < json.Length;)
        {
            var end = TokenEnd(json, at);
            if (!char.IsWhiteSpace(json[at]))
            {
                text.Append(json, at, end - at).Append(json[at] is ',' or ':' ? " " : "");
            }

            at = end;
        }

        return text.ToString();
    }

    static bool IsJson(string text, bool isCut)
    {
        var start = SkipSpace(text, 0);
        if (start == text.Length || text[start] is not ('{' or '['))
        {
            return false;
        }

        var reader = new Utf8JsonReader(
            Encoding.UTF8.GetBytes(text), isFinalBlock: !isCut, new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth }));
        try
        {
            while (reader.Read())
            {
                // only whether it can be read
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static string Lay(string json)
    {
        var text = new StringBuilder(json.Length * 2);
        var depth = 0;
        for (var at = SkipSpace(json, 0); at < json.Length; at = SkipSpace(json, at))
        {
            var end = TokenEnd(json, at);
            switch (json[at])
            {
                case '{' or '[' when Flat(json, at) is var (words, after):
                    text.Append(words);
                    end = after;
                    break;
                case '{' or '[':
                    text.Append(json[at]);
                    Break(++depth);
                    break;
                case '}' or ']':
                    Break(--depth);
                    text.Append(json[at]);
                    break;
                case ',':
                    text.Append(',');
                    Break(depth);
                    break;
                case ':':
                    text.Append(": ");
                    break;
                default:
                    text.Append(json, at, end - at);
                    break;
            }

            at = end;
        }

        return text.ToString();

        // deeper levels keep the indentation: JSON nested a million times must not become gigabytes of spaces
        void Break(int to) => text.Append('\n').Append(' ', Math.Clamp(to, 0, DeepestIndent) * Step);
    }

    /// <summary>
    /// What begins here as one line, and where it ends: what is empty, and short arrays of what is neither string nor nested. Null for all
    /// else.
    /// </summary>
    static (string Words, int After)? Flat(string json, int open)
    {
        var words = new StringBuilder().Append(json[open]);
        for (var at = SkipSpace(json, open + 1); at < json.Length && words.Length <= OneLine; at = SkipSpace(json, at))
        {
            var isEmpty = words.Length == 1;
            switch (json[at])
            {
                case '}' when isEmpty && json[open] == '{':
                case ']' when json[open] == '[':
                    return (words.Append(json[at]).ToString(), at + 1);
                case ',':
                    words.Append(", ");
                    at++;
                    break;
                // only numbers, true, false and null: lists of texts are read more easily one below the other
                case '"' or '{' or '[' or '}' or ']' or ':':
                    return null;
                default:
                    var end = TokenEnd(json, at);
                    words.Append(json, at, end - at);
                    at = end;
                    break;
            }
        }

        return null;
    }

    static int SkipSpace(string text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t' or '\n' or '\r')
        {
            at++;
        }

        return at;
    }

    /// <summary>Of the string, the number or word, or the single character that begins here.</summary>
    static int TokenEnd(string json, int at)
    {
        if (json[at] == '"')
        {
            for (at++; at < json.Length && json[at] != '"'; at++)
            {
                // an escaped quote does not end the text
                at += json[at] == '\\' ? 1 : 0;
            }

            return Math.Min(at + 1, json.Length);
        }

        var start = at;
        while (at < json.Length && json[at] is not ('{' or '}' or '[' or ']' or ',' or ':' or '"' or ' ' or '\t' or '\n' or '\r'))
        {
            at++;
        }

        // at least one character, so that every loop over tokens ends
        return Math.Max(at, start + 1);
    }
}
