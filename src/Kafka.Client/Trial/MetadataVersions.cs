namespace Kafka.Client.Trial;

/// <summary>Names of the levels of metadata.version (Kafka's MetadataVersion): which release a cluster's metadata is of.</summary>
public static class MetadataVersions
{
    /// <summary>The name of the feature in ApiVersions (KIP-584, KIP-778).</summary>
    public const string Feature = "metadata.version";

    /// <summary>The first level that is named here, of the release in which KRaft became ready for production.</summary>
    const int First = 4;

    /// <summary>Of levels 4, 5, ….</summary>
    static readonly string[] names =
    [
        "3.3-IV0", "3.3-IV1", "3.3-IV2", "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2",
        "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3", "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3",
        "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
    ];

    /// <summary>"4.3-IV0"; null for a level that is not known here.</summary>
    public static string? Name(int level) => level >= First && level - First < names.Length ? names[level - First] : null;

    /// <summary>"4.3"; "4.3+" for a level that is newer than all that are known here, null for one that is older.</summary>
    public static string? Release(int level) =>
        level >= First + names.Length ? ReleaseOf(names[^1]) + "+"
        : Name(level) is { } name ? ReleaseOf(name)
        : null;

    static string ReleaseOf(string name) => name[..name.IndexOf('-')];
}
