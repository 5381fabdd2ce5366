using Dashboard.Clusters;
using Dashboard.Hosting;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Security.Access;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>Hosted coordinators tell when their roles change; the monitor, whose polls are an hour apart here, reads them then.</summary>
public sealed class RoleChangeTests
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(30);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_of_role_is_shown_without_a_poll()
    {
        using var directory = new TempDirectory();
        HostedPorts.Remember(directory.Path);
        using var host = new EngineHost(
            new HostingOptions { DataDirectory = directory.Path, Brokers = 0 }, directory.Path, [], null, NullLogger<NodeHost>.Instance,
            TimeProvider.System);
        await using var registry = new ClusterRegistry(new FakeAudit(), NullLoggerFactory.Instance, TimeProvider.System);
        var hosted = ClusterSources.Settings(new CastellanOptions(), host).Clusters[0];
        hosted = hosted with { Options = hosted.Options with { Kafka = null, EnsembleInterval = TimeSpan.FromHours(1) } };
        using var catalog = new ClusterCatalog(
            registry, new([hosted], [], []), new KeptClusters(directory.Path, new EphemeralDataProtectionProvider()), new FakeAudit(),
            TimeProvider.System, NullLogger<ClusterCatalog>.Instance);
        var access = new AccessStore(new AccessMode(false), new OwnersByName());
        var monitoring = new MonitoringService(
            registry, catalog, new ClustersFile(directory["clusters.yaml"]), access, new CastellanOptions(), host);
        await monitoring.StartAsync(Cancellation);
        var monitor = registry.Clusters[0];
        await host.StartAsync(Cancellation);
        var first = await SettledAsync(monitor, e => e.Serving == 3);
        Assert.Equal(1, first.Epoch);

        await host.ActAsync($"zk{first.LeaderId}", NodeAction.Kill, "test", Cancellation);
        var second = await SettledAsync(monitor, e => e.Serving == 2 && e.LeaderId != first.LeaderId);
        Assert.Equal(2, second.Epoch);
        Assert.All(second.Servers.Where(s => s.Role != ServerRole.Down), s => Assert.Equal(2, s.Epoch));
        await host.StopAsync(CancellationToken.None);
    }

    static async Task<EnsembleTable> SettledAsync(IClusterMonitor monitor, Func<EnsembleTable, bool> condition)
    {
        var settled = await monitor.WaitForAsync(
            s => s.Ensemble.Value is { LeaderId: not null } table && condition(table), deadline, Cancellation);
        return settled.Ensemble.Value!;
    }
}
