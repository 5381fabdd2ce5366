using System.Collections.Frozen;
using Dashboard.Monitoring;
using Wire;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Dashboard.Clusters;

/// <summary>
/// The form of clusters.yaml: <c>clusters:</c> is a list of entries, each with <c>id</c> and <c>kafka</c> or <c>zookeeper</c>; all fields
/// are in <see cref="WrittenDefinition"/>. Values are text, whatever YAML would take them for: a password may be 0123.
/// </summary>
static class ClustersYaml
{
    const int MostBytes = 1 << 20;

    /// <summary>Sections that others read: who may what, and what is written where.</summary>
    static readonly FrozenSet<string> others = FrozenSet.Create("access", "masks", "audit");

    public static ClustersDocument Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                return Wrong(path, CodedText.Of("YamlTooLong", $"{path}: longer than 1 MiB."));
            }

            using var reader = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            var (problems, unknown) = (new List<CodedText>(), new List<CodedText>());
            var entries = Entries(path, yaml, problems, unknown).ToList();
            var read = ClusterList.Of(entries, DefinitionSource.File, unknown);
            return new ClustersDocument(path, read with { Problems = [.. problems, .. read.Problems] })
            {
                Files = [.. entries.SelectMany(entry => entry.Files)],
                Root = yaml.Documents is [{ RootNode: YamlMappingNode root }, ..] ? root : null,
                IsYaml = yaml.Documents is not [var first, ..] || first.RootNode is YamlMappingNode || IsNull(first.RootNode),
            };
        }
        catch (YamlException e)
        {
            // an alias that is none is most likely a password, which must not be quoted
            var why = e is AnchorNotFoundException
                ? CodedText.Of("YamlAlias", $"a value that begins with * stands in quotes.")
                : CodedText.Plain(e.Message);
            return Wrong(path, CodedText.Of("NoYaml", $"{ClientConfigFile.Place(path, e.Start.Line)}: no YAML: {why}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Wrong(path, CodedText.Of("ConfigUnread", $"{path}: it cannot be read: {e.Message}"));
        }
    }

    static ClustersDocument Wrong(string path, CodedText problem) => new(path, ClusterList.Empty with { Problems = [problem] });

    static IEnumerable<WrittenDefinition> Entries(string path, YamlStream yaml, List<CodedText> problems, List<CodedText> unknown)
    {
        if (yaml.Documents is not [var document, ..] || IsNull(document.RootNode))
        {
            yield break;
        }

        if (document.RootNode is not YamlMappingNode root)
        {
            problems.Add(CodedText.Of("YamlBegins", $"{Place(path, document.RootNode)}: the file begins with \"clusters:\"."));
            yield break;
        }

        foreach (var (key, value) in root.Children)
        {
            if (key is YamlScalarNode { Value: { } section } && others.Contains(section))
            {
                continue;
            }

            if (key is not YamlScalarNode { Value: "clusters" })
            {
                unknown.Add(CodedText.Of("YamlKey", $"{Place(path, key)}: {key.ToString()}: no such key; it is passed over."));
            }
            else if (value is YamlSequenceNode list)
            {
                foreach (var entry in list.Children)
                {
                    yield return Entry(path, entry, unknown);
                }
            }
            else if (!IsNull(value))
            {
                problems.Add(CodedText.Of("YamlList", $"{Place(path, value)}: clusters: a list is expected, \"- id: …\"."));
            }
        }
    }

    static WrittenDefinition Entry(string path, YamlNode node, List<CodedText> unknown)
    {
        var written = new WrittenDefinition(Place(path, node), Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (node is not YamlMappingNode fields)
        {
            return written;
        }

        foreach (var (key, value) in fields.Children.Where(field => !IsNull(field.Value)))
        {
            var (name, where) = ((key as YamlScalarNode)?.Value ?? "", Place(path, key));
            if (WrittenDefinition.Maps.Contains(name))
            {
                Map(path, written, name, where, value);
            }
            else if (DecodingYaml.Sections.Contains(name))
            {
                DecodingYaml.Read(path, written, name, value);
            }
            else if (!WrittenDefinition.Plain.Contains(name))
            {
                unknown.Add(CodedText.Of("ClusterNoField", $"{where}: {name}: no such field of a cluster; it is passed over."));
            }
            else if (value is YamlScalarNode { Value: { } text })
            {
                written.Set(name, text, where);
            }
            else
            {
                written.Refuse(name, CodedText.Of("OneValue", $"one value is expected."), where);
            }
        }

        return written;
    }

    static void Map(string path, WrittenDefinition written, string map, CodedText where, YamlNode node)
    {
        if (node is not YamlMappingNode entries)
        {
            written.Refuse(map, CodedText.Of("NamesAndValues", $"names and values are expected."), where);
            return;
        }

        foreach (var (key, value) in entries.Children)
        {
            if (key is YamlScalarNode { Value: { } name } && value is YamlScalarNode scalar)
            {
                written.Set(map, name, scalar.Value ?? "", Place(path, key));
            }
            else
            {
                written.Refuse(map, CodedText.Of("NameAndValue", $"each is a name and one value."), Place(path, key));
            }
        }
    }

    /// <summary>Nothing, as YAML writes it.</summary>
    public static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    public static CodedText Place(string path, YamlNode node) => ClientConfigFile.Place(path, node.Start.Line);
}
