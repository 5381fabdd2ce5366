using System.Text.RegularExpressions;
using Wire;

namespace Dashboard.Nodes.Apache;

/// <summary>
/// Why a server ended, and the way out, where its last words are those of a fault that people meet: data that is another release's, another
/// node's or another cluster's, a heap that is too small. Found by words that Kafka 3.3 to 4.3 and ZooKeeper 3.5 to 3.9 have; the words
/// themselves stay beside it.
/// </summary>
static partial class KnownEndings
{
    /// <summary>Null: it is none of them.</summary>
    /// <param name="server">The release that ended: "Kafka 3.9.2".</param>
    public static CodedText? Of(string words, string server)
    {
        var said = words.TrimEnd('.');
        return MetadataVersion.IsMatch(words)
            ? CodedText.Of(
                "DataOfLaterRelease",
                $"Its data was written by a later release, which {server} cannot read: give the directory of that release or a later one "
                + $"(--kafka-home), or other data (--data DIR). It says: {said}.")
        : StoredNode.Match(words) is { Success: true } node
            ? CodedText.Of(
                "DataOfOtherNode",
                $"{node.Groups["file"].Value} is of node {node.Groups["stored"].Value}, and this is node "
                + $"{node.Groups["configured"].Value}: put its own data back, or, where each of its partitions has another replica, "
                + $"empty the directory, and it copies them. It says: {said}.")
        : OtherCluster.IsMatch(words)
            ? CodedText.Of(
                "DataOfOtherCluster",
                $"Its data is of another cluster than the one it was to join: the data of the ensemble or the controllers was replaced, or "
                + $"that of this node. Put the data that belongs together back, or host other data (--data DIR). It says: {said}.")
        : CoordinatorData.IsMatch(words)
            ? CodedText.Of(
                "CoordinatorDataBroken",
                $"Its snapshots and logs do not fit together: files are missing, or were put there from elsewhere. While a majority of the "
                + $"others runs, empty its version-2 directory and it copies their state; else put a backup back. It says: {said}.")
        : OutOfMemory.IsMatch(words)
            ? CodedText.Of(
                "HeapTooSmall",
                $"Its heap is too small for what it does: give it more (--kafka-heap, --zookeeper-heap). It says: {said}.")
        : null;
    }

    [GeneratedRegex("No MetadataVersion with feature level|does not support finalized version|Unsupported metadata.version")]
    private static partial Regex MetadataVersion { get; }

    [GeneratedRegex(@"Stored node id (?<stored>\d+) doesn't match previous node id (?<configured>\d+) in (?<file>\S+?)\.(\s|$)")]
    private static partial Regex StoredNode { get; }

    [GeneratedRegex(@"doesn't match stored clusterId|Invalid cluster\.id in|INCONSISTENT_CLUSTER_ID|InconsistentClusterIdException")]
    private static partial Regex OtherCluster { get; }

    [GeneratedRegex("No snapshot found, but there are log entries|epoch, [0-9a-f]+, is older than|Unable to load database on disk")]
    private static partial Regex CoordinatorData { get; }

    // not of threads or mapped memory, which a larger heap leaves less for
    [GeneratedRegex("OutOfMemoryError: (Java heap space|GC overhead limit exceeded)")]
    private static partial Regex OutOfMemory { get; }
}
