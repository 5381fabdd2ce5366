using System.Collections.Immutable;
using Wire;

namespace Dashboard.Nodes;

/// <summary>One hosted node as its files say: <c>zk1/zoo.cfg</c> or <c>kafka0/server.properties</c> in the data directory.</summary>
/// <param name="Port">Where clients connect.</param>
/// <param name="OtherPorts">Where the other nodes do, and what else it listens on.</param>
/// <param name="IsVoter">It has a vote in the KRaft quorum.</param>
/// <param name="StorageId">The cluster's id that its storage is formatted with before its first start (KRaft); null: it needs none.</param>
sealed record NodeFiles(
    string Name, NodeKind Kind, int Id, int Port, string ConfigFile, ImmutableArray<int> OtherPorts, bool IsVoter = false,
    string? StorageId = null)
{
    public string Home => Path.GetDirectoryName(ConfigFile)!;

    /// <summary>Where its logs are, when it is one of Kafka's.</summary>
    public string Logs => LogsIn(Home);

    /// <summary>What every node of a KRaft cluster has beside the replicas.</summary>
    public const string MetadataLog = "__cluster_metadata-0";

    /// <summary>
    /// Its storage says whose it is. An id without the cluster's, or neither, is what formatting leaves on a full disk: Kafka takes such
    /// storage for formatted, and never starts on it. With a log of metadata it is left to Kafka to judge: there is something to lose.
    /// </summary>
    public bool IsFormatted => File.Exists(MetaProperties) && (Directory.Exists(Path.Combine(Logs, MetadataLog)) || SaysWhose());

    /// <summary>So that storage which is not <see cref="IsFormatted"/> can be formatted again: what is half done would be kept.</summary>
    /// <exception cref="IOException">It cannot be deleted.</exception>
    public void ForgetHalfFormat()
    {
        if (Directory.Exists(Logs))
        {
            File.Delete(MetaProperties);
        }
    }

    /// <summary>
    /// A node of KRaft whose storage is another cluster's comes up, and is refused by the controllers for as long as it runs.
    /// </summary>
    /// <exception cref="NodeProcessException">It is: says of which.</exception>
    public void RequireOfCluster(string cluster)
    {
        if (ReadCluster() is { } stored && stored != cluster)
        {
            throw new NodeProcessException(CodedText.Of(
                "StorageOfOtherCluster",
                $"{MetaProperties} is of the cluster {stored}, and this is {cluster}: put its own data back, or, where each of "
                + $"its partitions has another replica, empty the directory, and it copies them."));
        }
    }

    /// <summary>The id of the cluster that its storage is of; null before that was written, and while it cannot be read.</summary>
    public string? StoredCluster
    {
        get
        {
            try
            {
                return File.Exists(MetaProperties) ? ReadCluster() : null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Which cluster brokers are, by what is stored: that of most of them, since one may have been given another one's data. Null where
    /// that is not clear.
    /// </summary>
    public static string? ClusterOf(IEnumerable<string?> stored)
    {
        var ids = stored.OfType<string>().GroupBy(id => id).OrderByDescending(same => same.Count()).ToList();
        return ids.Count == 1 || (ids.Count > 1 && ids[0].Count() > ids[1].Count()) ? ids[0].Key : null;
    }

    string? ReadCluster()
    {
        const string key = "cluster.id=";
        return File.ReadLines(MetaProperties).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Trim();
    }

    string MetaProperties => Path.Combine(Logs, "meta.properties");

    bool SaysWhose()
    {
        var lines = File.ReadAllLines(MetaProperties);
        return lines.Contains($"node.id={Id}") && lines.Any(line => line.StartsWith("cluster.id=", StringComparison.Ordinal));
    }

    public static string LogsIn(string home) => Path.Combine(home, "logs");
}
