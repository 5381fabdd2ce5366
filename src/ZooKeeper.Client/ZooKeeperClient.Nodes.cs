using Wire;
using ZooKeeper.Client.Session;
using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client;

/// <summary>What can be done with one znode. Versions are the ones expected, -1 is any. Paths are without the chroot.</summary>
public sealed partial class ZooKeeperClient
{
    /// <summary>
    /// Creates a node, open to every client unless an ACL is given, and returns its path: a sequential one has its suffix. Null data is not
    /// the same as none to some readers: Apache's own clients make nodes that only hold children with it.
    /// </summary>
    public async Task<string> CreateAsync(
        string path,
        ReadOnlyMemory<byte>? data,
        CreateMode mode = CreateMode.Persistent,
        IReadOnlyList<ACL>? acl = null,
        CancellationToken cancellationToken = default)
    {
        var body = CreateBody(path, data, mode, acl);
        // the answers of create2 and its kin begin with that of create
        var request = Request(mode.ToOpCode(OpCode.Create), path, body, static (ref r) => CreateResponse.Read(ref r).Path);
        var created = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return chroot.ToClient(created);
    }

    /// <summary>Create that returns the new node's Stat as well (3.5).</summary>
    public async Task<(string Path, Stat Stat)> Create2Async(
        string path,
        ReadOnlyMemory<byte>? data,
        CreateMode mode = CreateMode.Persistent,
        IReadOnlyList<ACL>? acl = null,
        CancellationToken cancellationToken = default)
    {
        var body = CreateBody(path, data, mode, acl);
        var request = Request(mode.ToOpCode(OpCode.Create2), path, body, static (ref r) => Create2Response.Read(ref r));
        var created = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return (chroot.ToClient(created.Path), created.Stat);
    }

    /// <summary>
    /// Creates a node that the server deletes when it has had no change and no children for this long (3.5; has to be enabled at the
    /// server).
    /// </summary>
    public async Task<(string Path, Stat Stat)> CreateWithTtlAsync(
        string path,
        ReadOnlyMemory<byte> data,
        TimeSpan ttl,
        bool sequential = false,
        IReadOnlyList<ACL>? acl = null,
        CancellationToken cancellationToken = default)
    {
        var body = new CreateTTLRequest
        {
            Path = ServerPath(path, sequential),
            Data = data,
            Acl = [.. acl ?? Acls.Open],
            Flags = (int)(sequential ? CreateMode.PersistentSequentialWithTtl : CreateMode.PersistentWithTtl),
            Ttl = (long)ttl.TotalMilliseconds,
        };
        var request = Request(OpCode.CreateTtl, path, body, static (ref r) => Create2Response.Read(ref r));
        var created = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        return (chroot.ToClient(created.Path), created.Stat);
    }

    /// <summary>NotEmpty while it has children; BadVersion when it has another version than the one expected.</summary>
    public Task DeleteAsync(string path, int version = -1, CancellationToken cancellationToken = default)
    {
        var body = new DeleteRequest { Path = ServerPath(path), Version = version };
        return SendAsync(Request(OpCode.Delete, path, body, static (ref _) => true), cancellationToken);
    }

    /// <summary>Null when the node does not exist; the watch then fires with its creation.</summary>
    public Task<Stat?> ExistsAsync(string path, Action<WatchEvent>? watch = null, CancellationToken cancellationToken = default)
    {
        var server = ServerPath(path);
        var request = new PendingRequest<Stat?>(OpCode.Exists, path, static (ref r) => Stat.Read(ref r))
        {
            Frame = Frames.Request(OpCode.Exists, new ExistsRequest { Path = server, Watch = watch is not null }),
            Deadline = Deadline(),
            Accepted = ZooKeeperError.NoNode,
            Watch = watch,
            // where the node is missing, the answer turns it into one for its creation
            WatchKind = WatchKind.Data,
            WatchPath = server,
        };
        return SendAsync(request, cancellationToken);
    }

    /// <summary>A node without data (null, which to ZooKeeper is not the same as empty) has an empty array here.</summary>
    public Task<(byte[] Data, Stat Stat)> GetDataAsync(
        string path, Action<WatchEvent>? watch = null, CancellationToken cancellationToken = default)
    {
        var body = new GetDataRequest { Path = ServerPath(path), Watch = watch is not null };
        return SendAsync(
            Request(OpCode.GetData, path, body, static (ref r) => Data(GetDataResponse.Read(ref r)), watch, WatchKind.Data, body.Path),
            cancellationToken);
    }

