using System.Collections.Immutable;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.History;
using Microsoft.Extensions.Logging;

namespace Dashboard.Monitoring;

/// <summary>
/// The monitors of this process. Which there are is set as a whole (<see cref="Set"/>), any time and from any thread: a monitor that reads
/// what is asked for already goes on, with what it remembers.
/// </summary>
public sealed class ClusterRegistry(IAuditLog audit, ILoggerFactory loggers, TimeProvider time, IEventLog? events = null,
    ISeenStates? seen = null)
    : IClusterRegistry, IAsyncDisposable
{
    /// <summary>Each holds a few connections to its brokers and tens of megabytes when it is large.</summary>
    public const int MostClusters = 100;

    readonly Lock gate = new();
    readonly List<Task> leaving = [];
    volatile IReadOnlyList<ClusterMonitor> monitors = [];
    bool started;
    bool disposed;

    public event Action? Changed;

    public IReadOnlyList<IClusterMonitor> Clusters => monitors;

    public IClusterMonitor? Find(string id) => monitors.FirstOrDefault(monitor => monitor.Id == id);

    /// <summary>
    /// From now on these clusters are watched, in this order. One that is connected to as before only takes its new name and whether it is
    /// read-only. One that is left out, or connected to in another way, is closed in the background, without waiting for it.
    /// </summary>
    /// <exception cref="ClusterDefinitionException">One cannot be opened, or there are too many; all is then as it was.</exception>
    public void Set(IReadOnlyCollection<ClusterMonitorOptions> clusters)
    {
        if (clusters.Count > MostClusters)
        {
            throw new ClusterDefinitionException(null, $"There is room for {MostClusters} clusters; remove one first.");
        }

        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var before = monitors.ToDictionary(monitor => monitor.Id);
            var made = new List<ClusterMonitor>();
            IReadOnlyList<ClusterMonitor> next;
            try
            {
                next = [.. clusters.Select(options => Stays(before, options) ?? Make(options, made))];
            }
            catch
            {
                // all or nothing: a list that is half applied would be neither the old one nor the new one
                made.ForEach(Leave);
                throw;
            }

            foreach (var (monitor, options) in next.Zip(clusters))
            {
                monitor.Describe(options);
            }

            monitors = next;
            if (started)
            {
                made.ForEach(monitor => monitor.Start());
            }

            // after the new list is in force: Find never meets one that is being closed
            before.Values.Except(next).ToList().ForEach(Leave);
        }

        // outside the lock: listeners call back into this
        Changed?.Invoke();
    }

    /// <summary>Those that are set and those that will be begin to read; returns at once.</summary>
    public void Start()
    {
        lock (gate)
        {
            if (!started)
            {
                started = true;
                monitors.ToList().ForEach(monitor => monitor.Start());
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] ending;
        lock (gate)
        {
            disposed = true;
            ending = [.. leaving, .. monitors.Select(monitor => monitor.DisposeAsync().AsTask())];
        }

        await Task.WhenAll(ending).ConfigureAwait(false);
    }

    static ClusterMonitor? Stays(Dictionary<string, ClusterMonitor> before, ClusterMonitorOptions options) =>
        before.TryGetValue(options.Id, out var monitor) && monitor.Options.ConnectsAs(options) ? monitor : null;

    ClusterMonitor Make(ClusterMonitorOptions options, List<ClusterMonitor> made)
    {
        var monitor = new ClusterMonitor(options, audit, loggers, time, events, seen);
        made.Add(monitor);
        return monitor;
    }

    void Leave(ClusterMonitor monitor)
    {
        // or each change of clusters would be kept for the life of the process
        leaving.RemoveAll(task => task.IsCompleted);
        leaving.Add(monitor.DisposeAsync().AsTask());
    }
}
