using System.Collections.Frozen;
using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Components.Features.Clusters;

/// <summary>
/// A client's properties as the text that its file has, which stays as it is typed: comments, order and spelling. A value that is set takes
/// the place of its line, or comes at the end; of several alike the last counts, as with Java.
/// </summary>
public sealed class PropertyLines
{
    IReadOnlyList<Property> entries = [];
    string text = "";

    public string Text
    {
        get => text;
        set
        {
            text = value;
            try
            {
                (entries, Fault) = (Properties.Parse(Lines()), null);
            }
            catch (PropertiesException e)
            {
                // the fields keep what they read last, until the line is whole
                Fault = e.Told;
            }
        }
    }

    /// <summary>Why the text cannot be read; null while it can.</summary>
    public CodedText? Fault { get; private set; }

    /// <summary>What stands as <see cref="ClusterDefinition.KeepSecret"/> cannot be decrypted, and has to be entered anew.</summary>
    public bool IsLocked { get; private init; }

    public IEnumerable<string> Names => entries.Select(e => e.Key).Distinct(StringComparer.Ordinal);

    /// <summary>Null: there is none. Setting nothing takes the line out.</summary>
    public string? this[string key]
    {
        get => entries.LastOrDefault(e => e.Key == key)?.Trimmed;
        set
        {
            var before = entries.Where(e => e.Key == key).ToArray();
            var lines = Lines().ToList();
            foreach (var entry in before.Reverse())
            {
                lines.RemoveRange(entry.Line - 1, LinesOf(lines, entry));
            }
            if (!string.IsNullOrEmpty(value))
            {
                var end = lines is [.., ""] ? lines.Count - 1 : lines.Count;
                lines.Insert(before is [var first, ..] ? first.Line - 1 : end, Properties.Line(key, value));
            }
            Text = string.Join('\n', lines);
        }
    }

    public static PropertyLines Of(IEnumerable<KeyValuePair<string, string>> properties, bool isLocked = false)
    {
        var lines = properties.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Properties.Line(p.Key, p.Value));
        return new() { Text = string.Join('\n', lines), IsLocked = isLocked };
    }

    /// <param name="field">What the text is called in a definition.</param>
    /// <exception cref="ClusterDefinitionException">The text cannot be read.</exception>
    public FrozenDictionary<string, string> Read(string field)
    {
        if (Fault is not null)
        {
            throw new ClusterDefinitionException(field, Fault);
        }
        return entries.GroupBy(e => e.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(e => e.Key, e => e.Last().Trimmed, StringComparer.Ordinal);
    }

    string[] Lines() => text.ReplaceLineEndings("\n").Split('\n');

    /// <summary>It goes on below each line that ends with an odd number of '\'.</summary>
    static int LinesOf(List<string> lines, Property entry)
    {
        var end = entry.Line - 1;
        while (end + 1 < lines.Count && (lines[end].Length - lines[end].TrimEnd('\\').Length) % 2 == 1)
        {
            end++;
        }
        return end - entry.Line + 2;
    }
}
