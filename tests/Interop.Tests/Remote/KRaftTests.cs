using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Remote;

public sealed class KRaftFixture() : ApacheClusterFixture(ApacheKind.KRaft, 3, 3);

/// <summary>Kafka 4 without ZooKeeper.</summary>
[Collection(typeof(Alone))]
public sealed class KRaftTests(KRaftFixture fixture) : RemoteClusterTests(fixture), IClassFixture<KRaftFixture>
{
    [Fact]
    public async Task The_controller_is_that_of_the_quorum_and_what_needs_ZooKeeper_says_so()
    {
        await UntilAsync(s => s.Identity.Value?.ControllerId is not null, "the controller is told");
        var status = await ToolAsync("kafka-metadata-quorum.sh", "describe", "--status");
        var leader = status.Split('\n').Single(line => line.StartsWith("LeaderId:", StringComparison.Ordinal)).Split(':')[1].Trim();
        Assert.Equal((CoordinationMode.KRaft, leader), (Monitor.Current.Identity.Value!.Mode, $"{Monitor.Current.Identity.Value!.ControllerId}"));
        Assert.Equal(leader, $"{Monitor.Current.Brokers.Value!.Brokers.Single(broker => broker.IsController).Id}");

        await UntilAsync(s => s.Ensemble.Error is not null, "the ensemble says why it is not there");
        Assert.Equal(SectionErrorKind.Unsupported, Monitor.Current.Ensemble.Error!.Kind);
        Assert.Null(Monitor.Current.Ensemble.Value);
        var refusal = await Assert.ThrowsAsync<ZnodeException>(() => Monitor.Znodes.ReadAsync("/", Token));
        Assert.Equal("UNIMPLEMENTED", refusal.Code);
    }

    protected override int Victim() => Monitor.Current.Identity.Value?.ControllerId == 2 ? 1 : 2;
}
