using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Tests.Tree;

public sealed class DataTreeTests
{
    readonly DataTree tree = new();
    long zxid;

    [Fact]
    public void A_new_tree_has_the_nodes_of_the_start()
    {
        Assert.Equal(["config", "quota"], tree.Find("/zookeeper")!.Children.Order());
        Assert.Equal(5, tree.NodeCount);
        Assert.Equal(-1, tree.Find("/")!.ToStat().Cversion);
        Assert.Equal(-2, tree.Find("/zookeeper")!.ToStat().Cversion);
        Assert.Equal(-1, tree.Find("/zookeeper/config")!.ToStat().Aversion);
        Assert.Equal((int)Perms.Read, tree.AclOf(tree.Find("/zookeeper/config")!)[0].Perms);
    }

    [Fact]
    public void Creating_a_child_changes_cversion_and_pzxid_of_the_parent_and_not_its_mzxid()
    {
        Create("/a");
        Create("/a/b");
        var stat = tree.Find("/a")!.ToStat();
        Assert.Equal((1, 1, 2, 0, 1, 1), (stat.Czxid, stat.Mzxid, stat.Pzxid, stat.Version, stat.Cversion, stat.NumChildren));
        Delete("/a/b");
        stat = tree.Find("/a")!.ToStat();
        Assert.Equal((1, 1, 3, 0, 2, 0), (stat.Czxid, stat.Mzxid, stat.Pzxid, stat.Version, stat.Cversion, stat.NumChildren));
        Assert.Equal(1, tree.Find("/a")!.Stat.Cversion);
    }

    [Fact]
    public void A_stat_shows_a_session_as_owner_and_nothing_else()
    {
        Create("/mine", session: 7, ephemeral: true);
        Apply(new CreateTTLTxn { Path = "/ttl", Acl = [.. Acls.Open], ParentCVersion = 2, Ttl = 1000 }, OpCode.CreateTtl);
        Apply(new CreateContainerTxn { Path = "/box", Acl = [.. Acls.Open], ParentCVersion = 3 }, OpCode.CreateContainer);
        Assert.Equal([7, 0, 0], new[] { "/mine", "/ttl", "/box" }.Select(p => tree.Find(p)!.ToStat().EphemeralOwner));
        Assert.Equal(1000, EphemeralOwner.Ttl(tree.Find("/ttl")!.Stat.EphemeralOwner));
    }

    [Fact]
    public void A_session_of_the_server_255_is_a_session()
    {
        var session = new SessionIds(255, 1_795_000_000_000).Next();
        Create("/mine", session, ephemeral: true);
        Assert.Equal((1, session), (tree.EphemeralCount, tree.Find("/mine")!.ToStat().EphemeralOwner));
        Assert.Equal(OwnerKind.Ttl, EphemeralOwner.Kind(EphemeralOwner.OfTtl(EphemeralOwner.MaxTtl)));
    }

    [Fact]
    public void The_text_of_the_configuration_has_version_minus_one()
    {
        tree.SetConfig("server.1=x"u8.ToArray(), 99);
        var stat = tree.Find("/zookeeper/config")!.ToStat();
        Assert.Equal((-1, 0, 99, 10), (stat.Version, stat.Mzxid, stat.Mtime, stat.DataLength));
    }

    [Fact]
    public void Setting_data_changes_mzxid_mtime_version_and_length()
    {
        Create("/a");
        Apply(new SetDataTxn { Path = "/a", Data = new byte[7], Version = 1 }, OpCode.SetData, time: 99);
        var stat = tree.Find("/a")!.ToStat();
        Assert.Equal((1, 2, 1, 1, 7, 99, 10), (stat.Czxid, stat.Mzxid, stat.Pzxid, stat.Version, stat.DataLength, stat.Mtime, stat.Ctime));
    }

    [Fact]
    public void Closing_a_session_deletes_its_ephemerals_and_no_others()
    {
        Create("/mine", session: 7, ephemeral: true);
        Create("/theirs", session: 8, ephemeral: true);
        Assert.Equal(2, tree.EphemeralCount);
        Apply(new CloseSessionTxn { Paths2Delete = ["/mine"] }, OpCode.CloseSession, session: 7);
        Assert.Null(tree.Find("/mine"));
        Assert.NotNull(tree.Find("/theirs"));
        Assert.Equal(1, tree.EphemeralCount);
        Assert.Empty(tree.EphemeralsOf(7));
    }

