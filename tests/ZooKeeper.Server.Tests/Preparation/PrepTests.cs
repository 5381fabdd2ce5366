using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Preparation;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Tests.Preparation;

public sealed class PrepTests
{
    const long Session = 5;
    readonly PrepProcessor prep = new();
    readonly DataTree tree = new();
    readonly SessionTracker sessions = new(() => 0);
    readonly Queue<Proposal> waiting = new();

    public PrepTests() => sessions.Add(Session, 10_000);

    [Fact]
    public void Requests_are_checked_against_what_is_outstanding()
    {
        Assert.Equal(OpCode.Create, Type(Create("/a")));
        Assert.Equal(OpCode.Create, Type(Create("/a/b")));
        Assert.Equal(ZooKeeperError.NodeExists, Error(Create("/a")));
        Assert.Equal(ZooKeeperError.NotEmpty, Error(Delete("/a")));
        Assert.Equal(OpCode.Delete, Type(Delete("/a/b")));
        Assert.Equal(OpCode.Delete, Type(Delete("/a")));
        Assert.Equal(ZooKeeperError.NoNode, Error(Create("/a/c")));
        ApplyAll();
        Assert.Null(tree.Find("/a"));
        Assert.Equal(0, prep.Outstanding);
    }

    [Fact]
    public void Every_write_takes_a_zxid_the_refused_ones_as_well()
    {
        Assert.Equal(1, Create("/missing/x").Zxid);
        Assert.Equal(2, Create("/a").Zxid);
        Assert.Equal(3, Prepare(OpCode.SetData, []).Zxid);
        Assert.Equal(ZooKeeperError.MarshallingError, Error(waiting.Last()));
    }

    [Theory]
    [InlineData(OpCode.Error)]
    [InlineData(OpCode.Notification)]
    [InlineData(OpCode.Check)]
    [InlineData(OpCode.DeleteContainer)]
    [InlineData(OpCode.GetData)]
    [InlineData((OpCode)(-12))]
    [InlineData((OpCode)int.MaxValue)]
    public void What_a_learner_forwards_that_is_no_write_is_refused_and_answered(OpCode type)
    {
        Create("/a");
        Assert.Equal(ZooKeeperError.Unimplemented, Error(Prepare(type, new byte[] { 0, 0, 0, 2, (byte)'/', (byte)'a' })));
        Assert.Equal(3, Create("/b").Zxid);
    }

    [Fact]
    public void The_suffix_counts_the_children_ever_created()
    {
        Create("/q");
        Assert.Equal("/q/n-0000000000", Path(Create("/q/n-", CreateMode.PersistentSequential)));
        Delete("/q/n-0000000000");
        ApplyAll();
        Assert.Equal("/q/n-0000000001", Path(Create("/q/n-", CreateMode.PersistentSequential)));
        Assert.Equal("/q/0000000002", Path(Create("/q/", CreateMode.PersistentSequential)));
    }

    [Fact]
    public void A_failed_multi_leaves_no_outstanding_change_and_no_gap_in_the_suffixes()
    {
        Create("/q");
        var multi = Multi(
            (OpCode.Create, New("/q/n-", CreateMode.PersistentSequential)), (OpCode.Create, New("/q")), (OpCode.Create, New("/z")));
        Assert.Equal(OpCode.Multi, Type(multi));
        Assert.Equal([(int)OpCode.Create, (int)OpCode.Error, (int)OpCode.Error], ((MultiTxn)multi.Txn!).Txns.Select(t => t.Type));
        Assert.Equal("/q/n-0000000000", Path(Create("/q/n-", CreateMode.PersistentSequential)));
        Assert.Equal(OpCode.Create, Type(Create("/z")));
    }

    [Fact]
    public void A_node_created_in_a_multi_can_be_used_in_it()
    {
        var multi = Multi(
            (OpCode.Create, New("/m")),
            (OpCode.Create, New("/m/x")),
            (OpCode.Delete, new DeleteRequest { Path = "/m/x", Version = 0 }),
            (OpCode.Delete, new DeleteRequest { Path = "/m", Version = 0 }));
        Assert.All(((MultiTxn)multi.Txn!).Txns, t => Assert.NotEqual((int)OpCode.Error, t.Type));
        ApplyAll();
        Assert.Null(tree.Find("/m"));
    }

