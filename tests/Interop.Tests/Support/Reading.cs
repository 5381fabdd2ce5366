using System.Text;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Interop.Tests.Support;

/// <summary>The last records of a cluster's topics, as the messages tab reads them.</summary>
sealed class Reading : IAsyncDisposable
{
    readonly TempDirectory directory = new();
    readonly FileAuditLog audit;
    readonly ClusterMonitor monitor;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public Reading(string bootstrap)
    {
        audit = new FileAuditLog(directory.Path);
        var options = new ClusterMonitorOptions { Id = "read", Name = "read", Kind = ClusterKind.Remote, Kafka = bootstrap };
        monitor = new ClusterMonitor(options, audit, NullLoggerFactory.Instance, TimeProvider.System);
    }

    public async Task<LastRecords> LastAsync(string topic, ScanQuery? query = null)
    {
        var steps = await new MessageScanner(new PlainDecoder())
            .ScanAsync(monitor, query ?? new ScanQuery(topic), Actor.Program("test"), CancellationToken.None, Token)
            .ToListAsync(Token);
        return new LastRecords([.. steps.SelectMany(s => s.Found).Select(f => f.Message)], steps[^1].Progress);
    }

    public static IEnumerable<string> Values(LastRecords records) =>
        records.Messages.Select(m => Encoding.UTF8.GetString(m.Value!.Value.AsSpan()));

    public async ValueTask DisposeAsync()
    {
        await monitor.DisposeAsync();
        audit.Dispose();
        directory.Dispose();
    }
}

/// <summary>What was given, and what was looked at.</summary>
sealed record LastRecords(MessageView[] Messages, ScanProgress Progress)
{
    public IReadOnlyList<PartitionProgress> Partitions => Progress.Partitions;
}
