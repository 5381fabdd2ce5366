using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;
using Wire.Generator.Model;

namespace Wire.Generator.Parsing;

/// <summary>Parses one schema file. A definition with an error is left out, its errors reported; the others of the file are kept.</summary>
sealed class SchemaParser
{
    readonly List<Problem> problems = [];
    readonly List<SchemaLine> lines;
    readonly HashSet<string> classes = [];
    readonly HashSet<string> standalone = [];
    int next;

    SchemaParser(string path, SourceText text) => lines = LineScanner.Scan(path, text, problems);

    public static SchemaFile Parse(string path, string hint, SourceText text)
    {
        var parser = new SchemaParser(path, text);
        var messages = ImmutableArray.CreateBuilder<Message>();
        while (parser.next < parser.lines.Count)
        {
            if (parser.ParseDefinition() is { } message)
            {
                messages.Add(message);
            }
        }

        return new SchemaFile(hint, new(messages.ToImmutable()), new([.. parser.problems]));
    }

    Message? ParseDefinition()
    {
        // the list is the whole file's: what was added since then is this definition's
        var before = problems.Count;
        var line = lines[next++];
        if (line.Indent > 0)
        {
            problems.Add(new Problem(ProblemKinds.Indentation, "An indented line without a definition above it.", line.First.Span));
            SkipBody(0);
            return null;
        }

        var header = HeaderParser.Parse(line, problems);
        // its fields mean nothing without a kind and versions: one error instead of one a line
        if (header is null)
        {
            SkipBody(0);
            return null;
        }

        if (!classes.Add(header.ClassName))
        {
            problems.Add(new Problem(ProblemKinds.Duplicate, $"{header.ClassName} is defined twice in this file.", header.Span));
        }

        var scope = new MessageScope(header, standalone, problems);
        var fields = ParseFields(header, scope, 2);
        var message = scope.Finish(fields);
        if (header.Kind == MessageKind.Struct)
        {
            // after its own fields: a struct can then name neither itself nor one below it
            standalone.Add(header.Name);
        }

        return problems.Count == before ? message : null;
    }

    List<Field> ParseFields(MessageHeader header, MessageScope scope, int indent)
    {
        var fields = new List<Field>();
        var parser = new FieldParser(header, problems);
        while (next < lines.Count && lines[next].Indent >= indent)
        {
            var line = lines[next++];
            if (line.Indent > indent)
            {
                problems.Add(new Problem(
                    ProblemKinds.Indentation, $"Indented by {line.Indent} spaces, {indent} expected.", line.First.Span));
                SkipBody(indent);
                continue;
            }

            var field = parser.Parse(line);
            if (next < lines.Count && lines[next].Indent > indent)
            {
                ParseStruct(header, scope, indent, line, field);
            }
            else if (field is not null)
            {
                scope.Use(field, line.Tokens[1]);
            }

            if (field is not null)
            {
                fields.Add(field);
            }
        }

        // between two levels: taken out here, or the level above reports it as a line without a definition
        if (next < lines.Count && lines[next].Indent > 0 && lines[next].Indent % 2 != 0)
        {
            problems.Add(new Problem(
                ProblemKinds.Indentation,
                $"Indented by {lines[next].Indent} spaces; two a level are expected.",
                lines[next].First.Span));
            next++;
        }

        return fields;
    }

    void ParseStruct(MessageHeader header, MessageScope scope, int indent, SchemaLine line, Field? field)
    {
        if (field is null)
        {
            SkipBody(indent);
        }
        else if (!header.IsKafka || !field.Type.IsStruct)
        {
            problems.Add(new Problem(
                ProblemKinds.Indentation,
                $"Lines are indented below {field.Name}, which is {line.Tokens[1].Text} and no struct of this message.",
                lines[next].First.Span));
            SkipBody(indent);
        }
        else
        {
            // the inner ones are defined first, which gives the order "each after those it uses"
            scope.Define(field.Type.Name, line.Tokens[1], ParseFields(header, scope, indent + 2));
        }
    }

    void SkipBody(int indent)
    {
        while (next < lines.Count && lines[next].Indent > indent)
        {
            next++;
        }
    }
}
