using System.Text;
using Dashboard.Monitoring.Model;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Remote;

public sealed class ZooKeeperModeFixture() : ApacheClusterFixture(ApacheKind.ZooKeeper, 3, 3);

/// <summary>Kafka 3.9 with ZooKeeper 3.9.</summary>
[Collection(typeof(Alone))]
public sealed class ZooKeeperModeTests(ZooKeeperModeFixture fixture) : RemoteClusterTests(fixture), IClassFixture<ZooKeeperModeFixture>
{
    [Fact]
    public async Task The_ensemble_and_the_controller_are_told()
    {
        await UntilAsync(s => s.Ensemble.Value is { Serving: 3, LeaderId: not null } && s.Identity.Value?.ControllerId is not null, "ensemble and controller are told");
        Assert.Equal(CoordinationMode.ZooKeeper, Monitor.Current.Identity.Value!.Mode);
        Assert.Equal([ServerRole.Leader, ServerRole.Follower, ServerRole.Follower], Monitor.Current.Ensemble.Value!.Servers.Select(server => server.Role).Order());
        var znode = await Monitor.Znodes.ReadAsync("/kafka/controller", Token);
        Assert.Contains($"\"brokerid\":{Monitor.Current.Identity.Value!.ControllerId},", Encoding.UTF8.GetString(znode.Data.AsSpan()));
    }

    protected override int Victim() => Monitor.Current.Identity.Value?.ControllerId == 2 ? 1 : 2;
}
