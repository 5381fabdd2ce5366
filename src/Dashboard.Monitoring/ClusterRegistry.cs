using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.History;
using Microsoft.Extensions.Logging;

namespace Dashboard.Monitoring;

/// <summary>The monitors of this process, made from its settings at start.</summary>
public sealed class ClusterRegistry : IClusterRegistry, IAsyncDisposable
{
    readonly List<ClusterMonitor> monitors;

    public ClusterRegistry(
        IEnumerable<ClusterMonitorOptions> clusters,
        IAuditLog audit,
        ILoggerFactory loggers,
        TimeProvider time,
        IEventLog? events = null) =>
        monitors = [.. clusters.Select(options => new ClusterMonitor(options, audit, loggers, time, events))];

    public IReadOnlyList<IClusterMonitor> Clusters => monitors;

    public IClusterMonitor? Find(string id) => monitors.Find(monitor => monitor.Id == id);

    public void Start() => monitors.ForEach(monitor => monitor.Start());

    public async ValueTask DisposeAsync()
    {
        foreach (var monitor in monitors)
        {
            await monitor.DisposeAsync().ConfigureAwait(false);
        }
    }
}
