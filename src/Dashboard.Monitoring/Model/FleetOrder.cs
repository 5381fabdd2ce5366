namespace Dashboard.Monitoring.Model;

/// <summary>
/// All clusters in on-call order: by state (<see cref="ClusterState"/>), what has been so for longest first, then by name.
/// </summary>
public static class FleetOrder
{
    /// <summary>Each with how it is.</summary>
    public static IReadOnlyList<(ClusterSnapshot Snapshot, ClusterStanding Standing)> Of(IEnumerable<ClusterSnapshot> clusters) =>
    [
        .. clusters.Select(snapshot => (Snapshot: snapshot, Standing: ClusterStanding.Of(snapshot)))
            .OrderBy(cluster => cluster.Standing.State)
            .ThenBy(cluster => cluster.Standing.Since ?? DateTimeOffset.MaxValue)
            .ThenBy(cluster => cluster.Snapshot.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(cluster => cluster.Snapshot.Id, StringComparer.Ordinal),
    ];
}
