using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Auth;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Preparation;

/// <summary>
/// Prep: makes a transaction of a write, checked against the tree and what is outstanding; a refused write becomes an ErrorTxn and takes a
/// zxid as well. Runs where the order is made: on the leader, or alone. Pure but for the time it is given. Owned by the server loop.
/// </summary>
sealed partial class PrepProcessor
{
    readonly OutstandingChanges outstanding = new();

    /// <summary>The zxid given last.</summary>
    public long LastZxid { get; set; }

    /// <summary>DigestAuthenticationProvider.enabled: without it identities of that scheme count for nothing.</summary>
    public bool DigestEnabled { get; init; } = true;

    /// <summary>Called with a request whose preparation failed in an unforeseen way: it is refused, and the server goes on.</summary>
    public Action<Request, Exception> Unexpected { get; init; } = (_, _) => { };

    public int Outstanding => outstanding.Count;

    /// <summary>Everything up to the zxid is in the tree.</summary>
    public void Applied(long zxid) => outstanding.Applied(zxid);

    public void Clear() => outstanding.Clear();

    /// <param name="request">The write.</param>
    /// <param name="tree">As it is now.</param>
    /// <param name="sessions">Of this server, which makes the order.</param>
    /// <param name="now">Unix time in ms: ctime and mtime.</param>
    public Proposal Prepare(Request request, DataTree tree, ISessionTracker sessions, long now)
    {
        var header = new TxnHeader
        {
            ClientId = request.SessionId,
            Cxid = request.Cxid,
            Zxid = ++LastZxid,
            Time = now,
            Type = (int)request.Type,
        };
        var context = new Context(DigestEnabled ? request : WithoutDigests(request), header, tree, sessions);
        IRecord? txn = null;
        ZooKeeperError error;
        try
        {
            error = request.Type == OpCode.Multi ? PrepareMulti(context, out txn) : PrepareOne(context, out txn);
        }
        catch (WireFormatException)
        {
            error = ZooKeeperError.MarshallingError;
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            // Nothing but the outstanding changes has been touched, and they are rolled back. Apache answers the same. An
            // InvalidDataException is not of the request: the tree names something that it does not have.
            Unexpected(request, e);
            error = ZooKeeperError.MarshallingError;
        }

        if (error != ZooKeeperError.Ok)
        {
            outstanding.RollBack();
            header.Type = (int)OpCode.Error;
            txn = new ErrorTxn { Err = (int)error };
        }

        outstanding.Keep();
        return Proposal.Create(header, txn);
    }

    /// <summary>A client of another member may have proved one there.</summary>
    static Request WithoutDigests(Request request) => new()
    {
        SessionId = request.SessionId,
        Cxid = request.Cxid,
        Type = request.Type,
        Body = request.Body,
        Auth = [.. request.Auth.Where(i => i.Scheme != AuthSchemes.Digest)],
        Owner = request.Owner,
    };

    ZooKeeperError PrepareOne(Context context, out IRecord? txn)
    {
        var reader = new WireReader(context.Request.Body);
        switch (context.Request.Type)
        {
            case OpCode.CreateSession:
                txn = OpenSession(context, ref reader);
                return ZooKeeperError.Ok;
            case OpCode.CloseSession:
                txn = CloseSession(context);
                return ZooKeeperError.Ok;
            case OpCode.DeleteContainer when context.Request.Owner is null:
                // only the server's own request, which has no owner: an empty container or a node whose time to live is over
                return DeleteContainer(context, GetChildrenRequestPath(ref reader), out txn);
            case OpCode.SetAcl:
                return Checked(context, out txn) is { } refused ? refused : SetAcl(context, SetACLRequest.Read(ref reader), out txn);
            case OpCode.Reconfig:
                txn = null;
                return ZooKeeperError.ReconfigDisabled;
            case OpCode.Create or OpCode.Create2 or OpCode.CreateContainer or OpCode.CreateTtl or OpCode.Delete or OpCode.SetData:
                var type = context.Request.Type;
                return Checked(context, out txn) ?? Operation(context, type, ReadRequest(type, ref reader), out txn);
            default:
                // a learner of another kind forwards what its clients send; it is owed an answer, for it waits for one
                txn = null;
                return ZooKeeperError.Unimplemented;
        }
    }

    ZooKeeperError PrepareMulti(Context context, out IRecord? txn)
    {
        var operations = MultiCodec.Read(context.Request.Body, isRead: false);
        var txns = new List<Txn>(operations.Count);
        var failed = ZooKeeperError.Ok;
        using var writer = new WireWriter();
        foreach (var (type, record) in operations)
        {
            IRecord? one = null;
            var error = failed == ZooKeeperError.Ok
                ? Checked(context, out one) ?? Operation(context, type, record, out one)
                : ZooKeeperError.RuntimeInconsistency;
            if (error != ZooKeeperError.Ok)
            {
                failed = error;
                one = new ErrorTxn { Err = (int)error };
                outstanding.RollBack();
            }

            writer.Clear();
            one?.Write(writer);
            txns.Add(new Txn { Type = (int)(error == ZooKeeperError.Ok ? type : OpCode.Error), Data = writer.WrittenSpan.ToArray() });
        }

        // a failed multi is a multi all the same: its results say which operation it was
        txn = new MultiTxn { Txns = txns };
        return ZooKeeperError.Ok;
    }

    static IRecord ReadRequest(OpCode type, ref WireReader reader) => type switch
    {
        OpCode.Create or OpCode.Create2 or OpCode.CreateContainer => CreateRequest.Read(ref reader),
        OpCode.CreateTtl => CreateTTLRequest.Read(ref reader),
        OpCode.Delete => DeleteRequest.Read(ref reader),
        OpCode.SetData => SetDataRequest.Read(ref reader),
        _ => throw new WireFormatException($"{type} is not a write."),
    };

    ZooKeeperError Operation(Context context, OpCode type, IRecord record, out IRecord? txn)
    {
        switch (record)
        {
            case CreateRequest create:
                return Create(context, type, new NewNode(create.Path, create.Data, create.Acl, create.Flags, 0), out txn);
            case CreateTTLRequest create:
                return Create(context, type, new NewNode(create.Path, create.Data, create.Acl, create.Flags, create.Ttl), out txn);
            case DeleteRequest delete:
                return Delete(context, delete, out txn);
            case SetDataRequest set:
                return SetData(context, set, out txn);
            default:
                return Check(context, (CheckVersionRequest)record, out txn);
        }
    }

    /// <summary>Null when the session is open and the request comes from where it lives.</summary>
    static ZooKeeperError? Checked(Context context, out IRecord? txn)
    {
        txn = null;
        var error = context.Sessions.Check(context.Request.SessionId, context.Request.Owner);
        return error == ZooKeeperError.Ok ? null : error;
    }

    static string GetChildrenRequestPath(ref WireReader reader) => JuteCodec.ReadString(ref reader);

    readonly record struct Context(Request Request, TxnHeader Header, DataTree Tree, ISessionTracker Sessions);

    readonly record struct NewNode(string Path, ReadOnlyMemory<byte>? Data, List<ACL>? Acl, int Flags, long Ttl);
}
