using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks;

/// <summary>
/// One full reading of a large Apache cluster, beside Java's AdminClient doing the same (Floor.java);
/// then the page of the groups with most lag.
/// </summary>
static partial class RefreshBenchmark
{
    const int Topics = 2000;
    const int Groups = 2000;
    /// <summary>As Floor.java: ten, of which the first five warm up.</summary>
    const int Rounds = 10;
    const int Counted = 5;

    public static async Task RunAsync(string home, Table table)
    {
        Environment.SetEnvironmentVariable("KAFKA_HEAP_OPTS", "-Xmx2G");
        using var apache = await ApacheProcesses.StartAsync(home, "zk", 1, 1);
        var folder = Path.GetFullPath(Path.Combine(home, ".."));
        string[] java = ["-cp", Path.Combine(home, "libs", "*")];
        string[] sizes = [$"topics={Topics}", "partitions=5", "rf=1", $"groups={Groups}", "partitionsPerGroup=10", "records=20000"];
        await ApacheProcesses.RunAsync("java", [.. java, Path.Combine(folder, "Populate.java"), apache.Bootstrap, .. sizes]);
        var floor = await ApacheProcesses.RunAsync("java", [.. java, Path.Combine(folder, "Floor.java"), apache.Bootstrap]);
        var times = TogetherPattern().Matches(floor).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        var name = $"full refresh of {Topics:N0} topics × 5, {Groups:N0} groups × 10";
        table.Add(name, "s", "Apache", Median(times.TakeLast(Counted)), lowerIsBetter: true);
        var ours = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await OnceAsync(apache.Bootstrap));
        }

        table.Add(name, "s", "Castellan", Median(ours.TakeLast(Counted)), lowerIsBetter: true);
        await PageAsync(apache.Bootstrap, table);
    }

    /// <summary>From nothing to everything: a new monitor until topics, end offsets and every group's offsets are there.</summary>
    static async Task<double> OnceAsync(string bootstrap)
    {
        var options = new ClusterMonitorOptions
        {
            Id = "bench",
            Name = "bench",
            Kind = ClusterKind.Remote,
            Kafka = bootstrap,
            CallDeadline = TimeSpan.FromSeconds(60),
        };
        using var audit = new FileAuditLog(Path.GetTempPath());
        var clock = Stopwatch.StartNew();
        await using var monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
        monitor.Start();
        await monitor.WaitForAsync(
            s => s.Topics.Value?.Topics.Length > Topics
                && s.Offsets.Value?.Partitions.Count > Topics * 5
                && s.Groups.Value?.Groups.Length >= Groups,
            TimeSpan.FromMinutes(2),
            CancellationToken.None);
        return clock.Elapsed.TotalSeconds;
    }

    static async Task PageAsync(string bootstrap, Table table)
    {
        using var dashboard = await CastellanCluster.WatchAsync(bootstrap);
        using var http = new HttpClient { BaseAddress = new Uri(dashboard.Address), Timeout = TimeSpan.FromMinutes(2) };
        while (await HasAsync("/api/clusters/remote", "\"groups\":null") || !await HasAsync("/metrics", "castellan_group_lag_records{"))
        {
            await Task.Delay(200);
        }

        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var clock = Stopwatch.StartNew();
            await http.GetStringAsync("/clusters/remote/groups?sort=-lag");
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        table.Add("page of the groups with most lag", "ms", "Castellan", Median(times), lowerIsBetter: true);
        table.Add("memory of the dashboard then", "MB", "Castellan", dashboard.MemoryMegabytes(), lowerIsBetter: true);

        async Task<bool> HasAsync(string path, string text) => (await http.GetStringAsync(path)).Contains(text, StringComparison.Ordinal);
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    [GeneratedRegex(@"together ([\d.]+) s")]
    private static partial Regex TogetherPattern();
}
