using Interop.Tests.Remote;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Hosted;

/// <summary>The program in front of the hosted cluster that all tests share, as it would be in front of anyone's.</summary>
public sealed class HostedFixture(SharedCluster shared) : IAsyncDisposable
{
    RunningDashboard? dashboard;

    public async Task<(HostedCluster Cluster, RunningDashboard Dashboard)> GetAsync()
    {
        var cluster = await shared.GetAsync();
        dashboard ??= await RemoteFixture.OpenAsync("--kafka", cluster.Bootstrap, "--zookeeper", $"{cluster.Ensemble}/kafka");
        return (cluster, dashboard);
    }

    public async ValueTask DisposeAsync()
    {
        if (dashboard is not null)
        {
            await dashboard.DisposeAsync();
        }
    }
}

/// <summary>An operator's day on brokers of ours.</summary>
public sealed class HostedClusterTests(HostedFixture fixture) : OperatorTests, IClassFixture<HostedFixture>
{
    HostedCluster cluster = null!;

    protected override string Bootstrap => cluster.Bootstrap;

    protected override bool HasTransactions => false;

    protected override async Task<RunningDashboard> OpenAsync()
    {
        Tools.JavaTool.RequireKafka();
        (cluster, var dashboard) = await fixture.GetAsync();
        return dashboard;
    }

    protected override Task<ProgramResult> RunToolAsync(string tool, params string[] arguments) => Tools.JavaTool.TryAsync(tool, arguments);
}
