using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Components.Features.Groups;

/// <summary>Kafka's own words, the same in each language.</summary>
static class GroupWords
{
    /// <summary>"classic", "consumer", "share", "streams": as its tools and settings write them.</summary>
    public static string Of(GroupKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>The kind, and what its members are where they are no consumers: "classic · connect".</summary>
    public static string Kind(GroupInfo group) =>
        group is { Kind: GroupKind.Classic, ProtocolType: { Length: > 0 } type } && type != ConsumerProtocol.Type
            ? $"{Of(group.Kind)} · {type}"
            : Of(group.Kind);
}
