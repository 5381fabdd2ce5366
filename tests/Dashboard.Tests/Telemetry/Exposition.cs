using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace Dashboard.Tests.Telemetry;

/// <summary>
/// Prometheus' text format 0.0.4, read strictly (prometheus.io/docs/instrumenting/exposition_formats): every family has one TYPE
/// and one HELP before its samples, its lines are together, no series is there twice, every value is a number.
/// </summary>
public sealed partial class Exposition
{
    readonly Dictionary<string, Family> families = [];
    Family? current;

    Exposition()
    {
    }

    public IReadOnlyCollection<Family> Families => families.Values;

    /// <summary>Those of the clusters, without those of this program.</summary>
    public IEnumerable<Family> Castellan => Families.Where(f => f.Name.StartsWith("castellan_", StringComparison.Ordinal));

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var exposition = new Exposition();
        foreach (var line in text.Split('\n')[..^1])
        {
            exposition.Line(line);
        }

        Assert.All(exposition.Families, f => Assert.True(f.Type is not null && f.Help is not null, f.Name));
        return exposition;
    }

    public Family Named(string name) => families.TryGetValue(name, out var family)
        ? family
        : throw new XunitException($"No {name} among {string.Join(", ", families.Keys)}");

    /// <summary>A family's samples as "label=value,… number", in their order.</summary>
    public IEnumerable<string> Samples(string name) => families.TryGetValue(name, out var family)
        ? family.Samples.Select(s => s.Key + " " + s.Value.ToString(CultureInfo.InvariantCulture))
        : [];

    void Line(string line)
    {
        if (Comment().Match(line) is { Success: true } comment)
        {
            var family = Opened(comment.Groups["name"].Value);
            Assert.True(family.Samples.Count == 0, $"{line} stands behind samples");
            if (comment.Groups["kind"].Value == "TYPE")
            {
                Assert.True(family.Type is null, $"{line} stands twice");
                family.Type = comment.Groups["text"].Value;
                Assert.Contains(family.Type, (string[])["counter", "gauge", "histogram", "summary", "untyped"]);
            }
            else
            {
                Assert.True(family.Help is null, $"{line} stands twice");
                family.Help = comment.Groups["text"].Value;
            }

            return;
        }

        // since 0.0.4 any other comment is one, and none is written here
        var sample = Sample().Match(line);
        Assert.True(sample.Success && current is not null, $"no sample: {line}");
        var name = sample.Groups["name"].Value;
        string[] suffixes = current.Type == "histogram" ? ["_bucket", "_sum", "_count"] : [""];
        Assert.Contains(name, suffixes.Select(suffix => current.Name + suffix));
        var labels = Label().Matches(sample.Groups["labels"].Value)
            .Select(m => (Name: m.Groups["name"].Value, Value: Unescape(m.Groups["value"].Value)))
            .ToList();
        Assert.Equal(labels.Select(l => l.Name).Distinct(), labels.Select(l => l.Name));
        var key = (name == current.Name ? "" : name + " ") + string.Join(',', labels.Select(l => $"{l.Name}={l.Value}"));
        var value = double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture);
        Assert.True(current.Samples.TryAdd(key, value), $"{line} stands twice");
        current.Labels.UnionWith(labels.Select(l => l.Name));
    }

    Family Opened(string name)
    {
        if (current?.Name != name)
        {
            Assert.True(families.TryAdd(name, current = new Family(name)), $"{name} is in two places");
        }

        return current;
    }

    static string Unescape(string value) => Escaped().Replace(value, m => m.Value switch { "\\n" => "\n", "\\\"" => "\"", _ => "\\" });

    [GeneratedRegex("""^# (?<kind>TYPE|HELP) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.+)$""")]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)"""
        + """(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*"(,(?=[^}]))?)*)\})?"""
        + """ (?<value>[-+0-9.eE]+|NaN|[-+]Inf)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)"(,|$)""")]
    private static partial Regex Label();

    [GeneratedRegex("""\\["\\n]""")]
    private static partial Regex Escaped();

    public sealed record Family(string Name)
    {
        public string? Type { get; set; }

        public string? Help { get; set; }

        public Dictionary<string, double> Samples { get; } = [];

        public SortedSet<string> Labels { get; } = new(StringComparer.Ordinal);
    }
}
