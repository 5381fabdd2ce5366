using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tree;

/// <summary>
/// What transactions do to the tree. Each can be applied again over its own result: a log is replayed over a snapshot that may have part of
/// it.
/// </summary>
sealed partial class DataTree
{
    /// <summary>Applies a committed transaction; watches fire on the way, deepest node first as Apache does.</summary>
    public TxnResult Apply(TxnHeader header, IRecord? txn)
    {
        var result = ApplyOne(header, (OpCode)header.Type, txn);
        LastProcessedZxid = Math.Max(LastProcessedZxid, header.Zxid);
        return result;
    }

    TxnResult ApplyOne(TxnHeader header, OpCode type, IRecord? txn) => txn switch
    {
        CreateTxn t => Create(header, type, t.Path, t.Data, t.Acl, t.Ephemeral ? header.ClientId : 0, t.ParentCVersion),
        CreateContainerTxn t => Create(header, type, t.Path, t.Data, t.Acl, EphemeralOwner.Container, t.ParentCVersion),
        CreateTTLTxn t => Create(header, type, t.Path, t.Data, t.Acl, EphemeralOwner.OfTtl(t.Ttl), t.ParentCVersion),
        DeleteTxn t => new TxnResult(type, Delete(t.Path, header.Zxid), t.Path),
        SetDataTxn t => SetData(header, type, t),
        SetACLTxn t => SetAcl(type, t),
        CheckVersionTxn t => Check(type, t),
        ErrorTxn t => new TxnResult(OpCode.Error, (ZooKeeperError)t.Err),
        MultiTxn t => ApplyMulti(header, t),
        _ when type == OpCode.CloseSession => CloseSession(header, (txn as CloseSessionTxn)?.Paths2Delete ?? []),
        _ => new TxnResult(type, ZooKeeperError.Ok),
    };

    TxnResult ApplyMulti(TxnHeader header, MultiTxn multi)
    {
        // one refused operation: nothing is done, and those before it are answered with Ok, those after it with RuntimeInconsistency
        var failed = multi.Txns.FindIndex(t => t.Type == (int)OpCode.Error);
        var results = new List<TxnResult>(multi.Txns.Count);
        for (var i = 0; i < multi.Txns.Count; i++)
        {
            var txn = multi.Txns[i];
            results.Add(
                failed < 0 ? ApplyOne(header, (OpCode)txn.Type, TxnRecords.Read(txn))
                : txn.Type == (int)OpCode.Error ? new TxnResult(OpCode.Error, (ZooKeeperError)((ErrorTxn)TxnRecords.Read(txn)!).Err)
                : new TxnResult(OpCode.Error, i < failed ? ZooKeeperError.Ok : ZooKeeperError.RuntimeInconsistency));
        }

        return new TxnResult(OpCode.Multi, results.Find(r => r.Error != ZooKeeperError.Ok)?.Error ?? ZooKeeperError.Ok, Results: results);
    }

    TxnResult Create(TxnHeader header, OpCode type, string path, ReadOnlyMemory<byte>? data, List<ACL> acl, long owner, int parentCVersion)
    {
        var parentPath = ZooKeeperPath.Parent(path);
        if (Find(parentPath) is not { } parent)
        {
            return new TxnResult(type, ZooKeeperError.NoNode, path);
        }

        // A replayed creation of a node that is gone again must not set these back; neither must one of a node that is there.
        if (parentCVersion == -1)
        {
            parentCVersion = parent.Stat.Cversion + 1;
        }

        if (parentCVersion > parent.Stat.Cversion)
        {
            parent.Stat.Cversion = parentCVersion;
            parent.Stat.Pzxid = header.Zxid;
        }

        if (nodes.ContainsKey(path))
        {
            return new TxnResult(type, ZooKeeperError.NodeExists, path);
        }

        var stat = new StatPersisted
        {
            Czxid = header.Zxid,
            Mzxid = header.Zxid,
            Pzxid = header.Zxid,
            Ctime = header.Time,
            Mtime = header.Time,
            EphemeralOwner = owner,
        };
        // a copy: the transaction's bytes are part of a packet or of a log entry, which the node would keep in memory
        var node = new DataNode(data?.ToArray(), Acls.Add(acl), stat);
        parent.AddChild(ZooKeeperPath.Name(path));
        Insert(path, node);
        CountCreated(path, parentPath, data?.Length ?? 0);
        DataWatches.Trigger(new WatchedChange(WatchEventType.NodeCreated, path, header.Zxid), acl);
        ChildWatches.Trigger(new WatchedChange(WatchEventType.NodeChildrenChanged, parentPath, header.Zxid), AclOf(parent));
        return new TxnResult(type, ZooKeeperError.Ok, path, node.ToStat());
    }

