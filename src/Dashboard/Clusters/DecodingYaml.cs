using System.Collections.Frozen;
using System.Collections.Immutable;
using Dashboard.Messages.Decoding;
using Dashboard.Monitoring;
using Wire;
using YamlDotNet.RepresentationModel;

namespace Dashboard.Clusters;

/// <summary>
/// How bodies are read, of a cluster in clusters.yaml: <c>decode:</c> is a list of rules, each with <c>topics</c> (a pattern, or several)
/// and <c>key</c>, <c>value</c> or both; <c>protobuf:</c> is a path, or several.
/// </summary>
static class DecodingYaml
{
    const int MostRules = 200;
    const int MostPaths = 50;

    public static readonly FrozenSet<string> Sections = FrozenSet.Create("decode", "protobuf");

    public static void Read(string path, WrittenDefinition written, string section, YamlNode node)
    {
        var where = ClustersYaml.Place(path, node);
        if (section == "protobuf")
        {
            Paths(written, Texts(node), where);
        }
        else if (node is YamlSequenceNode list && list.Children.Count <= MostRules)
        {
            foreach (var entry in list.Children)
            {
                Rule(path, written, entry);
            }
        }
        else
        {
            written.Refuse(
                section, CodedText.Of("DecodeList", $"a list of at most {MostRules} rules is expected, \"- topics: …\"."), where);
        }
    }

    static void Paths(WrittenDefinition written, ImmutableArray<string>? paths, CodedText where)
    {
        if (paths is not { Length: > 0 and <= MostPaths })
        {
            written.Refuse("protobuf", CodedText.Of("ProtobufList", $"a path, or a list of at most {MostPaths}, is expected."), where);
            return;
        }

        foreach (var one in paths)
        {
            written.AddProtobuf(one);
        }
    }

    static void Rule(string path, WrittenDefinition written, YamlNode node)
    {
        var where = ClustersYaml.Place(path, node);
        var fields = node is YamlMappingNode mapping
            ? mapping.Children.Where(f => f.Key is YamlScalarNode).ToDictionary(f => ((YamlScalarNode)f.Key).Value ?? "", f => f.Value)
            : [];
        var unknown = fields.Keys.Except(["topics", "key", "value"]).FirstOrDefault();
        var (key, value) = (Text(fields.GetValueOrDefault("key")), Text(fields.GetValueOrDefault("value")));
        if (unknown is not null || !fields.TryGetValue("topics", out var topics) || Texts(topics) is not { Length: > 0 } patterns
            || (key is null && value is null))
        {
            written.Refuse("decode", unknown is null
                ? CodedText.Of("DecodeRule", $"a rule has topics (a pattern, or a list), and key, value or both.")
                : CodedText.Of("DecodeField", $"{unknown}: no such field of a rule; there are topics, key and value."), where);
        }
        else if (new[] { key, value }.FirstOrDefault(f => f is not null && !BodyFormats.IsChoice(f)) is { } wrong)
        {
            written.Refuse(
                "decode",
                CodedText.Of(
                    "DecodeFormat",
                    $"\"{wrong}\" is no format; there are {string.Join(", ", BodyFormats.Choices)} and {$"{BodyFormats.ProtobufOf}NAME"}."),
                where);
        }
        else
        {
            written.Add(new DecodeRule(patterns, key, value));
        }
    }

    static string? Text(YamlNode? node) => (node as YamlScalarNode)?.Value;

    static ImmutableArray<string>? Texts(YamlNode node) => node switch
    {
        YamlScalarNode { Value: { Length: > 0 } one } => [one],
        YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode { Value.Length: > 0 }) =>
            [.. list.Children.Select(c => ((YamlScalarNode)c).Value!)],
        _ => null,
    };
}
