using System.Diagnostics;

namespace Dashboard.Monitoring;

/// <summary>The readings of the clusters as activities, one each, for tracing; without a listener none is made.</summary>
public static class MonitorActivities
{
    public const string SourceName = "Castellan.Monitoring";

    static readonly ActivitySource source = new(SourceName);

    /// <param name="collector">Whose reading it is: "MetadataCollector".</param>
    internal static Activity? Start(string collector, string cluster) =>
        source.StartActivity(collector)?.SetTag("castellan.cluster", cluster);
}
