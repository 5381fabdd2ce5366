using System.Collections.Immutable;
using Wire.Generator.Model;

namespace Wire.Generator.Checks;

/// <summary>
/// What needs all schemas of a project: pairs of request and response, records that exist, classes defined once.
/// </summary>
static class ProjectChecks
{
    public static EquatableArray<Problem> Run(ImmutableArray<Outline> outlines)
    {
        var problems = new List<Problem>();
        var classes = new Dictionary<string, Outline>();
        foreach (var outline in outlines)
        {
            var name = outline.Header.ClassName;
            if (classes.TryGetValue(name, out var first))
            {
                var file = System.IO.Path.GetFileName(first.Header.Span.Path);
                problems.Add(new Problem(ProblemKinds.Duplicate, $"{name} is defined in {file} as well.", outline.Header.Span));
            }
            else
            {
                classes.Add(name, outline);
            }
        }

        CheckKeys(outlines, problems);
        foreach (var outline in outlines)
        {
            CheckPair(outline.Header, classes, problems);
            CheckRecords(outline, classes, problems);
        }

        return new([.. problems]);
    }

    static void CheckKeys(ImmutableArray<Outline> outlines, List<Problem> problems)
    {
        var keys = new Dictionary<(MessageKind, short), MessageHeader>();
        foreach (var outline in outlines)
        {
            var header = outline.Header;
            if (header.Key < 0)
            {
                continue;
            }

            if (!keys.TryGetValue((header.Kind, header.Key), out var first))
            {
                keys.Add((header.Kind, header.Key), header);
            }
            // the same name twice was reported above as the same class
            else if (first.Name != header.Name)
            {
                problems.Add(new Problem(ProblemKinds.Key, $"{first.ClassName} has the API key {header.Key} as well.", header.Span));
            }
        }
    }

    static void CheckPair(MessageHeader header, Dictionary<string, Outline> classes, List<Problem> problems)
    {
        // asked from one side, or each mismatch would be reported twice
        if (header.Kind != MessageKind.Request)
        {
            return;
        }

        if (!classes.TryGetValue(header.Name + "Response", out var pair))
        {
            problems.Add(new Problem(ProblemKinds.Pair, $"No schema (without errors) defines {header.Name}Response.", header.Span));
        }
        else if (pair.Header.Key != header.Key)
        {
            problems.Add(new Problem(
                ProblemKinds.Pair,
                $"{header.Name}Response has API key {pair.Header.Key}, the request {header.Key}.",
                pair.Header.Span));
        }
        else if (pair.Header.Versions != header.Versions)
        {
            problems.Add(new Problem(
                ProblemKinds.Pair,
                $"{header.Name}Response has versions {pair.Header.Versions}, the request {header.Versions}.",
                pair.Header.Span));
        }
    }

    static void CheckRecords(Outline outline, Dictionary<string, Outline> classes, List<Problem> problems)
    {
        foreach (var reference in outline.References)
        {
            if (!classes.TryGetValue(reference.Name, out var target) || target.Header.Kind != MessageKind.Record)
            {
                problems.Add(new Problem(
                    ProblemKinds.Type,
                    $"'{reference.Name}' is neither a jute type nor a record of any schema (without errors).",
                    reference.Span));
            }
            // also through a vector: the reader would recurse as deep as a peer's bytes say
            else if (Reaches(target, outline.Header.Name, classes, []))
            {
                problems.Add(new Problem(
                    ProblemKinds.Cycle, $"{outline.Header.Name} contains itself through {reference.Name}.", reference.Span));
            }
        }
    }

    static bool Reaches(Outline from, string name, Dictionary<string, Outline> classes, HashSet<string> seen)
    {
        if (from.Header.Name == name)
        {
            return true;
        }

        // a cycle that the record leads to without being part of it; without this the search has no end
        if (!seen.Add(from.Header.Name))
        {
            return false;
        }

        foreach (var reference in from.References)
        {
            if (classes.TryGetValue(reference.Name, out var next) && Reaches(next, name, classes, seen))
            {
                return true;
            }
        }

        return false;
    }
}