    [Fact]
    public void A_refused_multi_does_nothing_and_says_which_operation_it_was()
    {
        var multi = new MultiTxn
        {
            Txns =
            [
                Part(OpCode.Create, New("/a")),
                Part(OpCode.Error, new ErrorTxn { Err = (int)ZooKeeperError.NodeExists }),
                Part(OpCode.Error, new ErrorTxn { Err = (int)ZooKeeperError.RuntimeInconsistency }),
            ],
        };
        var result = Apply(multi, OpCode.Multi);
        Assert.Null(tree.Find("/a"));
        Assert.Equal(
            [ZooKeeperError.Ok, ZooKeeperError.NodeExists, ZooKeeperError.RuntimeInconsistency], result.Results!.Select(r => r.Error));
        Assert.All(result.Results!, r => Assert.Equal(OpCode.Error, r.Type));
        Assert.Equal(1, tree.LastProcessedZxid);
    }

    [Fact]
    public void A_log_replayed_over_a_newer_tree_changes_nothing_back()
    {
        Create("/a");
        Create("/a/b");
        Delete("/a/b");
        var before = tree.Find("/a")!.ToStat();
        zxid = 1;
        Create("/a/b");
        Delete("/a/b");
        var after = tree.Find("/a")!.ToStat();
        Assert.Equal((before.Cversion, before.Pzxid, before.NumChildren), (after.Cversion, after.Pzxid, after.NumChildren));
    }

    [Fact]
    public void Data_size_and_node_count_follow_every_change()
    {
        var size = tree.DataSize;
        Create("/a", data: 5);
        Apply(new SetDataTxn { Path = "/a", Data = new byte[9], Version = 1 }, OpCode.SetData);
        Assert.Equal(size + 2 + 9, tree.DataSize);
        Delete("/a");
        Assert.Equal(size, tree.DataSize);
        Assert.Equal(5, tree.NodeCount);
    }

    [Fact]
    public void Acl_lists_are_shared_and_go_with_their_last_node()
    {
        List<ACL> digest = [new ACL { Perms = 31, Id = new Id { Scheme = "digest", Value = "bob:x" } }];
        var before = tree.Acls.Count;
        Create("/a", acl: digest);
        Create("/b", acl: [.. digest]);
        Assert.Equal(before + 1, tree.Acls.Count);
        Assert.Equal(tree.Find("/a")!.Acl, tree.Find("/b")!.Acl);
        Delete("/a");
        Apply(new SetACLTxn { Path = "/b", Acl = [.. Acls.Open], Version = 1 }, OpCode.SetAcl);
        Assert.Equal(before, tree.Acls.Count);
        Assert.Equal(1, tree.Find("/b")!.ToStat().Aversion);
    }

    void Create(string path, long session = 1, bool ephemeral = false, int data = 0, List<ACL>? acl = null) =>
        Apply(New(path, ephemeral, data, acl), OpCode.Create, session);

    CreateTxn New(string path, bool ephemeral = false, int data = 0, List<ACL>? acl = null) => new()
    {
        Path = path,
        Data = new byte[data],
        Acl = acl ?? [.. Acls.Open],
        Ephemeral = ephemeral,
        ParentCVersion = (tree.Find(ZooKeeperPath.Parent(path))?.Stat.Cversion ?? 0) + (tree.LastProcessedZxid > zxid ? 0 : 1),
    };

    void Delete(string path) => Apply(new DeleteTxn { Path = path }, OpCode.Delete);

    TxnResult Apply(IRecord txn, OpCode type, long session = 1, long time = 10) =>
        tree.Apply(new TxnHeader { ClientId = session, Cxid = 1, Zxid = ++zxid, Time = time, Type = (int)type }, txn);

    static Txn Part(OpCode type, IRecord record)
    {
        using var writer = new Wire.WireWriter();
        record.Write(writer);
        return new Txn { Type = (int)type, Data = writer.WrittenSpan.ToArray() };
    }
}
