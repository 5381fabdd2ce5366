using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Quorum;

public class SyncPlanTests
{
    static readonly Proposal[] history =
        [.. new long[] { 0x1_0000_0005, 0x1_0000_0006, 0x1_0000_0008, 0x2_0000_0001, 0x2_0000_0002 }.Select(Make)];

    [Theory]
    [InlineData(0x2_0000_0002, SyncKind.Diff, 0x2_0000_0002, 0)]
    [InlineData(0x2_0000_0001, SyncKind.Diff, 0x2_0000_0002, 1)]
    [InlineData(0x1_0000_0005, SyncKind.Diff, 0x2_0000_0002, 4)]
    [InlineData(0x2_0000_0009, SyncKind.Trunc, 0x2_0000_0002, 0)]
    [InlineData(0x3_0000_0004, SyncKind.Trunc, 0x2_0000_0002, 0)]
    [InlineData(0x1_0000_0007, SyncKind.Trunc, 0x1_0000_0006, 3)]
    [InlineData(0x1_0000_0009, SyncKind.Snap, 0x2_0000_0002, 0)]
    [InlineData(0x2_0000_0000, SyncKind.Diff, 0x2_0000_0002, 2)]
    [InlineData(0x3_0000_0000, SyncKind.Snap, 0x2_0000_0002, 0)]
    [InlineData(0x1_0000_0004, SyncKind.ReadLog, 0x2_0000_0002, 0)]
    [InlineData(0x1_0000_0001, SyncKind.Snap, 0x2_0000_0002, 0)]
    [InlineData(0, SyncKind.Snap, 0x2_0000_0002, 0)]
    public void What_a_learner_lacks_decides_how_it_is_synchronised(long peer, object kind, long zxid, int rest)
    {
        var plan = SyncPlan.Make(peer, 0x2_0000_0002, history, firstOnDisk: 0x1_0000_0003);
        Assert.Equal((kind, zxid, rest), ((object)plan.Kind, plan.Zxid, plan.Rest.Count));
    }

    [Fact]
    public void Memory_that_does_not_reach_the_end_is_not_used() =>
        Assert.Equal(SyncKind.ReadLog, SyncPlan.Make(0x2_0000_0001, 0x2_0000_0007, history, firstOnDisk: 1).Kind);

    [Fact]
    public void With_nothing_in_memory_or_on_disk_a_snapshot_is_sent() =>
        Assert.Equal(SyncKind.Snap, SyncPlan.Make(0x2_0000_0001, 0x2_0000_0007, [], firstOnDisk: long.MaxValue).Kind);

    [Fact]
    public void The_log_serves_only_if_it_has_both_ends()
    {
        Assert.Equal(4, SyncPlan.FromLog(0x1_0000_0005, 0x2_0000_0002, history).Rest.Count);
        Assert.Equal(SyncKind.Snap, SyncPlan.FromLog(0x1_0000_0004, 0x2_0000_0002, history).Kind);
        Assert.Equal(SyncKind.Snap, SyncPlan.FromLog(0x1_0000_0005, 0x2_0000_0003, history).Kind);
        Assert.Equal(SyncKind.Snap, SyncPlan.FromLog(0x1_0000_0005, 0x2_0000_0002, []).Kind);
    }

    static Proposal Make(long zxid) => Proposal.Create(new TxnHeader { Zxid = zxid }, null);
}
