namespace Dashboard.Components.Features.Configs;

/// <summary>Topic settings by what they are about, and the values that they are usually given. Of Kafka 2.3 to 4.3.</summary>
static class ConfigCatalog
{
    /// <summary>What is in none of the groups: newer than this list.</summary>
    public const string Other = "other";

    /// <summary>In the order of the page.</summary>
    static readonly (string Group, string[] Names)[] groups =
    [
        ("keep", ["cleanup.policy", "retention.ms", "retention.bytes", "file.delete.delay.ms"]),
        ("segments",
        [
            "segment.bytes", "segment.ms", "segment.jitter.ms", "segment.index.bytes", "index.interval.bytes", "preallocate",
        ]),
        ("compaction", ["min.cleanable.dirty.ratio", "min.compaction.lag.ms", "max.compaction.lag.ms", "delete.retention.ms"]),
        ("messages",
        [
            "max.message.bytes", "compression.type", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level",
            "message.timestamp.type", "message.timestamp.before.max.ms", "message.timestamp.after.max.ms",
            "message.timestamp.difference.max.ms", "message.format.version", "message.downconversion.enable",
        ]),
        ("copies",
        [
            "min.insync.replicas", "unclean.leader.election.enable", "leader.replication.throttled.replicas",
            "follower.replication.throttled.replicas", "flush.messages", "flush.ms",
        ]),
        ("remote",
        [
            "remote.storage.enable", "local.retention.ms", "local.retention.bytes", "remote.log.copy.disable",
            "remote.log.delete.on.disable",
        ]),
    ];

    static readonly Dictionary<string, (string Group, int At)> places = groups
        .SelectMany(group => group.Names, (group, name) => (group.Group, name))
        .Select((one, at) => (one.Group, one.name, at))
        .ToDictionary(one => one.name, one => (one.Group, one.at));

    static readonly Dictionary<string, string[]> choices = new()
    {
        ["cleanup.policy"] = ["delete", "compact", "compact,delete"],
        ["compression.type"] = ["producer", "uncompressed", "gzip", "snappy", "lz4", "zstd"],
        ["message.timestamp.type"] = ["CreateTime", "LogAppendTime"],
        ["message.downconversion.enable"] = ["true", "false"],
        ["preallocate"] = ["true", "false"],
        ["remote.log.copy.disable"] = ["true", "false"],
        ["remote.log.delete.on.disable"] = ["true", "false"],
        ["remote.storage.enable"] = ["true", "false"],
        ["unclean.leader.election.enable"] = ["true", "false"],
    };

    static readonly Dictionary<string, string[]> presets = new()
    {
        ["retention.ms"] = ["1 h", "1 d", "3 d", "7 d", "30 d", "unlimited"],
        ["retention.bytes"] = ["1 GiB", "10 GiB", "100 GiB", "unlimited"],
        ["segment.bytes"] = ["128 MiB", "512 MiB", "1 GiB"],
        ["segment.ms"] = ["1 h", "1 d", "7 d"],
        ["max.message.bytes"] = ["1 MiB", "4 MiB", "16 MiB"],
        ["delete.retention.ms"] = ["1 h", "1 d", "7 d"],
    };

    public static IEnumerable<string> Groups => groups.Select(group => group.Group).Append(Other);

    public static IEnumerable<string> Names => places.Keys;

    public static string GroupOf(string name) => places.TryGetValue(name, out var place) ? place.Group : Other;

    /// <summary>Its place among all of them.</summary>
    public static int Order(string name) => places.TryGetValue(name, out var place) ? place.At : int.MaxValue;

    /// <summary>All the values it can have; null where they are not a few words.</summary>
    public static IReadOnlyList<string>? Choices(string name) => choices.GetValueOrDefault(name);

    /// <summary>Values that are often given, as they are typed.</summary>
    public static IReadOnlyList<string> Presets(string name) => presets.GetValueOrDefault(name) ?? [];
}
