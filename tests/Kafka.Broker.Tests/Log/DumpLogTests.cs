using Kafka.Broker.Configuration;
using Kafka.Broker.Tests.Support;
using Testing;

namespace Kafka.Broker.Tests.Log;

/// <summary>Apache's own tool reads what we write.</summary>
public sealed class DumpLogTests
{
    [Fact]
    public async Task Kafka_dump_log_reads_log_indexes_and_producer_snapshot_without_complaint()
    {
        var home = External.Require("KAFKA_HOME");
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 4000, IndexIntervalBytes = 300 });
        for (var i = 0; i < 100; i++)
        {
            log.Time.Advance(TimeSpan.FromMilliseconds(10));
            if (i % 2 == 0)
            {
                log.Append(epoch: i / 40, $"value {i}", "another");
            }
            else
            {
                log.Log.AppendAsLeader(TestLog.Idempotent(5, 0, i / 2, $"value {i}"), i / 40, true);
            }
        }

        log.Log.Close();
        var files = Directory.EnumerateFiles(directory["orders-0"])
            .Where(file => Path.GetExtension(file) is ".log" or ".index" or ".timeindex" or ".snapshot").ToList();
        Assert.Contains(files, file => file.EndsWith(".snapshot", StringComparison.Ordinal));

        var result = await External.KafkaToolAsync(
            home, "kafka-dump-log.sh", ["--deep-iteration", "--print-data-log", "--files", string.Join(',', files)]);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", string.Join('\n', (result.Output + result.Error).Split('\n').Where(IsComplaint)));
        Assert.Contains("value 99", result.Output, StringComparison.Ordinal);
        Assert.Contains("producerId: 5", result.Output, StringComparison.Ordinal);
    }

    static bool IsComplaint(string line) =>
        line.Contains("isvalid: false", StringComparison.Ordinal)
            || line.Contains("rror", StringComparison.Ordinal)
            || line.Contains("xception", StringComparison.Ordinal)
        || line.Contains("ismatch", StringComparison.Ordinal) || line.Contains("out of order", StringComparison.OrdinalIgnoreCase)
        || line.Contains("Non-consecutive", StringComparison.Ordinal) || line.Contains("not found", StringComparison.Ordinal);
}
