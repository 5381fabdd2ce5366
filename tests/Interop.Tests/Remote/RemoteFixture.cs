using Testing;

namespace Interop.Tests.Remote;

/// <summary>
/// A real Apache cluster and the real program in front of it, started by the first test that asks and shared by the tests of a class or
/// collection. Each leaves the cluster as it found it.
/// </summary>
public abstract class RemoteFixture(ApacheKind kind, int coordinators = 3, int brokers = 3)
    : ApacheClusterFixture(kind, coordinators, brokers)
{
    RunningDashboard? dashboard;

    /// <summary>Opened with all that the cluster has.</summary>
    public async Task<RunningDashboard> DashboardAsync()
    {
        var cluster = await GetAsync();
        string[] zooKeeper = cluster.ZooKeeper.Length == 0 ? [] : ["--zookeeper", cluster.ZooKeeper];
        return dashboard ??= await OpenAsync(["--kafka", cluster.Bootstrap, .. zooKeeper]);
    }

    /// <summary>The program in front of the addresses given; the caller disposes of it.</summary>
    public static async Task<RunningDashboard> OpenAsync(params string[] addresses)
    {
        var opened = new RunningDashboard { Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", .. addresses] };
        await opened.InitializeAsync();
        return opened;
    }

    public override async ValueTask DisposeAsync()
    {
        if (dashboard is not null)
        {
            await dashboard.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
