using Dashboard.Monitoring.Model;
using Dashboard.Sample;
using Dashboard.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Dashboard.Tests.Hosting;

public sealed class SampleTopicsTests
{
    [Fact]
    public async Task What_is_refused_while_a_broker_is_away_is_tried_again()
    {
        var time = new FakeTimeProvider();
        var cluster = new FakeCluster("local", ClusterKind.Hosted, time).With(3, (SampleTopics.Clicks, 6, 2));
        cluster.Kill(2);
        var audit = new FakeAudit();
        var monitor = new FakeClusterMonitor(cluster.Snapshot()) { Commands = new FakeCommands(cluster, audit, time) };
        var ensuring = SampleTopics.EnsureAsync(monitor, 3, time, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => cluster.Exists(SampleTopics.Payments), "what two brokers can hold is there");
        Assert.False(cluster.Exists(SampleTopics.Orders));

        cluster.Start(2);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return ensuring.IsCompleted;
            },
            "it is done");
        await ensuring;
        Assert.True(cluster.Exists(SampleTopics.Orders));
        var audited = await audit.ReadLastAsync(99, TestContext.Current.CancellationToken);
        var created = audited.Where(e => e.Outcome == "done").Select(e => e.Subject);
        Assert.Equal([SampleTopics.Orders, SampleTopics.Payments, SampleTopics.Tutorial], created.Order(StringComparer.Ordinal));
    }
}
