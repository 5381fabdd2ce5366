using System.Diagnostics;
using Confluent.Kafka;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks;

/// <summary>
/// Whether the memory of a search depends on how much it reads: a text that is nowhere, in records that take little room on disk and
/// gigabytes once they are unpacked. The search runs in this process, the brokers in another.
/// </summary>
static class ScanMemoryBenchmark
{
    const int Partitions = 6, RecordBytes = 4096;
    const string Topic = "memory-bench";

    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(50);

    /// <param name="gigabytes">Unpacked; what was met by the first of them is printed beside what all of them came to.</param>
    public static async Task RunAsync(string bootstrap, int gigabytes, Table table)
    {
        var records = gigabytes * 1_000_000_000L / RecordBytes;
        await FillAsync(bootstrap, records);
        var directory = Directory.CreateTempSubdirectory("memory-bench-").FullName;
        using var audit = new FileAuditLog(directory);
        var options = new ClusterMonitorOptions { Id = "bench", Name = "bench", Kind = ClusterKind.Remote, Kafka = bootstrap };
        await using var monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
        var query = new ScanQuery(Topic)
        {
            From = ScanBound.Oldest,
            Limit = int.MaxValue,
            Filter = RecordFilters.Parse("text:nowhere to be found"),
        };
        using var ended = new CancellationTokenSource();
        var (before, peak, scanned, first) = (Memory.Resident(Environment.ProcessId), 0.0, 0L, 0.0);
        var watching = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
            {
                peak = Math.Max(peak, Memory.Resident(Environment.ProcessId));
                first = Volatile.Read(ref scanned) * RecordBytes < 1_000_000_000 ? peak : first;
                await Task.Delay(pace);
            }
        });
        var clock = Stopwatch.StartNew();
        var scanner = new MessageScanner(new PlainDecoder());
        ScanProgress? last = null;
        var steps = scanner.ScanAsync(monitor, query, Actor.Program("bench"), CancellationToken.None, CancellationToken.None);
        await foreach (var step in steps)
        {
            last = step.Progress;
            Volatile.Write(ref scanned, last.Scanned);
        }

        await ended.CancelAsync();
        await watching;
        var unpacked = last!.Scanned * (double)RecordBytes / 1e9;
        Console.WriteLine(
            $"{last.Scanned:N0} of {records:N0} records, {unpacked:N1} GB unpacked, {last.Bytes / 1e6:N0} MB read");
        table.Add("memory before", "MB", "Castellan", before, lowerIsBetter: true);
        table.Add("peak of memory within the first GB", "MB", "Castellan", first, lowerIsBetter: true);
        table.Add($"peak of memory, {unpacked:N1} GB", "MB", "Castellan", peak, lowerIsBetter: true);
        table.Add("unpacked and searched", "MB/s", "Castellan", unpacked * 1000 / clock.Elapsed.TotalSeconds, lowerIsBetter: false);
        Directory.Delete(directory, recursive: true);
    }

    static Task FillAsync(string bootstrap, long records)
    {
        var value = new byte[RecordBytes];
        Array.Fill(value, (byte)'x');
        var config = new ProducerConfig
        {
            CompressionType = CompressionType.Zstd,
            BatchSize = 900_000,
            QueueBufferingMaxKbytes = 64 << 10,
            EnableDeliveryReports = false,
        };
        return FilledTopic.CreateAsync(bootstrap, Topic, Partitions, records, _ => value, config);
    }
}
