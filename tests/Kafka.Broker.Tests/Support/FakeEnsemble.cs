using Kafka.Broker.ZooKeeper;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace Kafka.Broker.Tests.Support;

/// <summary>
/// ZooKeeper in memory: znodes with versions, ephemerals, sequential names, one-time watches, multi. Sessions are expired by hand.
/// </summary>
sealed class FakeEnsemble
{
    readonly Lock gate = new();
    readonly SortedDictionary<string, Node> nodes = new(StringComparer.Ordinal) { ["/"] = new Node() };
    readonly List<(string Path, bool Children, long Session, Action Changed)> watches = [];
    long zxid;
    long lastSession = 0x1000;

    /// <summary>Called before each write with its path; may throw, or change things first.</summary>
    public Action<string>? BeforeWrite { get; set; }

    public FakeSession Connect() => new(this, Interlocked.Increment(ref lastSession));

    public string? Text(string path)
    {
        lock (gate)
        {
            return nodes.TryGetValue(path, out var node) ? System.Text.Encoding.UTF8.GetString(node.Data) : null;
        }
    }

    public IReadOnlyList<string> Children(string path)
    {
        lock (gate)
        {
            return ChildrenOf(path);
        }
    }

    public void End(long session)
    {
        List<Action> fired = [];
        lock (gate)
        {
            foreach (var path in nodes.Where(pair => pair.Value.Owner == session).Select(pair => pair.Key).ToList())
            {
                Delete(path, -1, fired);
            }

            watches.RemoveAll(watch => watch.Session == session);
        }

        fired.ForEach(changed => changed());
    }

    internal T Read<T>(Func<IReadOnlyDictionary<string, Node>, T> read)
    {
        lock (gate)
        {
            return read(nodes);
        }
    }

    internal void Watch(string path, bool children, long session, Action? changed)
    {
        if (changed is not null)
        {
            lock (gate)
            {
                watches.Add((path, children, session, changed));
            }
        }
    }

    /// <summary>All or nothing; the path made and the new version of each.</summary>
    internal List<(string Path, int Version)> Write(long session, IReadOnlyList<ZkOp> operations)
    {
        foreach (var operation in operations)
        {
            BeforeWrite?.Invoke(operation.Path);
        }

        List<Action> fired = [];
        var results = new List<(string, int)>();
        lock (gate)
        {
            var before = nodes.ToDictionary(pair => pair.Key, pair => pair.Value.Copy());
            var watchesBefore = watches.ToList();
            for (var i = 0; i < operations.Count; i++)
            {
                try
                {
                    results.Add(Apply(session, operations[i], fired));
                }
                catch (ZooKeeperException e)
                {
                    nodes.Clear();
                    foreach (var (path, node) in before)
                    {
                        nodes[path] = node;
                    }

                    watches.Clear();
                    watches.AddRange(watchesBefore);
                    throw operations.Count == 1 ? e : new ZooKeeperException(e.Code, e.Path) { OpIndex = i };
                }
            }
        }

        fired.ForEach(changed => changed());
        return results;
    }

    internal List<string> ChildrenOf(string path) =>
        [.. nodes.Keys.Where(key => key != "/" && Parent(key) == path).Select(key => key[(key.LastIndexOf('/') + 1)..])];

    static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    (string Path, int Version) Apply(long session, ZkOp operation, List<Action> fired)
    {
        switch (operation)
        {
            case ZkOp.Create create:
                return (Create(session, create, fired), 0);
            case ZkOp.Set set:
                var node = Find(set.Path, set.Version);
                node.Data = set.Data.ToArray();
                node.Version++;
                zxid++;
                Fire(set.Path, false, fired);
                return (set.Path, node.Version);
            case ZkOp.Delete delete:
                Delete(delete.Path, delete.Version, fired);
                return (delete.Path, 0);
            default:
                Find(operation.Path, ((ZkOp.Check)operation).Version);
                return (operation.Path, 0);
        }
    }

    string Create(long session, ZkOp.Create create, List<Action> fired)
    {
        var parent = Parent(create.Path);
        if (!nodes.TryGetValue(parent, out var above))
        {
            throw new ZooKeeperException(ZooKeeperError.NoNode, create.Path);
        }

        var path = create.Mode.IsSequential() ? $"{create.Path}{above.Sequence:d10}" : create.Path;
        if (nodes.ContainsKey(path))
        {
            throw new ZooKeeperException(ZooKeeperError.NodeExists, path);
        }

        above.Sequence++;
        nodes[path] = new Node
        {
            Data = create.Data?.ToArray() ?? [],
            Owner = create.Mode.IsEphemeral() ? session : 0,
            Czxid = ++zxid,
            Ctime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        };
        Fire(path, false, fired);
        Fire(parent, true, fired);
        return path;
    }

