using System.Text;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
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

    public async Task<MessagePage> LastAsync(string topic) =>
        await monitor.Messages.ReadLastAsync(new MessageQuery(topic, null, 50), null, Actor.Program("test"), Token).LastAsync();

    public static IEnumerable<string> Values(MessagePage page) =>
        page.Messages.Select(m => Encoding.UTF8.GetString(m.Value!.Value.AsSpan()));

    public async ValueTask DisposeAsync()
    {
        await monitor.DisposeAsync();
        audit.Dispose();
        directory.Dispose();
    }
}
