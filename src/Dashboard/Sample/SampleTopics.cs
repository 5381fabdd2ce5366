using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Kafka.Protocol;

namespace Dashboard.Sample;

/// <summary>The sample topics of a hosted cluster; test-cluster-topic is the tutorial's.</summary>
static class SampleTopics
{
    public const string Orders = "orders";
    public const string Payments = "payments";
    public const string Clicks = "clicks";
    public const string Tutorial = "test-cluster-topic";

    static readonly (string Name, int Partitions, int Factor)[] wanted =
        [(Orders, 6, 3), (Payments, 4, 2), (Clicks, 6, 2), (Tutorial, 3, 2)];

    static readonly TimeSpan firstPause = TimeSpan.FromSeconds(2);
    static readonly TimeSpan longestPause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Creates those that are missing, with as many replicas as there are brokers when those are few. What is refused, such as while a
    /// broker is away, is tried again, less and less often.
    /// </summary>
    public static async Task EnsureAsync(IClusterMonitor cluster, int brokers, TimeProvider time, CancellationToken cancellationToken)
    {
        var snapshot = await cluster.WaitForAsync(
            s => s.Topics.Value is not null && s.Brokers.Value is not null, TimeSpan.FromMinutes(1), cancellationToken);
        var missing = wanted.Where(t => snapshot.Topics.Value!.Find(t.Name) is null).ToList();
        for (var pause = firstPause; missing.Count > 0; pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, longestPause.Ticks)))
        {
            foreach (var topic in missing.ToList())
            {
                var configs = ImmutableDictionary<string, string>.Empty.Add("retention.ms", "3600000").Add("segment.bytes", "16777216");
                var command = new CreateTopic(topic.Name, topic.Partitions, Math.Min(topic.Factor, brokers), null, configs);
                var result = await cluster.Commands.RunAsync(command, Actor.Program("sample"), null, cancellationToken);
                if (result.Succeeded || result.Refusals.Any(refusal => refusal.Error == ErrorCode.TopicAlreadyExists))
                {
                    missing.Remove(topic);
                }
            }

            if (missing.Count > 0)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }
}