    void Delete(string path, int version, List<Action> fired)
    {
        Find(path, version);
        if (ChildrenOf(path).Count > 0)
        {
            throw new ZooKeeperException(ZooKeeperError.NotEmpty, path);
        }

        nodes.Remove(path);
        zxid++;
        Fire(path, false, fired);
        Fire(path, true, fired);
        Fire(Parent(path), true, fired);
    }

    Node Find(string path, int version) =>
        !nodes.TryGetValue(path, out var node) ? throw new ZooKeeperException(ZooKeeperError.NoNode, path)
        : version >= 0 && node.Version != version ? throw new ZooKeeperException(ZooKeeperError.BadVersion, path)
        : node;

    void Fire(string path, bool children, List<Action> fired)
    {
        var due = watches.Where(watch => watch.Path == path && watch.Children == children).ToList();
        watches.RemoveAll(due.Contains);
        fired.AddRange(due.Select(watch => watch.Changed));
    }

    internal sealed class Node
    {
        public byte[] Data { get; set; } = [];

        public int Version { get; set; }

        public long Owner { get; init; }

        public long Czxid { get; init; }

        public long Ctime { get; init; }

        public int Sequence { get; set; }

        public Stat Stat => new() { Version = Version, EphemeralOwner = Owner, Czxid = Czxid, Ctime = Ctime };

        public Node Copy() => new() { Data = Data, Version = Version, Owner = Owner, Czxid = Czxid, Ctime = Ctime, Sequence = Sequence };
    }
}

/// <summary>One session of a <see cref="FakeEnsemble"/>.</summary>
sealed class FakeSession(FakeEnsemble ensemble, long id) : IZooKeeperSession
{
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long SessionId => id;

    public TimeSpan Timeout => TimeSpan.FromSeconds(6);

    public Task Ended => ended.Task;

    /// <summary>As the ensemble does to a session that does not ping.</summary>
    public void Expire()
    {
        ended.TrySetResult();
        ensemble.End(id);
    }

    public Task<string> CreateAsync(string path, ReadOnlyMemory<byte>? data, CreateMode mode, CancellationToken cancellationToken) =>
        Run(() => ensemble.Write(id, [new ZkOp.Create(path, data, mode)])[0].Path);

    public Task DeleteAsync(string path, int version, CancellationToken cancellationToken) =>
        Run(() => ensemble.Write(id, [new ZkOp.Delete(path, version)]));

    public Task<ZkNode?> GetAsync(string path, Action? changed, CancellationToken cancellationToken) => Run(() =>
    {
        var found = ensemble.Read(nodes => nodes.TryGetValue(path, out var node) ? new ZkNode(node.Data, node.Stat) : null);
        ensemble.Watch(path, false, id, found is null ? null : changed);
        return found;
    });

    public Task<Stat?> ExistsAsync(string path, Action? changed, CancellationToken cancellationToken) => Run(() =>
    {
        ensemble.Watch(path, false, id, changed);
        return ensemble.Read(nodes => nodes.TryGetValue(path, out var node) ? node.Stat : null);
    });

    public Task<int> SetAsync(string path, ReadOnlyMemory<byte> data, int version, CancellationToken cancellationToken) =>
        Run(() => ensemble.Write(id, [new ZkOp.Set(path, data, version)])[0].Version);

    public Task<IReadOnlyList<string>> ChildrenAsync(string path, Action? changed, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<string>>(() =>
        {
            ensemble.Watch(path, true, id, changed);
            return ensemble.Children(path);
        });

    public Task<IReadOnlyList<int>> MultiAsync(IReadOnlyList<ZkOp> operations, CancellationToken cancellationToken) =>
        Run<IReadOnlyList<int>>(() => [.. ensemble.Write(id, operations).Select(result => result.Version)]);

    public void Abort() => ended.TrySetResult();

    public ValueTask DisposeAsync()
    {
        Expire();
        return ValueTask.CompletedTask;
    }

    async Task<T> Run<T>(Func<T> act)
    {
        await Task.Yield();
        return ended.Task.IsCompleted ? throw new ZooKeeperException(ZooKeeperError.SessionExpired) : act();
    }
}
