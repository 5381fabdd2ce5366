using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Sample;

/// <summary>The sample topics of a hosted cluster; test-cluster-topic is the tutorial's.</summary>
static class SampleTopics
{
    public const string Orders = "orders";
    public const string Payments = "payments";
    public const string Clicks = "clicks";
    public const string Tutorial = "test-cluster-topic";

    static readonly (string Name, int Partitions, int Factor)[] wanted = [(Orders, 6, 3), (Payments, 4, 2), (Clicks, 6, 2), (Tutorial, 3, 2)];

    /// <summary>Creates those that are missing, with as many replicas as there are brokers when those are few.</summary>
    public static async Task EnsureAsync(IClusterMonitor cluster, int brokers, CancellationToken cancellation)
    {
        var snapshot = await cluster.WaitForAsync(s => s.Topics.Value is not null && s.Brokers.Value is not null, TimeSpan.FromMinutes(1), cancellation);
        foreach (var (name, partitions, factor) in wanted.Where(t => snapshot.Topics.Value!.Find(t.Name) is null))
        {
            var configs = ImmutableDictionary<string, string>.Empty.Add("retention.ms", "3600000").Add("segment.bytes", "16777216");
            var command = new CreateTopic(name, partitions, Math.Min(factor, brokers), null, configs);
            await cluster.Commands.RunAsync(command, "sample", null, cancellation);
        }
    }
}
