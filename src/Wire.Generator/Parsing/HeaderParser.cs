using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>Parses the first line of a definition.</summary>
static class HeaderParser
{
    const string Shapes =
        "request KEY Name VERSIONS flexible V, response KEY Name VERSIONS flexible V, struct Name VERSIONS flexible V or record Name";

    /// <summary>The header, or null when the line has an error, which was reported.</summary>
    public static MessageHeader? Parse(SchemaLine line, List<Problem> problems)
    {
        MessageKind kind;
        switch (line.First.Text)
        {
            case "request": kind = MessageKind.Request; break;
            case "response": kind = MessageKind.Response; break;
            case "struct": kind = MessageKind.Struct; break;
            case "record": kind = MessageKind.Record; break;
            default:
                problems.Add(new Problem(
                    ProblemKinds.Kind, $"'{line.First.Text}' begins no definition; it is one of {Shapes}.", line.First.Span));
                return null;
        }

        var tokens = line.Tokens;
        var wanted = kind switch { MessageKind.Record => 2, MessageKind.Struct => 5, _ => 6 };
        if (tokens.Count != wanted)
        {
            problems.Add(new Problem(ProblemKinds.Syntax, $"{tokens.Count} words; a definition is one of {Shapes}.", line.Last.Span));
            return null;
        }

        var next = 1;
        short key = -1;
        if (wanted == 6 && !Words.TryVersion(tokens[next++].Text, out key))
        {
            problems.Add(new Problem(ProblemKinds.Key, $"'{tokens[1].Text}' is not an API key.", tokens[1].Span));
            return null;
        }

        var name = tokens[next++];
        if (!Words.IsName(name.Text, capital: true))
        {
            problems.Add(new Problem(ProblemKinds.Name, $"'{name.Text}' is not a name (letters and digits, a capital first).", name.Span));
            return null;
        }

        return kind == MessageKind.Record
            ? new MessageHeader(kind, key, name.Text, new VersionRange(0, 0), short.MaxValue, name.Span)
            : ParseVersions(kind, key, name, tokens[next], tokens[next + 1], tokens[next + 2], problems);
    }

    static MessageHeader? ParseVersions(
        MessageKind kind, short key, Token name, Token versions, Token word, Token flexible, List<Problem> problems)
    {
        // an open end would promise versions to peers whose fields this schema does not describe
        if (!Words.TryRange(versions.Text, out var range) || range.High == short.MaxValue)
        {
            problems.Add(new Problem(ProblemKinds.Versions, $"'{versions.Text}' is not a range with an end, as 0-12 is.", versions.Span));
            return null;
        }

        if (word.Text != "flexible")
        {
            problems.Add(new Problem(ProblemKinds.Syntax, $"'flexible V+' or 'flexible none' expected, not '{word.Text}'.", word.Span));
            return null;
        }

        // "none" as a version that no message reaches: every comparison with it then needs no case of its own
        var first = new VersionRange(short.MaxValue, short.MaxValue);
        if (flexible.Text != "none" && (!Words.TryRange(flexible.Text, out first) || first.High != short.MaxValue))
        {
            problems.Add(new Problem(
                ProblemKinds.Versions,
                $"'{flexible.Text}' is neither 'none' nor a range without an end, as 9+ is.",
                flexible.Span));
            return null;
        }

        return new MessageHeader(kind, key, name.Text, range, first.Low, name.Span);
    }
}
