using System.Diagnostics;
using Confluent.Kafka;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks;

/// <summary>
/// From a client's commit to the snapshot that shows it, as a page's subscription gets it:
/// for a group on a screen, and for one that nobody looks at.
/// </summary>
static class CommitBenchmark
{
    const int Commits = 40;

    public static async Task RunAsync(Table table)
    {
        using var cluster = await CastellanCluster.StartAsync();
        using var audit = new FileAuditLog(Path.GetTempPath());
        var options = new ClusterMonitorOptions { Id = "bench", Name = "bench", Kind = ClusterKind.Remote, Kafka = cluster.Bootstrap };
        await using var monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
        monitor.Start();
        using (var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = cluster.Bootstrap }).Build())
        {
            for (var i = 0; i < Commits * 3; i++)
            {
                await producer.ProduceAsync(new TopicPartition("bench-commit", 0), new Message<Null, string> { Value = $"{i}" });
            }
        }

        var settings = new ConsumerConfig { BootstrapServers = cluster.Bootstrap, GroupId = "bench-reader", EnableAutoCommit = false };
        using var consumer = new ConsumerBuilder<Ignore, string>(settings).Build();
        var offset = await CommitAsync(monitor, consumer, 0);
        var unseen = await MeasureAsync(monitor, consumer, offset);
        using var look = monitor.Interest.Look();
        look.At(["bench-reader"]);
        var seen = await MeasureAsync(monitor, consumer, offset + Commits);
        Add(table, "nobody looks", unseen);
        Add(table, "on a screen", seen);
    }

    static void Add(Table table, string which, List<double> times)
    {
        var sorted = times.Order().ToList();
        table.Add($"commit to snapshot, {which}, median", "ms", "Castellan", sorted[sorted.Count / 2], lowerIsBetter: true);
        table.Add($"commit to snapshot, {which}, p95", "ms", "Castellan", sorted[(int)(sorted.Count * 0.95)], lowerIsBetter: true);
    }

    static async Task<List<double>> MeasureAsync(ClusterMonitor monitor, IConsumer<Ignore, string> consumer, long from)
    {
        var times = new List<double>();
        for (var i = 1; i <= Commits; i++)
        {
            // not in step with the polls
            await Task.Delay(Random.Shared.Next(100, 600));
            var clock = Stopwatch.StartNew();
            await CommitAsync(monitor, consumer, from + i);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return times;
    }

    static async Task<long> CommitAsync(ClusterMonitor monitor, IConsumer<Ignore, string> consumer, long offset)
    {
        var partition = new TopicPartition("bench-commit", 0);
        await Task.Run(() => consumer.Commit([new TopicPartitionOffset(partition, offset)]));
        await monitor.WaitForAsync(
            s => s.Groups.Value?.Find("bench-reader")?.Offsets.Any(o => o.Topic == partition.Topic && o.Committed == offset) == true,
            TimeSpan.FromMinutes(1),
            CancellationToken.None);
        return offset;
    }
}
