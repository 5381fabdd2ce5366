using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests;

public sealed class HealthRulesTests
{
    readonly HealthRules rules = new();

    [Fact]
    public void All_clear_has_no_findings() =>
        Assert.Empty(rules.Evaluate(Snapshot([Topic("t", Partition(0, 0, [0, 1], [0, 1]))]), Start).Findings);

    [Fact]
    public void Findings_come_in_the_order_of_urgency_and_name_what_is_concerned()
    {
        var snapshot = Snapshot(
            [
                Topic("a", Partition(0, -1, [2], [2]), Partition(1, 0, [0, 2], [0], minIsr: 2)),
                Topic("b", Partition(0, 1, [2, 1], [1])),
            ],
            [Broker(0), Broker(1), Broker(2, BrokerState.Down)],
            [Group("slow", 100, growing: true)]);
        var health = rules.Evaluate(snapshot, Start);
        Assert.Equal(
            [FindingKind.OfflinePartitions, FindingKind.UnderMinIsr, FindingKind.UnderReplicated, FindingKind.NotPreferredLeader, FindingKind.GrowingLag, FindingKind.BrokersDown],
            health.Findings.Select(f => f.Kind));
        Assert.Equal([new PartitionKey("a", 0)], health.Find(FindingKind.OfflinePartitions)!.Partitions);
        Assert.Equal([new PartitionKey("a", 1)], health.Find(FindingKind.UnderMinIsr)!.Partitions);
        Assert.Equal([2], health.Find(FindingKind.NotPreferredLeader)!.Brokers);
        Assert.Equal(["slow"], health.Find(FindingKind.GrowingLag)!.Names);
        Assert.Equal(Severity.Bad, health.Worst);
    }

    [Fact]
    public void Since_is_when_the_oldest_that_is_still_wrong_began()
    {
        var broken = Topic("a", Partition(0, -1, [2], [2]));
        rules.Evaluate(Snapshot([broken]), Start);
        var later = rules.Evaluate(Snapshot([broken, Topic("b", Partition(0, -1, [2], [2]))]), Start.AddMinutes(1));
        Assert.Equal(Start, later.Find(FindingKind.OfflinePartitions)!.Since);
        var mended = rules.Evaluate(Snapshot([Topic("b", Partition(0, -1, [2], [2]))]), Start.AddMinutes(2));
        Assert.Equal(Start.AddMinutes(1), mended.Find(FindingKind.OfflinePartitions)!.Since);
        Assert.Empty(rules.Evaluate(Snapshot([]), Start.AddMinutes(3)).Findings);
        var again = rules.Evaluate(Snapshot([broken]), Start.AddMinutes(4));
        Assert.Equal(Start.AddMinutes(4), again.Find(FindingKind.OfflinePartitions)!.Since);
    }

    [Fact]
    public void Nothing_read_is_not_all_clear()
    {
        var unread = new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote };
        Assert.False(rules.Evaluate(unread, Start).IsKnown);
    }
}
