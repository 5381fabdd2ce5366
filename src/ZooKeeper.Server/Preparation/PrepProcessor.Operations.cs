using System.Globalization;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Auth;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Preparation;

/// <summary>The checks of each operation, in Apache's order: which of two errors a client sees depends on it.</summary>
sealed partial class PrepProcessor
{
    /// <summary>zookeeper.extendedTypesEnabled: without it nodes with a time to live are Unimplemented.</summary>
    public bool TtlNodesEnabled { get; init; }

    ZooKeeperError Create(Context context, OpCode type, NewNode node, out IRecord? txn)
    {
        txn = null;
        if (node.Flags is < 0 or > (int)CreateMode.PersistentSequentialWithTtl)
        {
            return ZooKeeperError.BadArguments;
        }

        var mode = (CreateMode)node.Flags;
        if (mode.IsTtl() && !TtlNodesEnabled)
        {
            return ZooKeeperError.Unimplemented;
        }

        if (mode.IsTtl() && node.Ttl is <= 0 or > EphemeralOwner.MaxTtl)
        {
            return ZooKeeperError.BadArguments;
        }

        if (ParentOf(node.Path) is not { } parentPath)
        {
            return ZooKeeperError.BadArguments;
        }

        if (AclRules.Fix(node.Acl, context.Request.Auth, DigestEnabled) is not { } acl)
        {
            return ZooKeeperError.InvalidAcl;
        }

        if (outstanding.Find(parentPath, context.Tree) is not { } parent)
        {
            return ZooKeeperError.NoNode;
        }

        if (AclRules.Check(parent.Acl, Perms.Create, context.Request.Auth) != ZooKeeperError.Ok)
        {
            return ZooKeeperError.NoAuth;
        }

        // ten digits, so that names sort as their numbers do; recipes rely on it
        var path = mode.IsSequential() ? node.Path + parent.Cversion.ToString("D10", CultureInfo.InvariantCulture) : node.Path;
        if (ZooKeeperPath.Problem(path) is not null)
        {
            return ZooKeeperError.BadArguments;
        }

        if (outstanding.Find(path, context.Tree) is not null)
        {
            return ZooKeeperError.NodeExists;
        }

        if (EphemeralOwner.Kind(parent.EphemeralOwner) == OwnerKind.Session)
        {
            return ZooKeeperError.NoChildrenForEphemerals;
        }

        if (CheckQuota(context, path, node.Data?.Length ?? 0, 1) is { } exceeded)
        {
            return exceeded;
        }

        var cversion = parent.Cversion + 1;
        txn = type switch
        {
            OpCode.CreateContainer => new CreateContainerTxn { Path = path, Data = node.Data, Acl = acl, ParentCVersion = cversion },
            OpCode.CreateTtl => new CreateTTLTxn { Path = path, Data = node.Data, Acl = acl, ParentCVersion = cversion, Ttl = node.Ttl },
            _ => new CreateTxn { Path = path, Data = node.Data, Acl = acl, Ephemeral = mode.IsEphemeral(), ParentCVersion = cversion },
        };
        var owner = mode switch
        {
            CreateMode.Container => EphemeralOwner.Container,
            _ when mode.IsTtl() => EphemeralOwner.OfTtl(node.Ttl),
            _ when mode.IsEphemeral() => context.Request.SessionId,
            _ => 0,
        };
        outstanding.Add(parent with { Zxid = context.Header.Zxid, Children = parent.Children + 1, Cversion = cversion });
        outstanding.Add(new ChangeRecord(context.Header.Zxid, path, true, 0, 0, 0, owner, 0, acl, node.Data?.Length ?? 0));
        return ZooKeeperError.Ok;
    }

    ZooKeeperError Delete(Context context, DeleteRequest request, out IRecord? txn)
    {
        txn = null;
        if (ParentOf(request.Path) is not { } parentPath || SpecialPaths.IsSpecial(request.Path))
        {
            return ZooKeeperError.BadArguments;
        }

        if (outstanding.Find(parentPath, context.Tree) is not { } parent)
        {
            return ZooKeeperError.NoNode;
        }

        if (AclRules.Check(parent.Acl, Perms.Delete, context.Request.Auth) != ZooKeeperError.Ok)
        {
            return ZooKeeperError.NoAuth;
        }

        if (outstanding.Find(request.Path, context.Tree) is not { } node)
        {
            return ZooKeeperError.NoNode;
        }

        if (NextVersion(node.Version, request.Version) is null)
        {
            return ZooKeeperError.BadVersion;
        }

        if (node.Children > 0)
        {
            return ZooKeeperError.NotEmpty;
        }

        txn = Remove(context, parent, node);
        return ZooKeeperError.Ok;
    }

    ZooKeeperError DeleteContainer(Context context, string path, out IRecord? txn)
    {
        // the server itself asks for it: no ACL applies, but what it saw may have changed since
        txn = null;
        if (ParentOf(path) is not { } parentPath || SpecialPaths.IsSpecial(path))
        {
            return ZooKeeperError.BadArguments;
        }

        if (outstanding.Find(path, context.Tree) is not { } node || outstanding.Find(parentPath, context.Tree) is not { } parent)
        {
            return ZooKeeperError.NoNode;
        }

        if (node.Children > 0)
        {
            return ZooKeeperError.NotEmpty;
        }

        if (EphemeralOwner.Kind(node.EphemeralOwner) is not (OwnerKind.Container or OwnerKind.Ttl))
        {
            return ZooKeeperError.BadVersion;
        }

        txn = Remove(context, parent, node);
        return ZooKeeperError.Ok;
    }

