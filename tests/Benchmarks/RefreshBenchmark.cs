using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Testing.Security;

namespace Benchmarks;

/// <summary>
/// One full reading of a large Apache cluster of three brokers, beside Java's AdminClient doing the same (Floor.java), with 2,000 groups
/// and with 10,000; the same by TLS and SCRAM beside plaintext; and what a program that watches it costs.
/// </summary>
static partial class RefreshBenchmark
{
    const int Topics = 2000;

    /// <summary>As Floor.java: ten, of which the first five warm up.</summary>
    const int Rounds = 10;
    const int Counted = 5;

    public static async Task RunAsync(string home, Table table, bool fleet)
    {
        await using var cluster = await SecuredZooKeeperMode.StartAsync(new() { ["KAFKA_HEAP_OPTS"] = "-Xmx2G" });
        foreach (var (size, groups) in ((string, int)[])[("L", 2_000), ("XL", 10_000)])
        {
            var name = $"{size}: {Topics:N0} topics × 5, {groups:N0} groups × 10";
            await PopulateAsync(home, cluster.Inner, groups);
            table.Add($"full refresh, {name}", "s", "Apache", await FloorAsync(home, cluster.Inner), lowerIsBetter: true);
            var plain = await RefreshAsync(cluster.Inner, groups, []);
            table.Add($"full refresh, {name}", "s", "Castellan", plain, lowerIsBetter: true);
            var secured = await RefreshAsync(cluster.Bootstrap, groups, Properties(cluster.ClientProperties));
            var security = new Table("TLS + SCRAM", "plaintext");
            security.Add($"full refresh, {name}", "s", "plaintext", plain, lowerIsBetter: true);
            security.Add($"full refresh, {name}", "s", "TLS + SCRAM", secured, lowerIsBetter: true);
            Console.WriteLine($"\n{security}");
            using var dashboard = await CastellanCluster.WatchAsync("--kafka", cluster.Inner);
            await WatchedCluster.MeasureAsync(dashboard, "remote", size, table);
        }

        if (fleet)
        {
            await WatchedCluster.MeasureFleetAsync(cluster.Inner, 20, table);
        }
    }

    static Task PopulateAsync(string home, string bootstrap, int groups) => JavaAsync(
        home, "Populate.java", bootstrap, $"topics={Topics}", "partitions=5", "rf=1", $"groups={groups}", "partitionsPerGroup=10",
        "records=20000");

    static async Task<double> FloorAsync(string home, string bootstrap)
    {
        var told = await JavaAsync(home, "Floor.java", bootstrap);
        var times = TogetherPattern().Matches(told).Select(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
        return WatchedCluster.Median(times.TakeLast(Counted));
    }

    static Task<string> JavaAsync(string home, string program, params string[] arguments) => ApacheProcesses.RunAsync(
        "java", ["-cp", Path.Combine(home, "libs", "*"), Path.GetFullPath(Path.Combine(home, "..", program)), .. arguments]);

    static async Task<double> RefreshAsync(string bootstrap, int groups, Dictionary<string, string> properties)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            times.Add(await OnceAsync(bootstrap, groups, properties));
        }

        return WatchedCluster.Median(times.TakeLast(Counted));
    }

    /// <summary>From nothing to everything: a new monitor until topics, end offsets and every group's offsets are there.</summary>
    static async Task<double> OnceAsync(string bootstrap, int groups, Dictionary<string, string> properties)
    {
        var options = new ClusterMonitorOptions
        {
            Id = "bench",
            Name = "bench",
            Kind = ClusterKind.Remote,
            Kafka = bootstrap,
            Properties = properties.ToFrozenDictionary(),
            CallDeadline = TimeSpan.FromSeconds(60),
        };
        using var audit = new FileAuditLog(Path.GetTempPath());
        var clock = Stopwatch.StartNew();
        await using var monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
        monitor.Start();
        await monitor.WaitForAsync(
            s => s.Topics.Value?.Topics.Length > Topics
                && s.Offsets.Value?.Partitions.Count > Topics * 5
                && s.Groups.Value?.Groups.Length >= groups,
            TimeSpan.FromMinutes(2),
            CancellationToken.None);
        return clock.Elapsed.TotalSeconds;
    }

    static Dictionary<string, string> Properties(string file) =>
        File.ReadLines(file).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    [GeneratedRegex(@"together ([\d.]+) s")]
    private static partial Regex TogetherPattern();
}
