using System.Diagnostics.Metrics;
using Dashboard.Monitoring;
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
    /// OpenTelemetry never frees the place of a cumulative series. So there are more places than series, and a provider whose places wear
    /// out is replaced by a new one.
    /// </summary>
    const int PlacesPerSeries = 3;

    const string LeftOut = "castellan_series_left_out";

    static readonly MetricFamily[] families = [.. ClusterFamilies.All, .. TopicFamilies.All];
    static readonly HashSet<string> growing = [.. families.Where(f => f.Grows).Select(f => f.Name)];

    readonly Meter meter = new(Name);
    readonly IClusterRegistry clusters;
    readonly INodeHost? host;
    readonly TimeProvider time;
    readonly int mostSeries;

    /// <summary>Hashes of the series that were published by each growing family since the last renewal.</summary>
    readonly Dictionary<string, HashSet<int>> seen = growing.ToDictionary(name => name, _ => new HashSet<int>());

    /// <param name="mostSeries">Of one metric over all clusters; those past it are left out, and counted in
    /// castellan_series_left_out.</param>
    public CastellanMeter(IClusterRegistry clusters, INodeHost? host, TimeProvider time, int mostSeries)
    {
        (this.clusters, this.host, this.time, this.mostSeries) = (clusters, host, time, mostSeries);
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

    /// <summary>Whether so many series came and went that a provider might have no place for the next ones.</summary>
    public bool IsWorn
    {
        get
        {
            lock (seen)
            {
                return seen.Values.Any(series => series.Count > mostSeries * (PlacesPerSeries - 1));
            }
        }
    }

    /// <summary>How a provider keeps the instruments of this meter.</summary>
    public static MetricStreamConfiguration? View(Instrument instrument, int mostSeries) =>
        instrument.Meter.Name == Name && growing.Contains(instrument.Name)
            ? new MetricStreamConfiguration { CardinalityLimit = mostSeries * PlacesPerSeries }
            : null;

    /// <summary>There is a new provider.</summary>
    public void Renew()
    {
        lock (seen)
        {
            foreach (var series in seen.Values)
            {
                series.Clear();
            }
        }
    }

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
        var published = Samples(family).Take(mostSeries).ToList();
        if (family.Grows)
        {
            lock (seen)
            {
                seen[family.Name].UnionWith(published.Select(Hash));
            }
        }

        return published;
    }

    IEnumerable<Measurement<double>> SeriesLeftOut() => families.Where(f => f.Grows)
        .Select(f => new Measurement<double>(
            Math.Max(0, Samples(f).Count() - mostSeries), new KeyValuePair<string, object?>("metric", f.Name)));

    IEnumerable<Measurement<double>> Samples(MetricFamily family) =>
        family.Samples(new([.. clusters.Clusters.Select(c => c.Current)], host, time.GetUtcNow()));
}
