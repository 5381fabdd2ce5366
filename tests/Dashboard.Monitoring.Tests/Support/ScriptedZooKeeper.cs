using System.Text;
using Wire;
using ZooKeeper.Client.Tests;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace Dashboard.Monitoring.Tests.Support;

/// <summary>
/// A server with the znodes that a test gives it. It tells watchers of what changes here:
/// all of it, as a persistent recursive watch would, or once.
/// </summary>
sealed class ScriptedZooKeeper : IAsyncDisposable
{
    readonly FakeServer server = new();
    readonly CancellationTokenSource stopping = new();
    readonly Dictionary<string, (byte[] Data, long Created)> znodes = new() { ["/"] = ([], 0) };
    readonly HashSet<string> persistent = [], once = [];
    readonly List<FakePeer> peers = [];
    readonly List<Task> serving = [];
    readonly Lock gate = new();
    readonly Task accepting;
    long lastSession = 76;

    public ScriptedZooKeeper() => accepting = AcceptAsync();

    public string Address => server.Address;

    /// <summary>What is refused, by operation and path.</summary>
    public Func<OpCode, string, ZooKeeperError> Refuse { get; set; } = (_, _) => ZooKeeperError.Ok;

    /// <summary>Operations with their paths, in order.</summary>
    public List<(OpCode Code, string Path)> Asked { get; } = [];

    public int Count(OpCode code, string path)
    {
        lock (gate)
        {
            return Asked.Count(a => a == (code, path));
        }
    }

    /// <summary>Creates or changes a znode, and its parents.</summary>
    public void Set(string path, string data = "", long created = 1_700_000_000_000)
    {
        lock (gate)
        {
            for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                znodes.TryAdd(path[..slash], ([], created));
            }

            var isNew = !znodes.ContainsKey(path);
            znodes[path] = (Encoding.UTF8.GetBytes(data), created);
            Fire(isNew ? WatchEventType.NodeCreated : WatchEventType.NodeDataChanged, path);
        }
    }

    public void Delete(string path)
    {
        lock (gate)
        {
            znodes.Remove(path);
            Fire(WatchEventType.NodeDeleted, path);
        }
    }

    /// <summary>Ends all connections; the sessions can be taken up again.</summary>
    public void Cut()
    {
        lock (gate)
        {
            peers.ForEach(p => p.Dispose());
            peers.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        server.Dispose();
        Cut();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            while (!server.HasPending)
            {
                await Task.Delay(5, stopping.Token);
            }

            var peer = await server.AcceptAsync();
            serving.Add(ServeAsync(peer));
        }
    }

    async Task ServeAsync(FakePeer peer)
    {
        var hello = await peer.ReadHelloAsync();
        lock (gate)
        {
            peers.Add(peer);
            peer.Welcome(hello.SessionId != 0 ? hello.SessionId : ++lastSession);
        }

        while (!stopping.IsCancellationRequested)
        {
            var request = await peer.ReadAsync();
            lock (gate)
            {
                Answer(peer, request);
            }
        }
    }

    void Answer(FakePeer peer, FakeRequest request)
    {
        var reader = new WireReader(request.Body);
        var (path, watch) = request.Code switch
        {
            OpCode.GetData => GetDataRequest.Read(ref reader) is var r ? (r.Path!, r.Watch) : default,
            OpCode.Exists => ExistsRequest.Read(ref reader) is var r ? (r.Path!, r.Watch) : default,
            OpCode.GetChildren => GetChildrenRequest.Read(ref reader) is var r ? (r.Path!, r.Watch) : default,
            OpCode.GetChildren2 => GetChildren2Request.Read(ref reader) is var r ? (r.Path!, r.Watch) : default,
            OpCode.GetAcl => (GetACLRequest.Read(ref reader).Path!, false),
            OpCode.AddWatch => (AddWatchRequest.Read(ref reader).Path!, false),
            OpCode.RemoveWatches => (RemoveWatchesRequest.Read(ref reader).Path!, false),
            _ => ("", false),
        };
        Asked.Add((request.Code, path));
        if (Refuse(request.Code, path) is var refusal and not ZooKeeperError.Ok)
        {
            peer.Answer(request.Xid, null, refusal);
            return;
        }

        if (request.Code == OpCode.CloseSession)
        {
            peer.Answer(request.Xid);
            peer.Dispose();
            return;
        }

        if (request.Code == OpCode.AddWatch)
        {
            persistent.Add(path);
            peer.Answer(request.Xid);
            return;
        }

        if (watch)
        {
            once.Add(path);
        }

        if (request.Code == OpCode.RemoveWatches)
        {
            peer.Answer(request.Xid, null, once.Remove(path) ? ZooKeeperError.Ok : ZooKeeperError.NoWatcher);
        }
        else if (!znodes.TryGetValue(path, out var znode))
        {
            peer.Answer(request.Xid, null, ZooKeeperError.NoNode);
        }
        else
        {
            peer.Answer(request.Xid, Body(request.Code, path, znode));
        }
    }

    IRecord Body(OpCode code, string path, (byte[] Data, long Created) znode)
    {
        List<string> children = [.. znodes.Keys.Where(k => k != "/" && Parent(k) == path).Select(k => k[(k.LastIndexOf('/') + 1)..])];
        var stat = new Stat
        {
            Ctime = znode.Created,
            Mtime = znode.Created,
            DataLength = znode.Data.Length,
            NumChildren = children.Count,
            Pzxid = children.Count,
        };
        return code switch
        {
            OpCode.GetData => new GetDataResponse { Data = znode.Data, Stat = stat },
            OpCode.GetChildren => new GetChildrenResponse { Children = children },
            OpCode.GetChildren2 => new GetChildren2Response { Children = children, Stat = stat },
            OpCode.GetAcl => new GetACLResponse
            {
                Acl = [new ACL { Perms = 31, Id = new Id { Scheme = "world", Value = "anyone" } }],
                Stat = stat,
            },
            _ => stat,
        };
    }

    void Fire(WatchEventType type, string path)
    {
        var parent = Parent(path);
        if (persistent.Any(p => path == p || path.StartsWith(p + "/", StringComparison.Ordinal)) || once.Remove(path))
        {
            peers.ForEach(p => p.Event(type, path));
        }

        if (type != WatchEventType.NodeDataChanged && once.Remove(parent))
        {
            peers.ForEach(p => p.Event(WatchEventType.NodeChildrenChanged, parent));
        }
    }

    static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";
}
