using System.Text.RegularExpressions;

namespace Kafka.Protocol.Tests;

/// <summary>A field of a schema file, with its versions cut to those of the message.</summary>
public sealed record SchemaField(string Name, string Type, Range Versions, Range? Nulls, int Tag, Range? Tagged, List<SchemaField> Fields)
{
    public bool IsList => Type.StartsWith("[]", StringComparison.Ordinal);

    public string ElementType => IsList ? Type[2..] : Type;
}

/// <summary>
/// The schema files as data, read without the generator: what the round trips fill and what is held against Kafka's own schemas.
/// A range has both ends inclusive.
/// </summary>
public sealed partial record SchemaText(string Kind, string Name, short Min, short Max, short FirstFlexible, List<SchemaField> Fields)
{
    public static IReadOnlyList<SchemaText> All { get; } =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Schemas"), "*.schema", SearchOption.AllDirectories)
            .Order()
            .Select(Parse),
    ];

    public static IEnumerable<TheoryDataRow<string>> Names => All.Select(schema => new TheoryDataRow<string>(schema.Name));

    public IEnumerable<short> Versions => Enumerable.Range(Min, Max - Min + 1).Select(version => (short)version);

    public static SchemaText Named(string name) => All.Single(schema => schema.Name == name);

    public static bool In(Range? range, short version) => range is { } r && version >= r.Start.Value && version <= r.End.Value;

    static SchemaText Parse(string path)
    {
        var lines = File.ReadAllLines(path).Where(line => !line.StartsWith('#') && line.Trim().Length > 0).ToList();
        var head = Header().Match(lines[0]);
        var range = ParseRange(head.Groups["versions"].Value, short.MaxValue);
        var suffix = head.Groups["kind"].Value switch { "request" => "Request", "response" => "Response", _ => "" };
        var name = head.Groups["name"].Value + suffix;
        var structs = new Dictionary<string, List<SchemaField>>();
        var at = 1;
        var fields = ParseFields(lines, ref at, 2, range.End.Value, structs);
        return new SchemaText(
            head.Groups["kind"].Value, name, (short)range.Start.Value, (short)range.End.Value,
            head.Groups["flexible"].Value == "none" ? short.MaxValue : short.Parse(head.Groups["flexible"].Value.TrimEnd('+')), fields);
    }

    static List<SchemaField> ParseFields(List<string> lines, ref int at, int indent, int max, Dictionary<string, List<SchemaField>> structs)
    {
        var fields = new List<SchemaField>();
        while (at < lines.Count && lines[at].Length - lines[at].TrimStart().Length == indent)
        {
            var match = Field().Match(lines[at++]);
            Assert.True(match.Success, lines[at - 1]);
            var type = match.Groups["type"].Value;
            var nested = ParseFields(lines, ref at, indent + 2, max, structs);
            var element = type.Replace("[]", "");
            if (nested.Count > 0)
            {
                structs[element] = nested;
            }

            fields.Add(new SchemaField(
                match.Groups["name"].Value, type, ParseRange(match.Groups["versions"].Value, max), Optional(match.Groups["null"], max),
                match.Groups["tag"].Success ? int.Parse(match.Groups["tag"].Value) : -1, Optional(match.Groups["tagged"], max),
                structs.GetValueOrDefault(element) ?? []));
        }

        return fields;
    }

    static Range? Optional(Group group, int max) => group.Success ? ParseRange(group.Value, max) : null;

    static Range ParseRange(string text, int max)
    {
        var ends = text.TrimEnd('+').Split('-');
        var first = int.Parse(ends[0]);
        return new Range(first, text.EndsWith('+') ? max : ends.Length == 2 ? int.Parse(ends[1]) : first);
    }

    [GeneratedRegex(@"^(?<kind>request|response|struct)( \d+)? (?<name>\w+) (?<versions>\S+) flexible (?<flexible>\S+)$")]
    private static partial Regex Header();

    [GeneratedRegex(
        @"^ +(?<name>\w+) (?<type>\S+) (?<versions>[\d+-]+)( null (?<null>[\d+-]+))?"
        + @"( = \S+)?( tag (?<tag>\d+) (?<tagged>\S+))?( ignorable)?$")]
    private static partial Regex Field();
}
