using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace Kafka.Broker.ZooKeeper;

/// <summary>One operation of a multi.</summary>
abstract record ZkOp(string Path)
{
    public sealed record Create(string Path, ReadOnlyMemory<byte>? Data, CreateMode Mode = CreateMode.Persistent) : ZkOp(Path);

    public sealed record Set(string Path, ReadOnlyMemory<byte> Data, int Version = -1) : ZkOp(Path);

    public sealed record Delete(string Path, int Version = -1) : ZkOp(Path);

    public sealed record Check(string Path, int Version) : ZkOp(Path);
}

/// <summary>
/// What a broker needs of its ZooKeeper session; paths are below the chroot. Calls outlive lost connections: they are repeated until the
/// session is over, and a repeated write that had taken effect the first time counts as done. Refusals are ZooKeeperExceptions;
/// SessionExpired ends everything.
/// </summary>
interface IZooKeeper
{
    /// <summary>The id that this session's ephemerals carry; 0 before it is established.</summary>
    long SessionId { get; }

    /// <summary>
    /// The path made (with its number when sequential). Znodes that only hold children have null data in Kafka, not empty data.
    /// </summary>
    Task<string> CreateAsync(string path, ReadOnlyMemory<byte>? data, CreateMode mode, CancellationToken cancellationToken);

    Task DeleteAsync(string path, int version, CancellationToken cancellationToken);

    /// <summary>
    /// Null when there is no such znode (then no watch is left). <paramref name="changed"/> is called once, from the session's own loop.
    /// </summary>
    Task<ZkNode?> GetAsync(string path, Action? changed, CancellationToken cancellationToken);

    /// <summary>Null when there is no such znode; the watch is left in any case.</summary>
    Task<Stat?> ExistsAsync(string path, Action? changed, CancellationToken cancellationToken);

    /// <summary>The znode's new version.</summary>
    Task<int> SetAsync(string path, ReadOnlyMemory<byte> data, int version, CancellationToken cancellationToken);

    /// <summary>Empty when there is no such znode.</summary>
    Task<IReadOnlyList<string>> ChildrenAsync(string path, Action? changed, CancellationToken cancellationToken);

    /// <summary>All or nothing. One version per operation: of Set the new one, else 0.</summary>
    Task<IReadOnlyList<int>> MultiAsync(IReadOnlyList<ZkOp> operations, CancellationToken cancellationToken);
}

/// <summary>A znode as it was read.</summary>
sealed record ZkNode(byte[] Data, Stat Stat);

/// <summary>A session that ends: by expiry, or by its owner.</summary>
interface IZooKeeperSession : IZooKeeper, IAsyncDisposable
{
    /// <summary>What the server granted.</summary>
    TimeSpan Timeout { get; }

    /// <summary>Ends when the session is over for good.</summary>
    Task Ended { get; }

    /// <summary>Drops the connection without closing the session: ephemerals stay until it expires.</summary>
    void Abort();
}
