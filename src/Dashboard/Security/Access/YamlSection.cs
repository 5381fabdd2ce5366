using System.Collections.Immutable;
using Dashboard.Clusters;
using Wire;
using YamlDotNet.RepresentationModel;

namespace Dashboard.Security.Access;

/// <summary>A node of clusters.yaml that is read strictly: whatever is not of the form asked for is reported with its place.</summary>
sealed class YamlSection
{
    readonly string path;
    readonly string name;
    readonly YamlNode node;
    readonly List<CodedText> problems;

    YamlSection(string path, string name, YamlNode node, List<CodedText> problems) =>
        (this.path, this.name, this.node, this.problems) = (path, name, node, problems);

    /// <summary>"clusters.yaml line 12".</summary>
    public CodedText Place => ClustersYaml.Place(path, node);

    /// <summary>The whole file.</summary>
    public static YamlSection Of(ClustersDocument document, List<CodedText> problems) =>
        new(document.FilePath, "", document.Root ?? new YamlMappingNode(), problems);

    public void Refuse(CodedText message) => problems.Add(CodedText.Of("ClusterField", $"{Place}: {message}"));

    public T? Refuse<T>(CodedText message)
        where T : class
    {
        Refuse(message);
        return null;
    }

    /// <summary>Names and what stands there; what is empty is left out.</summary>
    /// <param name="known">All there may be; none: any.</param>
    public IEnumerable<(string Name, YamlSection Section)> Fields(params string[] known)
    {
        if (node is not YamlMappingNode map)
        {
            if (!ClustersYaml.IsNull(node))
            {
                Refuse(CodedText.Of("SectionMap", $"{name}: names and values are expected."));
            }

            yield break;
        }

        foreach (var (key, value) in map.Children)
        {
            var field = (key as YamlScalarNode)?.Value ?? "";
            if (known.Length > 0 && !known.Contains(field))
            {
                problems.Add(CodedText.Of(
                    "SectionKey", $"{ClustersYaml.Place(path, key)}: {field}: no such key; there are {string.Join(", ", known)}."));
            }
            else if (!ClustersYaml.IsNull(value))
            {
                yield return (field, new YamlSection(path, field, value, problems));
            }
        }
    }

    /// <summary>Keys that are nearly one of these.</summary>
    public void RefuseMisspelt(params string[] names)
    {
        foreach (var key in (node as YamlMappingNode)?.Children.Keys.OfType<YamlScalarNode>() ?? [])
        {
            if (key.Value is { } written && names.FirstOrDefault(name => IsNearly(name, written)) is { } meant)
            {
                problems.Add(CodedText.Of(
                    "SectionMeant", $"{ClustersYaml.Place(path, key)}: {written}: no such key; {meant} is one."));
            }
        }
    }

    /// <summary>In another case, or with one letter too many, missing or another.</summary>
    static bool IsNearly(string name, string written)
    {
        if (name == written)
        {
            return false;
        }

        written = written.ToLowerInvariant();
        var same = name.AsSpan().CommonPrefixLength(written);
        var (a, b) = (name[same..], written[same..]);
        return a == b || (a.Length > 0 && a[1..] == b) || (b.Length > 0 && b[1..] == a)
            || (a.Length > 0 && b.Length > 0 && a[1..] == b[1..]);
    }

    /// <summary>The entries of a list.</summary>
    public IEnumerable<YamlSection> Items(int most)
    {
        if (node is not YamlSequenceNode list)
        {
            Refuse(CodedText.Of("SectionList", $"{name}: a list is expected."));
            return [];
        }

        if (list.Children.Count > most)
        {
            Refuse(CodedText.Of("SectionRoom", $"{name}: there is room for {most}."));
        }

        return list.Children.Take(most).Select(item => new YamlSection(path, name, item, problems));
    }

    /// <summary>One value; null when it is something else, which is reported.</summary>
    public string? Text() => node is YamlScalarNode { Value: { } text }
        ? text
        : Refuse<string>(CodedText.Of("SectionValue", $"{name}: one value is expected."));

    /// <summary>A list of values, or one alone.</summary>
    public ImmutableArray<string> Texts()
    {
        if (node is YamlScalarNode { Value: { } one })
        {
            return [one];
        }

        if (node is YamlSequenceNode { Children.Count: > 0 } list && list.Children.All(item => item is YamlScalarNode { Value: not null }))
        {
            return [.. list.Children.Select(item => ((YamlScalarNode)item).Value!)];
        }

        Refuse(CodedText.Of("SectionValues", $"{name}: a list of values is expected."));
        return [];
    }
}