    [Fact]
    public void A_closing_session_takes_along_ephemerals_that_are_outstanding()
    {
        Create("/p");
        Create("/p/e", CreateMode.Ephemeral);
        var close = Prepare(OpCode.CloseSession, []);
        Assert.Equal(["/p/e"], ((CloseSessionTxn)close.Txn!).Paths2Delete!);
        Assert.Equal(ZooKeeperError.SessionExpired, Error(Create("/late")));
        sessions.Add(6, 10_000);
        Assert.Equal(OpCode.Delete, Type(Prepare(OpCode.Delete, new DeleteRequest { Path = "/p", Version = -1 }.Write, session: 6)));
    }

    [Fact]
    public void A_write_from_where_the_session_no_longer_lives_is_refused()
    {
        Create("/a");
        sessions.SetOwner(Session, new object());
        Assert.Equal(ZooKeeperError.SessionMoved, Error(Create("/b")));
        Assert.Equal(ZooKeeperError.SessionExpired, Error(Prepare(OpCode.Create, New("/c").Write, session: 77)));
    }

    [Fact]
    public void A_version_never_becomes_minus_one()
    {
        Create("/a");
        ApplyAll();
        tree.Find("/a")!.Stat.Version = -2;
        Assert.Equal(0, ((SetDataTxn)Prepare(OpCode.SetData, new SetDataRequest { Path = "/a", Version = -2 }.Write).Txn!).Version);
        ApplyAll();
        tree.Find("/a")!.Stat.Version = int.MaxValue;
        var prepared = Prepare(OpCode.SetData, new SetDataRequest { Path = "/a", Version = -1 }.Write);
        Assert.Equal(int.MinValue, ((SetDataTxn)prepared.Txn!).Version);
    }

    [Fact]
    public void Ephemerals_have_no_children()
    {
        Create("/e", CreateMode.Ephemeral);
        Assert.Equal(ZooKeeperError.NoChildrenForEphemerals, Error(Create("/e/x")));
    }

    [Fact]
    public void A_revoked_permission_holds_at_once()
    {
        Create("/a");
        Prepare(OpCode.SetAcl, new SetACLRequest { Path = "/a", Acl = [.. Acls.ReadOnly], Version = -1 }.Write);
        Assert.Equal(ZooKeeperError.NoAuth, Error(Prepare(OpCode.SetData, new SetDataRequest { Path = "/a", Version = -1 }.Write)));
    }

    Proposal Create(string path, CreateMode mode = CreateMode.Persistent) => Prepare(OpCode.Create, New(path, mode).Write);

    Proposal Delete(string path) => Prepare(OpCode.Delete, new DeleteRequest { Path = path, Version = -1 }.Write);

    Proposal Multi(params (OpCode Type, IRecord Record)[] operations) => Prepare(OpCode.Multi, writer =>
    {
        foreach (var (type, record) in operations)
        {
            new MultiHeader { Type = (int)type, Done = false, Err = -1 }.Write(writer);
            record.Write(writer);
        }

        new MultiHeader { Type = -1, Done = true, Err = -1 }.Write(writer);
    });

    Proposal Prepare(OpCode type, Action<WireWriter> body, long session = Session)
    {
        using var writer = new WireWriter();
        body(writer);
        return Prepare(type, writer.WrittenSpan.ToArray(), session);
    }

    Proposal Prepare(OpCode type, byte[] body, long session = Session)
    {
        var proposal = prep.Prepare(new Request { SessionId = session, Cxid = 1, Type = type, Body = body }, tree, sessions, 10);
        waiting.Enqueue(proposal);
        return proposal;
    }

    void ApplyAll()
    {
        while (waiting.TryDequeue(out var proposal))
        {
            var read = Proposal.Parse(proposal.Serialized);
            tree.Apply(read.Header, read.Txn);
            prep.Applied(proposal.Zxid);
        }
    }

    static CreateRequest New(string path, CreateMode mode = CreateMode.Persistent) =>
        new() { Path = path, Data = Array.Empty<byte>(), Acl = [.. Acls.Open], Flags = (int)mode };

    static OpCode Type(Proposal proposal) => (OpCode)proposal.Header.Type;

    static string Path(Proposal proposal) => ((CreateTxn)proposal.Txn!).Path;

    static ZooKeeperError Error(Proposal proposal)
    {
        Assert.Equal(OpCode.Error, Type(proposal));
        return (ZooKeeperError)((ErrorTxn)proposal.Txn!).Err;
    }
}
