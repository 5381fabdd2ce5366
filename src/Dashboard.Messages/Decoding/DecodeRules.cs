using System.Collections.Immutable;
using System.IO.Enumeration;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Decoding;

/// <summary>What a cluster's definition says of how bodies are read.</summary>
/// <param name="rules">The first that fits counts.</param>
/// <param name="protobuf">.proto files and descriptor sets, or directories of them.</param>
public sealed class DecodeRules(ImmutableArray<DecodeRule> rules, ImmutableArray<string> protobuf, TimeProvider? time = null)
{
    public static readonly DecodeRules None = new([], []);

    internal ProtobufFiles Protobuf { get; } = new(protobuf, time ?? TimeProvider.System);

    /// <summary>Null: no rule says anything of it.</summary>
    public string? FormatOf(string topic, BodyPart part)
    {
        foreach (var rule in rules)
        {
            foreach (var pattern in rule.Topics)
            {
                if (FileSystemName.MatchesSimpleExpression(pattern, topic, ignoreCase: false))
                {
                    return part == BodyPart.Key ? rule.Key : rule.Value;
                }
            }
        }

        return null;
    }
}
