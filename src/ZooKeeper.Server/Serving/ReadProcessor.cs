using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Auth;
using ZooKeeper.Server.Preparation;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Serving;

/// <summary>Answers what needs no transaction, from this server's own tree. On the server loop.</summary>
static class ReadProcessor
{
    /// <summary>Bytes of an answer to multiRead; half of what may wait for a client that does not read.</summary>
    const int LongestMultiRead = 32 << 20;

    /// <summary>Writes the body of the reply; with an error there is none.</summary>
    /// <exception cref="WireFormatException">Not the record of the operation.</exception>
    public static ZooKeeperError Serve(DataTree tree, ClientConnection client, OpCode type, ReadOnlyMemory<byte> body, WireWriter reply)
    {
        var reader = new WireReader(body);
        switch (type)
        {
            case OpCode.Ping:
                return ZooKeeperError.Ok;
            case OpCode.GetData:
                return GetData(tree, client, GetDataRequest.Read(ref reader), reply);
            case OpCode.Exists:
                return Exists(tree, client, ExistsRequest.Read(ref reader), reply);
            case OpCode.GetChildren:
                var plain = GetChildrenRequest.Read(ref reader);
                return GetChildren(tree, client, plain.Path, plain.Watch, reply, withStat: false);
            case OpCode.GetChildren2:
                var full = GetChildren2Request.Read(ref reader);
                return GetChildren(tree, client, full.Path, full.Watch, reply, withStat: true);
            case OpCode.GetAcl:
                return GetAcl(tree, client, GetACLRequest.Read(ref reader), reply);
            case OpCode.MultiRead:
                return MultiRead(tree, client, body, reply);
            case OpCode.GetAllChildrenNumber:
                return CountChildren(tree, client, GetAllChildrenNumberRequest.Read(ref reader), reply);
            case OpCode.GetEphemerals:
                var prefix = GetEphemeralsRequest.Read(ref reader).PrefixPath;
                var own = tree.EphemeralsOf(client.SessionId).Where(p => p.StartsWith(prefix, StringComparison.Ordinal));
                new GetEphemeralsResponse { Ephemerals = [.. own] }.Write(reply);
                return ZooKeeperError.Ok;
            case OpCode.WhoAmI:
                var identities = client.Identities.Select(i => new ClientInfo { AuthScheme = i.Scheme, User = UserOf(i) });
                new WhoAmIResponse { ClientInfo = [.. identities] }.Write(reply);
                return ZooKeeperError.Ok;
            default:
                return WatchOperations.Serve(tree, client, type, ref reader, reply);
        }
    }

    static ZooKeeperError GetData(DataTree tree, ClientConnection client, GetDataRequest request, WireWriter reply)
    {
        var error = Readable(tree, client, request.Path, Perms.Read, out var node);
        if (error != ZooKeeperError.Ok)
        {
            return error;
        }

        if (request.Watch)
        {
            tree.DataWatches.Add(request.Path, client);
        }

        var data = node!.Data is { } bytes ? bytes.AsMemory() : (ReadOnlyMemory<byte>?)null;
        new GetDataResponse { Data = data, Stat = node.ToStat() }.Write(reply);
        return ZooKeeperError.Ok;
    }

    /// <summary>
    /// The only read that leaves a watch on a node that is not there. One that is there has to be readable (ZOOKEEPER-2590).
    /// </summary>
    static ZooKeeperError Exists(DataTree tree, ClientConnection client, ExistsRequest request, WireWriter reply)
    {
        if (request.Path.Contains('\0'))
        {
            return ZooKeeperError.BadArguments;
        }

        var node = tree.Find(request.Path);
        if (node is not null && AclRules.Check(tree.AclOf(node), Perms.Read, client.Identities) != ZooKeeperError.Ok)
        {
            return ZooKeeperError.NoAuth;
        }

        if (request.Watch)
        {
            tree.DataWatches.Add(request.Path, client);
        }

        if (node is null)
        {
            return ZooKeeperError.NoNode;
        }

        new ExistsResponse { Stat = node.ToStat() }.Write(reply);
        return ZooKeeperError.Ok;
    }

