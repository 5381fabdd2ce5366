using Microsoft.CodeAnalysis.Text;
using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>
/// Splits a schema into lines of words. <c>#</c> outside quotes begins a comment; quotes keep a word with spaces together.
/// </summary>
static class LineScanner
{
    public static List<SchemaLine> Scan(string path, SourceText text, List<Problem> problems)
    {
        var lines = new List<SchemaLine>();
        foreach (var line in text.Lines)
        {
            var content = line.ToString();
            var indent = 0;
            while (indent < content.Length && content[indent] == ' ')
            {
                indent++;
            }

            // its width is the editor's choice, and here depth is meaning
            if (indent < content.Length && content[indent] == '\t')
            {
                var span = new SourceSpan(path, line.Start + indent, 1, line.LineNumber, indent);
                problems.Add(new Problem(ProblemKinds.Indentation, "A tab; schemas are indented by two spaces a level.", span));
                continue;
            }

            var tokens = Split(path, content, indent, line, problems);
            if (tokens.Count > 0)
            {
                lines.Add(new SchemaLine(indent, tokens));
            }
        }

        return lines;
    }

    static List<Token> Split(string path, string content, int from, TextLine line, List<Problem> problems)
    {
        var tokens = new List<Token>();
        var at = from;
        while (at < content.Length && content[at] != '#')
        {
            if (char.IsWhiteSpace(content[at]))
            {
                at++;
                continue;
            }

            var start = at;
            at = content[at] == '"' ? EndOfQuote(content, at) : EndOfWord(content, at);
            var span = new SourceSpan(path, line.Start + start, at - start, line.LineNumber, start);
            var word = content.Substring(start, at - start);
            tokens.Add(new Token(word, span));
            // no ^1: netstandard2.0, which compilers load generators as, has no System.Index
            if (word[0] == '"' && (word.Length == 1 || word[word.Length - 1] != '"'))
            {
                problems.Add(new Problem(ProblemKinds.Syntax, "The quote is not closed on its line.", span));
            }
        }

        return tokens;
    }

    static int EndOfQuote(string content, int at)
    {
        var close = content.IndexOf('"', at + 1);
        return close < 0 ? content.Length : close + 1;
    }

    static int EndOfWord(string content, int at)
    {
        while (at < content.Length && !char.IsWhiteSpace(content[at]) && content[at] != '#')
        {
            at++;
        }

        return at;
    }
}
