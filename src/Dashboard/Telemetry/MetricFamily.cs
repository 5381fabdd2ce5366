using System.Diagnostics.Metrics;
using System.Globalization;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;

namespace Dashboard.Telemetry;

/// <summary>One metric. Its name and labels are what alerts are written against: they do not change.</summary>
/// <param name="Name">As Prometheus writes it, unit and "_total" included.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Samples">One sample a series. A section that was never read gives none, rather than a zero; one that is stale gives its
/// last value, and castellan_reading_failing says so.</param>
sealed record MetricFamily(string Name, string Help, Func<MetricSource, IEnumerable<Measurement<double>>> Samples)
{
    public bool IsCounter { get; init; }

    /// <summary>At most so many series of a cluster, where they grow with its topics or groups, so that there is a limit to them.</summary>
    public Func<ClusterSnapshot, int>? Most { get; init; }

    public bool Grows => Most is not null;

    /// <summary>At most so many series of a cluster.</summary>
    public int MostOf(ClusterSnapshot cluster) => Most?.Invoke(cluster) ?? Few + (cluster.Brokers.Value?.Brokers.Length ?? 0);

    /// <summary>Coordinators with their roles, readings, names of APIs: tens of each.</summary>
    const int Few = 200;
}

/// <summary>What a scrape reads: the present snapshots, the hosted nodes where there are any, and what of the audit log waits.</summary>
sealed record MetricSource(IReadOnlyList<ClusterSnapshot> Clusters, INodeHost? Host, AuditDelivery? Audit, DateTimeOffset Now)
{
    public IEnumerable<Measurement<double>> OfClusters(Func<ClusterSnapshot, IEnumerable<Measurement<double>>> samples) =>
        Clusters.SelectMany(samples);

    /// <summary>Labelled with its cluster, too. The exporter writes labels in the order of their names.</summary>
    public static Measurement<double> Measure(
        ClusterSnapshot cluster, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var tags = new KeyValuePair<string, object?>[labels.Length + 1];
        tags[0] = new("cluster", cluster.Id);
        for (var i = 0; i < labels.Length; i++)
        {
            tags[i + 1] = new(labels[i].Name, labels[i].Value);
        }

        return new(value, tags);
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static string Text(Enum value) => value.ToString().ToLowerInvariant();
}
