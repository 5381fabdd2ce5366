using System.Diagnostics.Metrics;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Nodes;
using OpenTelemetry.Metrics;

namespace Dashboard.Telemetry;

/// <summary>
/// The metrics as instruments that are read when somebody asks: nothing is counted meanwhile, and what is gone from a cluster is gone from
/// the next answer.
/// </summary>
sealed class CastellanMeter : IDisposable
{
    public const string Name = "Castellan";

    /// <summary>
    /// Series of one metric, unless set: a cluster of 2,000 topics with five partitions each has 10,000 of castellan_partition_isr.
    /// </summary>
    public const int DefaultSeries = 20_000;

    /// <summary>
    /// OpenTelemetry takes the places of all series of a metric when it begins, and never frees that of a cumulative one. So there are more
    /// places than series, and a provider whose places might not do for the next answer is replaced by a new one.
    /// </summary>
    const int PlacesPerSeries = 3;

    /// <summary>Of a small cluster's metrics: it may grow without a new provider.</summary>
    const int FewestPlaces = 2_000;

    const string LeftOut = "castellan_series_left_out";

    static readonly MetricFamily[] families = [.. ClusterFamilies.All, .. TopicFamilies.All, .. ProgramFamilies.All];

    readonly Meter meter = new(Name);
    readonly IClusterRegistry clusters;
    readonly INodeHost? host;
    readonly IAuditLog audit;
    readonly TimeProvider time;
    readonly int mostSeries;

    /// <summary>Hashes of the series that were published by each family since the last renewal.</summary>
    readonly Dictionary<string, HashSet<int>> seen = families.ToDictionary(f => f.Name, _ => new HashSet<int>());

    /// <summary>For which a provider has places since then.</summary>
    readonly Dictionary<string, int> places = [];

    /// <summary>As many series of each metric as were past the limit when they were asked for last.</summary>
    readonly Dictionary<string, int> leftOut = [];

    /// <param name="mostSeries">Of one metric over all clusters; those past it are left out, and counted in
    /// castellan_series_left_out.</param>
    public CastellanMeter(IClusterRegistry clusters, INodeHost? host, IAuditLog audit, TimeProvider time, int mostSeries)
    {
        (this.clusters, this.host, this.audit, this.time, this.mostSeries) = (clusters, host, audit, time, mostSeries);
        foreach (var family in families)
        {
            if (family.IsCounter)
            {
                meter.CreateObservableCounter(family.Name, () => Published(family), description: family.Help);
            }
            else
            {
                meter.CreateObservableGauge(family.Name, () => Published(family), description: family.Help);
            }
        }

        meter.CreateObservableGauge(
            LeftOut, SeriesLeftOut, description: "Series of the metric that are past the limit of series, and not published.");
    }

    /// <summary>Whether a provider might lack places for the next series: so many came and went, or there are so many more.</summary>
    public bool IsWorn
    {
        get
        {
            lock (seen)
            {
                return families.Any(f => seen[f.Name].Count + Most(f) > places.GetValueOrDefault(f.Name));
            }
        }
    }

    /// <summary>There is to be a new provider, with places for what there is now.</summary>
    public void Renew()
    {
        lock (seen)
        {
            foreach (var family in families)
            {
                seen[family.Name].Clear();
                places[family.Name] = Math.Max(
                    Most(family) * PlacesPerSeries, family.Grows ? Math.Min(FewestPlaces, MostPlaces(mostSeries)) : FewestPlaces);
            }
        }
    }

    /// <summary>For how many series the provider is to have places that this meter was renewed for.</summary>
    public int Places(string metric)
    {
        lock (seen)
        {
            return places.GetValueOrDefault(metric, FewestPlaces);
        }
    }

    /// <summary>For a provider that is never replaced.</summary>
    public static int MostPlaces(int mostSeries) => mostSeries * PlacesPerSeries;

    public void Dispose() => meter.Dispose();

    static int Hash(Measurement<double> measurement)
    {
        var hash = new HashCode();
        foreach (var tag in measurement.Tags)
        {
            hash.Add(tag.Value);
        }

        return hash.ToHashCode();
    }

    List<Measurement<double>> Published(MetricFamily family)
    {
        var published = new List<Measurement<double>>();
        var past = 0;
        foreach (var sample in Samples(family))
        {
            if (family.Grows && published.Count == mostSeries)
            {
                past++;
            }
            else
            {
                published.Add(sample);
            }
        }

        lock (seen)
        {
            leftOut[family.Name] = past;
            seen[family.Name].UnionWith(published.Select(Hash));
        }

        return published;
    }

    /// <summary>Read last, for it was made last.</summary>
    List<Measurement<double>> SeriesLeftOut()
    {
        lock (seen)
        {
            return
            [
                .. families.Where(f => f.Grows).Select(f => new Measurement<double>(
                    leftOut.GetValueOrDefault(f.Name), new KeyValuePair<string, object?>("metric", f.Name))),
            ];
        }
    }

    int Most(MetricFamily family)
    {
        var most = clusters.Clusters.Sum(c => family.MostOf(c.Current));
        return family.Grows ? Math.Min(most, mostSeries) : most;
    }

    IEnumerable<Measurement<double>> Samples(MetricFamily family) =>
        family.Samples(new([.. clusters.Clusters.Select(c => c.Current)], host, audit.Delivery, time.GetUtcNow()));
}