    ZooKeeperError SetData(Context context, SetDataRequest request, out IRecord? txn)
    {
        var error = Access(context, request.Path, Perms.Write, out var node);
        txn = null;
        if (error != ZooKeeperError.Ok)
        {
            return error;
        }

        var length = request.Data?.Length ?? 0;
        if (CheckQuota(context, request.Path, length - node!.DataLength, 0) is { } exceeded)
        {
            return exceeded;
        }

        if (NextVersion(node.Version, request.Version) is not { } version)
        {
            return ZooKeeperError.BadVersion;
        }

        txn = new SetDataTxn { Path = request.Path, Data = request.Data, Version = version };
        outstanding.Add(node with { Zxid = context.Header.Zxid, Version = version, DataLength = length });
        return ZooKeeperError.Ok;
    }

    ZooKeeperError SetAcl(Context context, SetACLRequest request, out IRecord? txn)
    {
        txn = null;
        if (ZooKeeperPath.Problem(request.Path) is not null)
        {
            return ZooKeeperError.BadArguments;
        }

        if (AclRules.Fix(request.Acl, context.Request.Auth, DigestEnabled) is not { } acl)
        {
            return ZooKeeperError.InvalidAcl;
        }

        var error = Access(context, request.Path, Perms.Admin, out var node);
        if (error != ZooKeeperError.Ok)
        {
            return error;
        }

        if (NextVersion(node!.Aversion, request.Version) is not { } version)
        {
            return ZooKeeperError.BadVersion;
        }

        txn = new SetACLTxn { Path = request.Path, Acl = acl, Version = version };
        outstanding.Add(node with { Zxid = context.Header.Zxid, Aversion = version, Acl = acl });
        return ZooKeeperError.Ok;
    }

    ZooKeeperError Check(Context context, CheckVersionRequest request, out IRecord? txn)
    {
        var error = Access(context, request.Path, Perms.Read, out var node);
        txn = null;
        if (error != ZooKeeperError.Ok)
        {
            return error;
        }

        if (NextVersion(node!.Version, request.Version) is not { } version)
        {
            return ZooKeeperError.BadVersion;
        }

        // the next version, as Apache's transaction has it, though a check changes nothing
        txn = new CheckVersionTxn { Path = request.Path, Version = version };
        return ZooKeeperError.Ok;
    }

    static CreateSessionTxn OpenSession(Context context, ref WireReader reader)
    {
        var timeout = reader.ReadInt32();
        // known from now on: the session's next requests are checked before this transaction is applied
        context.Sessions.Add(context.Request.SessionId, timeout);
        if (context.Request.Owner is { } owner)
        {
            context.Sessions.SetOwner(context.Request.SessionId, owner);
        }

        return new CreateSessionTxn { TimeOut = timeout };
    }

    /// <summary>
    /// Its ephemerals go in the same transaction: those in the tree, without those being deleted, with those being created.
    /// </summary>
    CloseSessionTxn CloseSession(Context context)
    {
        var session = context.Request.SessionId;
        var paths = context.Tree.EphemeralsOf(session).ToHashSet();
        foreach (var change in outstanding.All)
        {
            if (!change.Exists)
            {
                paths.Remove(change.Path);
            }
            else if (change.EphemeralOwner == session)
            {
                paths.Add(change.Path);
            }
        }

        foreach (var path in paths)
        {
            if (outstanding.Find(path, context.Tree) is { } node
                && outstanding.Find(ZooKeeperPath.Parent(path), context.Tree) is { } parent)
            {
                Remove(context, parent, node);
            }
        }

        // from now on as well: nothing else of the session is prepared between this and its commit
        context.Sessions.SetClosing(session);
        return new CloseSessionTxn { Paths2Delete = [.. paths] };
    }

    DeleteTxn Remove(Context context, ChangeRecord parent, ChangeRecord node)
    {
        // Cversion stays: it is the number of the next sequential child, and only creations move it
        outstanding.Add(parent with { Zxid = context.Header.Zxid, Children = parent.Children - 1 });
        outstanding.Add(node with { Zxid = context.Header.Zxid, Exists = false });
        return new DeleteTxn { Path = node.Path };
    }

    ZooKeeperError Access(Context context, string path, Perms wanted, out ChangeRecord? node)
    {
        node = null;
        if (ZooKeeperPath.Problem(path) is not null)
        {
            return ZooKeeperError.BadArguments;
        }

        node = outstanding.Find(path, context.Tree);
        return node is null ? ZooKeeperError.NoNode : AclRules.Check(node.Acl, wanted, context.Request.Auth);
    }

    /// <summary>
    /// The version after a change; null when the expected one is another. -1 expects nothing and is skipped when counting wraps around.
    /// </summary>
    static int? NextVersion(int version, int expected)
    {
        if (expected != -1 && expected != version)
        {
            return null;
        }

        var next = unchecked(version + 1);
        return next == -1 ? 0 : next;
    }

    /// <summary>Everything before the last slash, the root for none; null where Apache finds no parent in it.</summary>
    static string? ParentOf(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 || path.Contains('\0') ? null : slash == 0 ? SpecialPaths.Root : path[..slash];
    }
}
