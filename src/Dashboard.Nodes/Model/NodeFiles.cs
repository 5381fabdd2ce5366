using System.Collections.Immutable;

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

    public bool IsFormatted => File.Exists(Path.Combine(Logs, "meta.properties"));

    public static string LogsIn(string home) => Path.Combine(home, "logs");
}
