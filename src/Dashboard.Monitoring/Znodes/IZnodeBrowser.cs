using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dashboard.Monitoring.Model;
using Wire;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring;

/// <summary>Lazily loaded, live znodes. What is open is watched, nothing else.</summary>
public interface IZnodeBrowser
{
    /// <summary>
    /// The chroot of Kafka within the ensemble ("/kafka"), "" for none. Paths here are absolute in the ensemble, from "/".
    /// </summary>
    string Chroot { get; }

    /// <summary>Reads one znode with its children's names, once.</summary>
    /// <exception cref="ZnodeException">Missing, not authorised, no connection: in ZooKeeper's words.</exception>
    /// <param name="withChildren">False: without their names, of which there may be megabytes.</param>
    Task<ZnodeView> ReadAsync(string path, CancellationToken cancellationToken, bool withChildren = true);

    /// <summary>The stat alone, in one small request; null when there is no such znode.</summary>
    /// <exception cref="ZnodeException">As of <see cref="ReadAsync"/>.</exception>
    Task<ZnodeStat?> StatAsync(string path, CancellationToken cancellationToken);

    /// <summary>The znode now and after every change (data, children, deletion), until cancelled. Watches, not polling.</summary>
    /// <param name="withChildren">
    /// False: without their names; changes of the children are then followed only while another reader has them open.
    /// </param>
    IAsyncEnumerable<Section<ZnodeView>> WatchAsync(string path, CancellationToken cancellationToken, bool withChildren = true);
}

/// <param name="Data">At most 1 MB.</param>
/// <param name="Children">Their names; none when they were not asked for.</param>
/// <param name="Exists">False after a deletion: the rest is what it was last.</param>
/// <param name="Meaning">What it is to Kafka, null when nothing known.</param>
public sealed record ZnodeView(
    string Path,
    ImmutableArray<byte> Data,
    ZnodeStat Stat,
    ImmutableArray<ZnodeAcl> Acl,
    ChildNames Children,
    bool Exists,
    ZnodeMeaning? Meaning);

/// <param name="Ctime">Null for a time that no calendar holds.</param>
public sealed record ZnodeStat(
    long Czxid, long Mzxid, DateTimeOffset? Ctime, DateTimeOffset? Mtime,
    int Version, int Cversion, int Aversion,
    long EphemeralOwner, int DataLength, int NumChildren, long Pzxid)
{
    /// <summary>
    /// Of a session: it goes with it, and has no children. A server that does not know the extended types shows a container (the lowest
    /// number) or a time to live (0xff0000…) as owner.
    /// </summary>
    [JsonIgnore]
    public bool IsEphemeral => EphemeralOwner != 0 && EphemeralOwner != long.MinValue && (ulong)EphemeralOwner >> 40 != 0xff_0000;
}

/// <param name="Permissions">ZooKeeper's letters: "cdrwa".</param>
public sealed record ZnodeAcl(string Scheme, string Id, string Permissions);

/// <summary>Kafka's meaning of a znode. Text is made from the resource key "Znode_" + Kind and the arguments.</summary>
/// <param name="Kind">
/// "PartitionState" ("partition {0} of {1}: leader {2}, ISR {3}"), "Broker", "Controller", "Topic", "TopicConfig", …
/// </param>
/// <param name="Href">Relative to the cluster's address, null without a page.</param>
public sealed record ZnodeMeaning(string Kind, ImmutableArray<string> Arguments, string? Href);

/// <summary>A znode could not be read.</summary>
public sealed class ZnodeException(ZooKeeperError error, CodedText told) : Exception(told.English), ICodedFault
{
    public CodedText? Told { get; } = told;

    public ZooKeeperError Error { get; } = error;

    /// <summary>ZooKeeper's constant name: "NONODE".</summary>
    public string Code => Error.Name();

    /// <summary>What has to be looked at; null of what is no trouble of the connection.</summary>
    public FailureReason? Reason { get; init; }

    /// <summary>No server answered: whether there is such a znode is not known.</summary>
    public bool IsUnanswered => Error is ZooKeeperError.OperationTimeout or ZooKeeperError.ConnectionLoss or ZooKeeperError.SessionExpired;
}
