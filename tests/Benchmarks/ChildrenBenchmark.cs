using System.Diagnostics;
using ZooKeeper.Client;

namespace Benchmarks;

/// <summary>
/// The page of a parent with very many children, at a hosted ensemble and at Apache's: until the answer with its first rows is there,
/// and what the dashboard's memory grows by over the requests.
/// </summary>
static class ChildrenBenchmark
{
    static readonly int[] sizes = [100_000, 300_000];

    /// <summary>Names of a request that makes many at once.</summary>
    const int AtOnce = 1000;

    public static async Task RunAsync(string home, Table table)
    {
        using (var ours = await CastellanCluster.StartAsync())
        {
            await MeasureAsync("Castellan", ours.ZooKeeper, table);
        }

        using var apache = await ApacheProcesses.StartAsync(home, "zk", 3, 0);
        await MeasureAsync("Apache", apache.ZooKeeper, table);
    }

    static async Task MeasureAsync(string who, string connect, Table table)
    {
        var options = ZooKeeperClientOptions.Parse(connect) with { RequestTimeout = TimeSpan.FromMinutes(1) };
        await using var client = new ZooKeeperClient(options);
        var made = 0;
        await client.CreateAsync("/wide", Array.Empty<byte>());
        using var dashboard = await CastellanCluster.WatchAsync("--zookeeper", connect);
        using var http = new HttpClient { BaseAddress = new Uri(dashboard.Address), Timeout = TimeSpan.FromMinutes(2) };
        foreach (var size in sizes)
        {
            for (; made < size; made += AtOnce)
            {
                var numbers = Enumerable.Range(made, AtOnce);
                await client.MultiAsync([.. numbers.Select(i => Op.Create($"/wide/child-{i:0000000}", Array.Empty<byte>()))]);
            }

            var times = new List<double>();
            var before = 0.0;
            for (var i = 0; i < 12; i++)
            {
                var clock = Stopwatch.StartNew();
                var page = await http.GetStringAsync("/clusters/remote/znodes?path=%2Fwide");
                times.Add(clock.Elapsed.TotalMilliseconds);
                before = i == 3 ? dashboard.MemoryMegabytes() : before;
                if (!page.Contains("child-0000000", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException("The page does not show the first child.");
                }
            }

            var sorted = times.Skip(2).Order().ToList();
            Add($"first rows of a parent with {size:N0} children, of {who}'s ensemble", "ms", sorted[sorted.Count / 2]);
            Add($"memory that eight more such pages cost, {size:N0}, {who}'s ensemble", "MB", dashboard.MemoryMegabytes() - before);
        }

        void Add(string what, string unit, double value) => table.Add(what, unit, "Castellan", value, lowerIsBetter: true);
    }
}
