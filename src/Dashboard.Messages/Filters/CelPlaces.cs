using System.Text.RegularExpressions;

namespace Dashboard.Messages.Filters;

/// <summary>A function or a macro that an expression calls.</summary>
/// <param name="Place">Of its name, counted from 1.</param>
/// <param name="IsMember">It stands after a point, behind its receiver.</param>
/// <param name="Arguments">Between its parentheses.</param>
readonly record struct CelCall(string Name, int Place, bool IsMember, int Arguments);

/// <summary>Where an expression goes wrong, for faults that the library has no place for.</summary>
static partial class CelPlaces
{
    const string Single = "()[]{}.,:?!-+*/%<>_";

    /// <summary>
    /// Characters that are no part of the language: the parser passes over them without a word, and another expression than the one
    /// that was written would be searched for.
    /// </summary>
    /// <exception cref="FilterException">Names the first of them, with its place.</exception>
    public static void Check(string expression)
    {
        for (var at = 0; at < expression.Length; at++)
        {
            var (c, next) = (expression[at], at + 1 < expression.Length ? expression[at + 1] : ' ');
            if (Passed(expression, at) is { } end)
            {
                at = end;
            }
            else if ((c, next) is ('=' or '!' or '<' or '>', '=') or ('&', '&') or ('|', '|'))
            {
                at++;
            }
            else if (!char.IsAsciiLetterOrDigit(c) && !char.IsWhiteSpace(c) && !Single.Contains(c, StringComparison.Ordinal))
            {
                var way = c switch
                {
                    '=' => "; == compares",
                    '&' or '|' => $"; it is written twice, {c}{c}",
                    _ => "",
                };
                throw new FilterException($"cel: {c} is no part of an expression{way}.", at + 1);
            }
        }
    }

    /// <summary>The last character of the string or the comment that begins here; null: neither does.</summary>
    /// <exception cref="FilterException">The string has no end.</exception>
    public static int? Passed(string expression, int at) =>
        expression[at] is '"' or '\'' ? End(expression, at)
        : !expression.AsSpan(at).StartsWith("//") ? null
        : expression.IndexOf('\n', at) is >= 0 and var end ? end : expression.Length;

    /// <summary>
    /// Of the first name or function that a message is about, counted from 1; null: it names none of the expression's.
    /// </summary>
    public static int? PlaceOf(string expression, string message)
    {
        var named = Word().Matches(message).Select(word => word.Value).ToHashSet();
        return Words(expression).Where(word => named.Contains(word.Text) && (!word.IsMember || word.IsCall))
            .Select(word => (int?)word.Place).FirstOrDefault();
    }

    /// <summary>Names alone: neither fields nor functions, nor what a macro runs through; each with its place.</summary>
    public static IEnumerable<(string Name, int Place)> Names(string expression)
    {
        var bound = Bound().Matches(expression).Select(macro => macro.Groups[1].Value).ToHashSet();
        return Words(expression).Where(word => !word.IsMember && !word.IsCall && !bound.Contains(word.Text))
            .Select(word => (word.Text, word.Place));
    }

    /// <summary>In the order they are written. The expression is one that can be parsed.</summary>
    public static IEnumerable<CelCall> Calls(string expression) => Words(expression).Where(word => word.IsCall && word.Text != "in")
        .Select(word => new CelCall(
            word.Text, word.Place, word.IsMember, Arguments(expression, expression.IndexOf('(', word.Place - 1 + word.Text.Length))));

    /// <summary>How many stand between the parenthesis that opens here and its own end.</summary>
    static int Arguments(string expression, int open)
    {
        var (depth, commas, isEmpty) = (0, 0, true);
        for (var at = open; at < expression.Length; at++)
        {
            var c = expression[at];
            if (Passed(expression, at) is { } end)
            {
                isEmpty &= c == '/';
                at = end;
                continue;
            }

            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            if (depth == 0)
            {
                break;
            }

            commas += depth == 1 && c == ',' ? 1 : 0;
            isEmpty &= at == open || char.IsWhiteSpace(c);
        }

        return isEmpty ? 0 : commas + 1;
    }

    static IEnumerable<(string Text, int Place, bool IsMember, bool IsCall)> Words(string expression)
    {
        // what was written before this, and before the last point: neither space nor comment
        var (last, owner) = (' ', ' ');
        for (var at = 0; at < expression.Length; at++)
        {
            var c = expression[at];
            if (Passed(expression, at) is { } end)
            {
                last = c == '/' ? last : c;
                at = end;
            }
            else if ((char.IsAsciiLetter(c) || c == '_') && (at == 0 || !char.IsAsciiLetterOrDigit(expression[at - 1])))
            {
                var word = Word().Match(expression, at).Value;
                var next = expression[(at + word.Length)..].TrimStart();
                // r and b in front of a string are none
                if (next.Length == 0 || next[0] is not ('"' or '\''))
                {
                    var isMember = last == '.' && (char.IsAsciiLetterOrDigit(owner) || ")]}\"'_".Contains(owner, StringComparison.Ordinal));
                    yield return (word, at + 1, isMember, next.StartsWith('('));
                }

                at += word.Length - 1;
                last = word[^1];
            }
            else if (!char.IsWhiteSpace(c))
            {
                owner = c == '.' ? last : owner;
                last = c;
            }
        }
    }

    [GeneratedRegex(@"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_][A-Za-z0-9_]*)\s*,")]
    private static partial Regex Bound();

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Word();

    /// <summary>Where the string ends that begins with a quote, of one or of three.</summary>
    static int End(string expression, int open)
    {
        var isRaw = open > 0 && expression[open - 1] is 'r' or 'R';
        var quote = new string(expression[open], 3);
        quote = expression.AsSpan(open).StartsWith(quote) ? quote : quote[..1];
        for (var at = open + quote.Length; at < expression.Length; at++)
        {
            if (expression[at] == '\\' && !isRaw)
            {
                at++;
            }
            else if (expression.AsSpan(at).StartsWith(quote))
            {
                return at + quote.Length - 1;
            }
        }

        throw new FilterException("cel: a string that begins here has no end.", open + 1);
    }
}
