using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>
/// What a cluster keeps in its metadata, as a tree: brokers, topics and partitions, configs, quotas, ACLs, features, SCRAM users. Read
/// through the admin API when it is opened; readings of the same branch within two seconds are one.
/// </summary>
public interface IMetadataBrowser
{
    /// <summary>Reads one place; names in the path are escaped as <see cref="MetadataPath"/> says.</summary>
    /// <returns>
    /// Null where there is no such place. A branch that cannot be read is there, with the reason as its error: no authorizer
    /// (SECURITY_DISABLED), not allowed, or not known to these brokers.
    /// </returns>
    Task<MetadataView?> ReadAsync(string path, CancellationToken cancellationToken);
}

/// <summary>One place of the tree.</summary>
/// <param name="Value">JSON; null where it only holds others, or could not be read.</param>
/// <param name="Children">In their order, at most as many as the cluster has.</param>
public sealed record MetadataView(string Path, string? Value, ImmutableArray<MetadataChild> Children, SectionError? Error);

/// <param name="Children">How many it has itself; null: not known before it is opened.</param>
public readonly record struct MetadataChild(string Name, int? Children);

/// <summary>Paths of the metadata tree: "/topics/orders/0". A slash or percent sign within a name is escaped as in addresses.</summary>
public static class MetadataPath
{
    public static string Child(string parent, string name) => $"{(parent == "/" ? "" : parent)}/{Escape(name)}";

    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    /// <summary>The last name as it is; "/" for the root.</summary>
    public static string Name(string path) => Names(path) is [.., var last] ? last : "/";

    public static string[] Names(string path) =>
        [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];

    static string Escape(string name) =>
        name.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);
}
