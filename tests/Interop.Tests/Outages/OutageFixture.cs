using Testing;

namespace Interop.Tests.Outages;

/// <summary>
/// A real Apache cluster with a line to each broker that tests can spoil, and one run of the program that outlives them all.
/// </summary>
public abstract class OutageFixture(ApacheKind kind, int coordinators) : ApacheClusterFixture(kind, coordinators, Brokers)
{
    public const int Brokers = 3;
    public const string Id = "prod";

    readonly TempDirectory directory = new();
    readonly SemaphoreSlim starting = new(1);
    readonly List<FaultyLine> lines = [];
    RunningDashboard? dashboard;

    /// <summary>By the id of the broker.</summary>
    public IReadOnlyList<FaultyLine> Lines => lines;

    public async Task<RunningDashboard> DashboardAsync()
    {
        var cluster = await GetAsync();
        await starting.WaitAsync();
        try
        {
            return dashboard ??= await OpenAsync(cluster);
        }
        finally
        {
            starting.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (dashboard is not null)
        {
            await dashboard.DisposeAsync();
        }

        foreach (var line in lines)
        {
            await line.DisposeAsync();
        }

        await base.DisposeAsync();
        starting.Dispose();
        directory.Dispose();
        GC.SuppressFinalize(this);
    }

    async Task<RunningDashboard> OpenAsync(ApacheCluster cluster)
    {
        var advertised = cluster.Bootstrap.Split(',');
        lines.AddRange(advertised.Select(address => new FaultyLine(int.Parse(address.Split(':')[1]))));
        var map = advertised.Zip(lines, (address, line) => $"      \"{address}\": \"127.0.0.1:{line.Port}\"");
        var zooKeeper = cluster.ZooKeeper.Length == 0 ? "" : $"    zookeeper: {cluster.ZooKeeper}\n";
        var file = directory["clusters.yaml"];
        await File.WriteAllTextAsync(
            file, $"clusters:\n  - id: {Id}\n    kafka: {cluster.Bootstrap}\n{zooKeeper}    addresses:\n{string.Join('\n', map)}\n");
        var opened = new RunningDashboard { Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", "--clusters", file] };
        await opened.InitializeAsync();
        return opened;
    }
}
