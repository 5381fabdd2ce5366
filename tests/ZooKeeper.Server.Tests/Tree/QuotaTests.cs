using System.Text;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Tests.Tree;

public sealed class QuotaTests
{
    DataTree tree = new();
    long zxid;

    [Fact]
    public void Nodes_and_bytes_are_counted_from_when_the_stats_are_made()
    {
        Create("/a", "12345");
        Create("/a/b", "1");
        Limit("/a");
        Assert.Equal("count=2,bytes=6", Stats("/a"));
        Create("/a/b/c", "22");
        Create("/ab", "not below it");
        Assert.Equal("count=3,bytes=8", Stats("/a"));
        Apply(OpCode.SetData, new SetDataTxn { Path = "/a/b/c", Data = "4444"u8.ToArray(), Version = 1 });
        Assert.Equal("count=3,bytes=10", Stats("/a"));
        Apply(OpCode.Delete, new DeleteTxn { Path = "/a/b/c" });
        Assert.Equal("count=2,bytes=6", Stats("/a"));
    }

    [Fact]
    public void The_stats_change_without_a_transaction_of_their_own()
    {
        Create("/a");
        Limit("/a");
        var before = tree.Find("/zookeeper/quota/a/zookeeper_stats")!.ToStat();
        Create("/a/b", "x");
        var after = tree.Find("/zookeeper/quota/a/zookeeper_stats")!.ToStat();
        Assert.Equal((before.Mzxid, before.Version, before.Mtime), (after.Mzxid, after.Version, after.Mtime));
    }

    [Fact]
    public void The_nearest_quota_counts()
    {
        Create("/a");
        Create("/a/b");
        Limit("/a");
        Limit("/a/b");
        Create("/a/b/c");
        Create("/a/d");
        Assert.Equal(("count=3,bytes=0", "count=2,bytes=0"), (Stats("/a"), Stats("/a/b")));
        Apply(OpCode.Delete, new DeleteTxn { Path = "/zookeeper/quota/a/b/zookeeper_limits" });
        Create("/a/b/e");
        Assert.Equal(("count=4,bytes=0", "count=2,bytes=0"), (Stats("/a"), Stats("/a/b")));
    }

    [Fact]
    public void A_snapshot_brings_quotas_back_and_counts_anew()
    {
        Create("/a", "123");
        Limit("/a");
        // as in a directory of a server that did not count
        tree.Find("/zookeeper/quota/a/zookeeper_stats")!.Data = "count=77,bytes=77"u8.ToArray();
        using var stream = new MemoryStream(
            [.. SnapshotCodec.Write(tree, new Dictionary<long, int>()).Chunks.SelectMany(c => c.ToArray())]);
        tree = SnapshotCodec.Read(stream).Tree;
        Assert.Equal("count=1,bytes=3", Stats("/a"));
        Create("/a/b");
        Assert.Equal("count=2,bytes=3", Stats("/a"));
    }

    [Fact]
    public void What_clients_write_there_cannot_hurt()
    {
        Create("/a");
        Create("/zookeeper/quota/zookeeper_limits", "count=1,bytes=1");
        Create("/zookeeper/quota/zookeeper_stats");
        Create("/zookeeper/quota/a");
        Create("/zookeeper/quota/a/zookeeper_stats");
        Create("/zookeeper/quota/a/zookeeper_limits", "nonsense,=,==;count=;x=99999999999999999999");
        Apply(
            OpCode.SetData,
            new SetDataTxn { Path = "/zookeeper/quota/a/zookeeper_stats", Data = ",;count=many,bytes"u8.ToArray(), Version = 1 });
        Create("/a/b", "1");
        Assert.Equal("count=0,bytes=0", Stats("/a"));
        Apply(OpCode.Delete, new DeleteTxn { Path = "/zookeeper/quota/zookeeper_limits" });
    }

    [Theory]
    [InlineData("count=-1,bytes=5", -1, 5, -1, -1)]
    [InlineData("count=3,bytes=-1=;byteHardLimit=7;countHardLimit=4", 3, -1, 4, 7)]
    [InlineData("", -1, -1, -1, -1)]
    public void Limits_are_read_as_Apache_writes_them(string text, long count, long bytes, long countHard, long byteHard)
    {
        var figures = QuotaFigures.Parse(Encoding.UTF8.GetBytes(text));
        Assert.Equal((count, bytes, countHard, byteHard), (figures.Count, figures.Bytes, figures.CountHardLimit, figures.ByteHardLimit));
        Assert.Equal(text.Length == 0 ? "count=-1,bytes=-1" : text, Encoding.UTF8.GetString(figures.ToBytes()));
    }

    void Limit(string path)
    {
        string[] parents = ["/zookeeper/quota/a", "/zookeeper/quota/a/b"];
        foreach (var above in parents.Where(p => p.Length <= "/zookeeper/quota".Length + path.Length && tree.Find(p) is null))
        {
            Create(above);
        }

        Create($"/zookeeper/quota{path}/zookeeper_limits", "count=3,bytes=-1");
        Create($"/zookeeper/quota{path}/zookeeper_stats", "count=0,bytes=0");
    }

    string Stats(string path) => Encoding.UTF8.GetString(tree.Find($"/zookeeper/quota{path}/zookeeper_stats")!.Data!);

    void Create(string path, string data = "") =>
        Apply(OpCode.Create, new CreateTxn { Path = path, Data = Encoding.UTF8.GetBytes(data), Acl = [.. Acls.Open], ParentCVersion = -1 });

    void Apply(OpCode type, IRecord record) =>
        tree.Apply(new TxnHeader { ClientId = 1, Cxid = 1, Zxid = ++zxid, Time = 10, Type = (int)type }, record);
}
