using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.History;

/// <summary>Keeps the events of all clusters beyond this process.</summary>
public interface IEventLog
{
    /// <summary>Why the last events could not be kept; null when they were.</summary>
    string? Problem { get; }

    /// <summary>
    /// What was kept of a cluster, newest first, numbered anew; first of all, where anything was kept, from when to when the dashboard did
    /// not run.
    /// </summary>
    ImmutableArray<ClusterEvent> Load(string cluster);

    /// <summary>Returns at once; does not throw.</summary>
    /// <param name="newest">Oldest first.</param>
    void Append(string cluster, IReadOnlyCollection<ClusterEvent> newest);
}