    static ZooKeeperError GetChildren(DataTree tree, ClientConnection client, string path, bool watch, WireWriter reply, bool withStat)
    {
        var error = Readable(tree, client, path, Perms.Read, out var node);
        if (error != ZooKeeperError.Ok)
        {
            return error;
        }

        if (watch)
        {
            tree.ChildWatches.Add(path, client);
        }

        reply.WriteInt32(node!.Children.Count);
        foreach (var child in node.Children)
        {
            JuteCodec.WriteString(reply, child);
        }

        if (withStat)
        {
            node.ToStat().Write(reply);
        }

        return ZooKeeperError.Ok;
    }

    /// <summary>Who may read but not administer sees digests without their hash.</summary>
    static ZooKeeperError GetAcl(DataTree tree, ClientConnection client, GetACLRequest request, WireWriter reply)
    {
        var error = Readable(tree, client, request.Path, Perms.Read | Perms.Admin, out var node);
        if (error != ZooKeeperError.Ok)
        {
            return error;
        }

        var acl = tree.AclOf(node!);
        if (AclRules.Check(acl, Perms.Admin, client.Identities) != ZooKeeperError.Ok)
        {
            acl = [.. acl.Select(WithoutHash)];
        }

        new GetACLResponse { Acl = acl, Stat = node!.ToStat() }.Write(reply);
        return ZooKeeperError.Ok;
    }

    static ZooKeeperError CountChildren(DataTree tree, ClientConnection client, GetAllChildrenNumberRequest request, WireWriter reply)
    {
        var error = Readable(tree, client, request.Path, Perms.Read, out _);
        if (error == ZooKeeperError.Ok)
        {
            new GetAllChildrenNumberResponse { TotalNumber = tree.CountBelow(request.Path) }.Write(reply);
        }

        return error;
    }

    /// <exception cref="WireFormatException">Not a multiRead, or one whose answer would have no end: a request of 1 MB could ask for the
    /// same node ten thousand times.</exception>
    static ZooKeeperError MultiRead(DataTree tree, ClientConnection client, ReadOnlyMemory<byte> body, WireWriter reply)
    {
        using var one = new WireWriter();
        foreach (var (type, record) in MultiCodec.Read(body, isRead: true))
        {
            one.Clear();
            var error = record switch
            {
                GetDataRequest get => GetData(tree, client, get, one),
                GetChildrenRequest get => GetChildren(tree, client, get.Path, get.Watch, one, withStat: false),
                _ => ZooKeeperError.Unimplemented,
            };
            var failed = error != ZooKeeperError.Ok;
            new MultiHeader { Type = (int)(failed ? OpCode.Error : type), Done = false, Err = (int)error }.Write(reply);
            if (failed)
            {
                new ErrorResponse { Err = (int)error }.Write(reply);
            }
            else
            {
                reply.WriteBytes(one.WrittenSpan);
            }

            if (reply.Length > LongestMultiRead)
            {
                throw new WireFormatException($"A multiRead asks for more than {LongestMultiRead} bytes.");
            }
        }

        MultiCodec.WriteEnd(reply);
        return ZooKeeperError.Ok;
    }

    static ZooKeeperError Readable(DataTree tree, ClientConnection client, string path, Perms wanted, out DataNode? node)
    {
        node = tree.Find(path);
        return node is null ? ZooKeeperError.NoNode : AclRules.Check(tree.AclOf(node), wanted, client.Identities);
    }

    static ACL WithoutHash(ACL entry) => entry.Id.Scheme == AuthSchemes.Digest
        ? new ACL { Perms = entry.Perms, Id = new Id { Scheme = entry.Id.Scheme, Value = UserOf(entry.Id) + ":x" } }
        : entry;

    static string UserOf(Id id) => id.Scheme == AuthSchemes.Digest ? id.Value.Split(':')[0] : id.Value;
}
