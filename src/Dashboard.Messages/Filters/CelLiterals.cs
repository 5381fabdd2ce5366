using System.Text;
using System.Text.RegularExpressions;

namespace Dashboard.Messages.Filters;

/// <summary>
/// What a record must hold for an expression to be true: of <c>A &amp;&amp; B</c> both must be, and of a part such as
/// <c>value.status == "paid"</c> or <c>key.startsWith("ord")</c> the string stands in the record as it was written, unless the writer
/// escaped it. Decoding and evaluating cost a thousand times more than looking for it. Of any other part nothing is concluded.
/// </summary>
sealed partial class CelLiterals(IReadOnlyList<byte[]> literals)
{
    public static CelLiterals Of(string expression) =>
        new([.. Parts(expression).Select(Literal).OfType<string>().Select(Encoding.UTF8.GetBytes)]);

    public bool MayBeIn(ReadOnlySpan<byte> written)
    {
        foreach (var literal in literals)
        {
            if (written.IndexOf(literal) < 0)
            {
                return written.Contains((byte)'\\');
            }
        }

        return true;
    }

    /// <summary>Between the outermost &amp;&amp;; none where there is an outermost || or ?.</summary>
    static List<string> Parts(string expression)
    {
        var parts = new List<string>();
        var (depth, from) = (0, 0);
        for (var i = 0; i < expression.Length; i++)
        {
            if (CelPlaces.Passed(expression, i) is { } end)
            {
                i = end;
                continue;
            }

            var c = expression[i];
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            if (depth == 0 && c is '|' or '?')
            {
                return [];
            }

            if (depth == 0 && c == '&' && i + 1 < expression.Length && expression[i + 1] == '&')
            {
                parts.Add(expression[from..i]);
                from = ++i + 1;
            }
        }

        parts.Add(expression[Math.Min(from, expression.Length)..]);
        return parts;
    }

    /// <summary>Not of one that hexadecimal may be: so are bytes shown that are no text.</summary>
    static string? Literal(string part) =>
        Sure().Match(part.Trim()) is { Success: true } match && match.Groups["text"].Value is var text && !text.All(char.IsAsciiHexDigit)
            ? text
            : null;

    /// <summary>A path, then == or one of the functions of strings, and a literal without escapes.</summary>
    [GeneratedRegex(
        """
        ^(?:key|value)(?:\.\w+)*
        (?:\s*==\s*(?<q>["'])(?<text>[^"'\\]+)\k<q>
        |\.(?:startsWith|endsWith|contains)\(\s*(?<q>["'])(?<text>[^"'\\]+)\k<q>\s*\))$
        """,
        RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Sure();
}