    ZooKeeperError Delete(string path, long zxid)
    {
        var parentPath = ZooKeeperPath.Parent(path);
        var parent = Find(parentPath);
        if (parent is not null)
        {
            parent.RemoveChild(ZooKeeperPath.Name(path));
            // replayed over a newer snapshot, it must not go back
            parent.Stat.Pzxid = Math.Max(parent.Stat.Pzxid, zxid);
        }

        if (!nodes.Remove(path, out var node))
        {
            return ZooKeeperError.NoNode;
        }

        var acl = AclOf(node);
        Forget(path, node);
        CountDeleted(path, parentPath, node.Data?.Length ?? 0);
        // a client that watches both the node and its children gets the deletion once
        var notified = DataWatches.Trigger(new WatchedChange(WatchEventType.NodeDeleted, path, zxid), acl);
        ChildWatches.Trigger(new WatchedChange(WatchEventType.NodeDeleted, path, zxid), acl, notified);
        if (parent is not null)
        {
            ChildWatches.Trigger(new WatchedChange(WatchEventType.NodeChildrenChanged, parentPath, zxid), AclOf(parent));
        }

        return ZooKeeperError.Ok;
    }

    TxnResult SetData(TxnHeader header, OpCode type, SetDataTxn txn)
    {
        if (Find(txn.Path) is not { } node)
        {
            return new TxnResult(type, ZooKeeperError.NoNode, txn.Path);
        }

        var data = txn.Data?.ToArray();
        var grown = (data?.Length ?? 0) - (node.Data?.Length ?? 0);
        DataSize += grown;
        node.Data = data;
        node.Stat.Mtime = header.Time;
        node.Stat.Mzxid = header.Zxid;
        node.Stat.Version = txn.Version;
        var stat = node.ToStat();
        Count(txn.Path, 0, grown);
        DataWatches.Trigger(new WatchedChange(WatchEventType.NodeDataChanged, txn.Path, header.Zxid), AclOf(node));
        return new TxnResult(type, ZooKeeperError.Ok, txn.Path, stat);
    }

    TxnResult SetAcl(OpCode type, SetACLTxn txn)
    {
        if (Find(txn.Path) is not { } node)
        {
            return new TxnResult(type, ZooKeeperError.NoNode, txn.Path);
        }

        var before = node.Acl;
        // the new one first: the same list released first would go and come back under another number
        node.Acl = Acls.Add(txn.Acl);
        Acls.Release(before);
        node.Stat.Aversion = txn.Version;
        return new TxnResult(type, ZooKeeperError.Ok, txn.Path, node.ToStat());
    }

    TxnResult Check(OpCode type, CheckVersionTxn txn) =>
        new(type, Find(txn.Path) is null ? ZooKeeperError.NoNode : ZooKeeperError.Ok, txn.Path);

    TxnResult CloseSession(TxnHeader header, List<string> paths)
    {
        foreach (var path in paths)
        {
            Delete(path, header.Zxid);
        }

        // before 3.6 the transaction did not name them; and a replay over a newer snapshot may find some that it does not name
        foreach (var path in EphemeralsOf(header.ClientId).ToArray())
        {
            Delete(path, header.Zxid);
        }

        return new TxnResult(OpCode.CloseSession, ZooKeeperError.Ok);
    }

    void Insert(string path, DataNode node)
    {
        nodes[path] = node;
        DataSize += SizeOf(path, node.Data);
        var owner = node.Stat.EphemeralOwner;
        switch (EphemeralOwner.Kind(owner))
        {
            case OwnerKind.Container:
                Containers.Add(path);
                break;
            case OwnerKind.Ttl:
                TtlNodes.Add(path);
                break;
            case OwnerKind.Session:
                if (!ephemerals.TryGetValue(owner, out var paths))
                {
                    ephemerals[owner] = paths = [];
                }

                paths.Add(path);
                EphemeralCount++;
                break;
        }
    }

    void Forget(string path, DataNode node)
    {
        DataSize -= SizeOf(path, node.Data);
        Acls.Release(node.Acl);
        Containers.Remove(path);
        TtlNodes.Remove(path);
        var owner = node.Stat.EphemeralOwner;
        if (EphemeralOwner.Kind(owner) == OwnerKind.Session && ephemerals.TryGetValue(owner, out var paths) && paths.Remove(path))
        {
            EphemeralCount--;
            if (paths.Count == 0)
            {
                ephemerals.Remove(owner);
            }
        }
    }
}