    /// <summary>The new Stat; BadVersion when it has another version than the one expected. At most some 1 MiB (jute.maxbuffer).</summary>
    public Task<Stat> SetDataAsync(
        string path, ReadOnlyMemory<byte> data, int version = -1, CancellationToken cancellationToken = default)
    {
        var body = new SetDataRequest { Path = ServerPath(path), Data = data, Version = version };
        return SendAsync(Request(OpCode.SetData, path, body, static (ref r) => Stat.Read(ref r)), cancellationToken);
    }

    /// <summary>The names of the children, in no order.</summary>
    public Task<(List<string> Children, Stat Stat)> GetChildrenAsync(
        string path, Action<WatchEvent>? watch = null, CancellationToken cancellationToken = default)
    {
        var body = new GetChildren2Request { Path = ServerPath(path), Watch = watch is not null };
        return SendAsync(
            Request(OpCode.GetChildren2, path, body, static (ref r) => Children(ref r), watch, WatchKind.Child, body.Path),
            cancellationToken);
    }

    /// <summary>
    /// The same for a parent with very many: the names as UTF-8, one after the other in no order, and where each ends. No string is made of
    /// them.
    /// </summary>
    public Task<(byte[] Utf8, int[] Ends)> GetChildNamesAsync(
        string path, Action<WatchEvent>? watch = null, CancellationToken cancellationToken = default)
    {
        var body = new GetChildrenRequest { Path = ServerPath(path), Watch = watch is not null };
        return SendAsync(
            Request(OpCode.GetChildren, path, body, static (ref r) => Names(ref r), watch, WatchKind.Child, body.Path),
            cancellationToken);
    }

    /// <summary>Who may do what with the node. Servers hide the hashes of digest entries from clients without ADMIN.</summary>
    public Task<(List<ACL> Acl, Stat Stat)> GetAclAsync(string path, CancellationToken cancellationToken = default)
    {
        var body = new GetACLRequest { Path = ServerPath(path) };
        return SendAsync(Request(OpCode.GetAcl, path, body, static (ref r) => Acl(GetACLResponse.Read(ref r))), cancellationToken);
    }

    /// <summary>The version is that of the ACL (Stat.Aversion).</summary>
    public Task<Stat> SetAclAsync(
        string path, IReadOnlyList<ACL> acl, int version = -1, CancellationToken cancellationToken = default)
    {
        var body = new SetACLRequest { Path = ServerPath(path), Acl = [.. acl], Version = version };
        return SendAsync(Request(OpCode.SetAcl, path, body, static (ref r) => Stat.Read(ref r)), cancellationToken);
    }

    /// <summary>Waits until the connected server has what the leader had committed when this was called.</summary>
    public Task SyncAsync(string path, CancellationToken cancellationToken = default) =>
        SendAsync(Request(OpCode.Sync, path, new SyncRequest { Path = ServerPath(path) }, static (ref _) => true), cancellationToken);

    PendingRequest<T> Request<T>(
        OpCode code,
        string? path,
        IRecord body,
        BodyReader<T> read,
        Action<WatchEvent>? watch = null,
        WatchKind kind = WatchKind.Data,
        string watchPath = "") =>
        new(code, path, read)
        {
            Frame = Frames.Request(code, body),
            Deadline = Deadline(),
            Watch = watch,
            WatchKind = kind,
            WatchPath = watchPath,
        };

    CreateRequest CreateBody(string path, ReadOnlyMemory<byte>? data, CreateMode mode, IReadOnlyList<ACL>? acl) => mode.IsTtl()
        ? throw new ArgumentException("A node with a time to live is made by CreateWithTtlAsync.", nameof(mode))
        : new CreateRequest { Path = ServerPath(path, mode.IsSequential()), Data = data, Acl = [.. acl ?? Acls.Open], Flags = (int)mode };

    static (byte[] Data, Stat Stat) Data(GetDataResponse answer) => (answer.Data?.ToArray() ?? [], answer.Stat);

    static (List<string> Children, Stat Stat) Children(ref WireReader reader)
    {
        var answer = GetChildren2Response.Read(ref reader);
        return (answer.Children, answer.Stat);
    }

    static (byte[] Utf8, int[] Ends) Names(ref WireReader reader)
    {
        var count = Math.Max(0, JuteCodec.ReadCount(ref reader));
        // exactly what the names take: what is left of the answer without the length before each
        var utf8 = new byte[reader.Remaining - Math.Min(reader.Remaining, count * sizeof(int))];
        var ends = new int[count];
        var end = 0;
        for (var i = 0; i < count; i++)
        {
            var name = JuteCodec.ReadBuffer(ref reader).Span;
            name.CopyTo(utf8.AsSpan(end));
            ends[i] = end += name.Length;
        }

        return (utf8, ends);
    }

    static (List<ACL> Acl, Stat Stat) Acl(GetACLResponse answer) => (answer.Acl, answer.Stat);
}
