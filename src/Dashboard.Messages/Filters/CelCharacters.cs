namespace Dashboard.Messages.Filters;

/// <summary>
/// Characters of an expression that are no part of the language. Its parser passes over them without a word, and another expression than
/// the one that was written would be searched for.
/// </summary>
static class CelCharacters
{
    const string Single = "()[]{}.,:?!-+*/%<>_";

    /// <exception cref="FilterException">Names the first of them, with its place.</exception>
    public static void Check(string expression)
    {
        for (var at = 0; at < expression.Length; at++)
        {
            var (c, next) = (expression[at], at + 1 < expression.Length ? expression[at + 1] : ' ');
            if (c is '"' or '\'')
            {
                at = End(expression, at);
            }
            else if ((c, next) is ('/', '/'))
            {
                var line = expression.IndexOf('\n', at);
                at = line < 0 ? expression.Length : line;
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
