namespace Dashboard.Monitoring.Model;

/// <summary>Names of the levels of metadata.version (Kafka's MetadataVersion): which release a cluster's metadata is of.</summary>
public static class MetadataVersions
{
    public const string Feature = "metadata.version";

    /// <summary>Of levels 7, 8, …, where KRaft became ready for production.</summary>
    static readonly string[] names =
    [
        "3.3-IV3", "3.4-IV0", "3.5-IV0", "3.5-IV1", "3.5-IV2", "3.6-IV0", "3.6-IV1", "3.6-IV2", "3.7-IV0", "3.7-IV1", "3.7-IV2", "3.7-IV3",
        "3.7-IV4", "3.8-IV0", "3.9-IV0", "4.0-IV0", "4.0-IV1", "4.0-IV2", "4.0-IV3", "4.1-IV0", "4.1-IV1", "4.2-IV0", "4.2-IV1", "4.3-IV0",
    ];

    const int First = 7;

    /// <summary>"4.3-IV0"; null for a level that is not known here.</summary>
    public static string? Name(int level) => level >= First && level - First < names.Length ? names[level - First] : null;
}
