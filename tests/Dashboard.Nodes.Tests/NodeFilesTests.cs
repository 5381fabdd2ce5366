using Testing;

namespace Dashboard.Nodes.Tests;

/// <summary>Which cluster hosted brokers are, by what is stored with them.</summary>
public sealed class NodeFilesTests
{
    [Theory]
    [InlineData(new string?[] { null, null }, null)]
    [InlineData(new[] { null, "ours", null }, "ours")]
    [InlineData(new[] { "theirs", "ours", "ours" }, "ours")] // one was given another cluster's data
    [InlineData(new[] { "theirs", "ours" }, null)]
    public void A_cluster_is_what_most_of_its_brokers_are(string?[] stored, string? cluster) =>
        Assert.Equal(cluster, NodeFiles.ClusterOf(stored));

    [Fact]
    public void A_brokers_storage_says_of_which_cluster_it_is()
    {
        using var directory = new TempDirectory();
        var node = new NodeFiles("kafka0", NodeKind.Broker, 0, 9092, directory["kafka0/server.properties"], []);
        Assert.Null(node.StoredCluster);
        Directory.CreateDirectory(node.Logs);
        File.WriteAllText(Path.Combine(node.Logs, "meta.properties"), "#\n#today\nbroker.id=0\nversion=0\ncluster.id=ours\n");
        Assert.Equal("ours", node.StoredCluster);
    }
}
