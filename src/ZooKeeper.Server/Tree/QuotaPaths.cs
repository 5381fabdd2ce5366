namespace ZooKeeper.Server.Tree;

/// <summary>
/// Where the nodes of a quota lie, and which paths have one (org.apache.zookeeper.Quotas and PathTrie). The quota of /a is kept in two
/// nodes below /zookeeper/quota/a: the limits, which clients write, and the stats, which every server counts for itself. Owned by its tree.
/// </summary>
sealed class QuotaPaths
{
    public const string LimitName = "zookeeper_limits";
    public const string StatName = "zookeeper_stats";

    readonly HashSet<string> paths = [];

    public static string LimitNode(string path) => $"{SpecialPaths.Quota}{path}/{LimitName}";

    public static string StatNode(string path) => $"{SpecialPaths.Quota}{path}/{StatName}";

    /// <summary>
    /// Whose quota a node is kept in whose parent is this; null for one that is not below /zookeeper/quota. Empty for the root.
    /// </summary>
    public static string? Subject(string parent) =>
        parent.StartsWith(SpecialPaths.Quota, StringComparison.Ordinal) ? parent[SpecialPaths.Quota.Length..] : null;

    /// <summary>The root has no quota (Apache's server ends when one is made).</summary>
    public void Add(string path)
    {
        if (Normal(path) is { Length: > 0 } normal)
        {
            paths.Add(normal);
        }
    }

    public void Remove(string path) => paths.Remove(Normal(path));

    public void Clear() => paths.Clear();

    /// <summary>The longest path with a quota that is the node's own or above it.</summary>
    public string? Above(string path)
    {
        if (paths.Count == 0)
        {
            return null;
        }

        var normal = Normal(path);
        for (var end = normal.Length; end > 0; end = normal.LastIndexOf('/', end - 1))
        {
            if (paths.TryGetValue(normal[..end], out var found))
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Apache's tree of names leaves blank ones out.</summary>
    static string Normal(string path) =>
        string.Concat(path.Split('/').Where(name => !string.IsNullOrWhiteSpace(name)).Select(name => "/" + name));
}
