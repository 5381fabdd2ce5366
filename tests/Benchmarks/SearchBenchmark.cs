using System.Diagnostics;
using System.Text;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks;

/// <summary>
/// A text in a topic without compression, beside <c>kcat | grep</c> on the same topic in the same run, in turns; the newest 50 records of a
/// topic of 50 partitions, and what memory does while much is read.
/// </summary>
static class SearchBenchmark
{
    const int Partitions = 6, Records = 1_000_000, RecordBytes = 512, Readings = 3;
    const string Topic = "search-bench", Many = "search-many", Needle = "needle-4711";

    public static async Task RunAsync(string bootstrap, Table table)
    {
        await FillAsync(bootstrap, Topic, Partitions, Records);
        await FillAsync(bootstrap, Many, 50, 20_000);
        var directory = Directory.CreateTempSubdirectory("search-bench-").FullName;
        using var audit = new FileAuditLog(directory);
        var options = new ClusterMonitorOptions { Id = "bench", Name = "bench", Kind = ClusterKind.Remote, Kafka = bootstrap };
        await using var monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
        var search = new ScanQuery(Topic) { From = ScanBound.Oldest, Limit = int.MaxValue, Filter = RecordFilters.Parse($"text:{Needle}") };
        await ScanAsync(monitor, search); // warm on both sides
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var i = 0; i < Readings; i++)
        {
            var (seconds, end) = await ScanAsync(monitor, search);
            Console.WriteLine($"found {end.Found} in {end.Scanned:N0} records, {end.Bytes / 1e6:N0} MB");
            ours.Add(end.Bytes / 1e6 / seconds);
            theirs.Add(end.Bytes / 1e6 / await KcatAsync(bootstrap));
        }

        table.Add("text search, 6 partitions, median", "MB/s", "Castellan", ours.Order().ElementAt(Readings / 2), lowerIsBetter: false);
        table.Add("text search, 6 partitions, median", "MB/s", "kcat|grep", theirs.Order().ElementAt(Readings / 2), lowerIsBetter: false);
        table.Add("memory after that", "MB", "Castellan", Environment.WorkingSet / 1e6, lowerIsBetter: true);
        var newest = new ScanQuery(Many);
        await ScanAsync(monitor, newest);
        var times = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            times.Add((await ScanAsync(monitor, newest)).Seconds * 1000);
        }

        table.Add("newest 50 of 50 partitions, median", "ms", "Castellan", times.Order().ElementAt(3), lowerIsBetter: true);
        Directory.Delete(directory, recursive: true);
    }

    static async Task<(double Seconds, ScanProgress End)> ScanAsync(IClusterMonitor monitor, ScanQuery query)
    {
        var clock = Stopwatch.StartNew();
        var scanner = new MessageScanner(new PlainDecoder());
        var steps = scanner.ScanAsync(monitor, query, Actor.Program("bench"), CancellationToken.None, CancellationToken.None);
        var last = await steps.LastAsync();
        return (clock.Elapsed.TotalSeconds, last.Progress);
    }

    static async Task<double> KcatAsync(string bootstrap)
    {
        var clock = Stopwatch.StartNew();
        await ApacheProcesses.RunAsync(
            "bash", ["-c", $"kcat -b {bootstrap} -C -t {Topic} -o beginning -e -q | grep -c {Needle}"]);
        return clock.Elapsed.TotalSeconds;
    }

    static Task FillAsync(string bootstrap, string topic, int partitions, int records)
    {
        var rest = new string('x', RecordBytes);
        return FilledTopic.CreateAsync(
            bootstrap, topic, partitions, records,
            i => Encoding.UTF8.GetBytes($$"""{"id":{{i}},"name":"{{(i % 10_007 == 0 ? Needle : "straw")}}","rest":"{{rest}}"}"""));
    }
}
