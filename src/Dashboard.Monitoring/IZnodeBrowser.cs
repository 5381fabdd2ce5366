using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>Lazily loaded, live znodes. What is open is watched; what nobody looks at is not.</summary>
public interface IZnodeBrowser
{
    /// <summary>The chroot of Kafka within the ensemble ("/kafka"), "" for none. Paths here are absolute in the ensemble, from "/".</summary>
    string Chroot { get; }

    /// <summary>Reads one znode with its children's names, once.</summary>
    /// <exception cref="ZnodeException">Missing, not authorised, no connection: in ZooKeeper's words.</exception>
    Task<ZnodeView> ReadAsync(string path, CancellationToken cancellation);

    /// <summary>The znode now and after every change (data, children, deletion), until cancelled. Watches, not polling.</summary>
    IAsyncEnumerable<Section<ZnodeView>> WatchAsync(string path, CancellationToken cancellation);
}

/// <param name="Data">At most 1 MB.</param>
/// <param name="Children">Names, ordinal order.</param>
/// <param name="Exists">False after a deletion: the rest is what it was last.</param>
/// <param name="Meaning">What it is to Kafka, null when nothing known.</param>
public sealed record ZnodeView(
    string Path, ImmutableArray<byte> Data, ZnodeStat Stat, ImmutableArray<ZnodeAcl> Acl, ImmutableArray<string> Children, bool Exists, ZnodeMeaning? Meaning);

public sealed record ZnodeStat(
    long Czxid, long Mzxid, DateTimeOffset Ctime, DateTimeOffset Mtime, int Version, int Cversion, int Aversion, long EphemeralOwner, int DataLength, int NumChildren, long Pzxid);

/// <param name="Permissions">ZooKeeper's letters: "cdrwa".</param>
public sealed record ZnodeAcl(string Scheme, string Id, string Permissions);

/// <summary>Kafka's meaning of a znode. Text is made from the resource key "Znode_" + Kind and the arguments.</summary>
/// <param name="Kind">"PartitionState" ("partition {0} of {1}: leader {2}, ISR {3}"), "Broker", "Controller", "Topic", "TopicConfig", …</param>
/// <param name="Href">Relative to the cluster's address, null without a page.</param>
public sealed record ZnodeMeaning(string Kind, ImmutableArray<string> Arguments, string? Href);

/// <param name="code">ZooKeeper's constant name: "NONODE".</param>
public sealed class ZnodeException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
