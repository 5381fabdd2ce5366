using Dashboard.Nodes.Apache;
using Dashboard.Nodes.Processes;
using Testing;

namespace Dashboard.Nodes.Tests.Apache;

/// <summary>The words are as Kafka 3.9.2 and 4.3.0 and ZooKeeper 3.9.5 said them.</summary>
public sealed class KnownEndingsTests : IDisposable
{
    readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(
        "java.lang.IllegalArgumentException: No MetadataVersion with feature level 30",
        "which Kafka 3.9.2 cannot read: give the directory")]
    [InlineData(
        "java.lang.RuntimeException: Stored node id 5 doesn't match previous node id 0 in /d/kafka0/logs/meta.properties. Did you move it",
        "/d/kafka0/logs/meta.properties is of node 5, and this is node 0: put its own data back")]
    [InlineData(
        "kafka.common.InconsistentClusterIdException: The Cluster ID a doesn't match stored clusterId Some(b) in meta.properties.",
        "Its data is of another cluster")]
    [InlineData("java.io.IOException: No snapshot found, but there are log entries. Something is broken!", "empty its version-2 directory")]
    [InlineData("java.lang.OutOfMemoryError: Java heap space", "give it more (--kafka-heap, --zookeeper-heap)")]
    public void A_fault_that_people_meet_has_a_way_out_beside_the_servers_words(string words, string wayOut)
    {
        var told = KnownEndings.Of(words, "Kafka 3.9.2")!.English;
        Assert.Contains(wayOut, told, StringComparison.Ordinal);
        Assert.EndsWith($"It says: {words.TrimEnd('.')}.", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_words_are_left_as_they_are() => Assert.Null(KnownEndings.Of("java.net.BindException: in use", "Kafka 3.9.2"));

    [Fact]
    public void Storage_of_another_cluster_is_told_before_the_node_starts()
    {
        var node = new NodeFiles("kafka0", NodeKind.Broker, 0, 9092, directory["kafka0/server.properties"], [], StorageId: "mine");
        Directory.CreateDirectory(node.Logs);
        File.WriteAllText(Path.Combine(node.Logs, "meta.properties"), "version=1\nnode.id=0\ncluster.id=mine\n");
        node.RequireOfCluster("mine");
        var failure = Assert.Throws<NodeProcessException>(() => node.RequireOfCluster("other"));
        Assert.Contains("is of the cluster mine, and this is other", failure.Message, StringComparison.Ordinal);
    }
}
