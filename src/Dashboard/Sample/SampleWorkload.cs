using Dashboard.Hosting;
using Dashboard.Monitoring;
using Dashboard.Nodes;

namespace Dashboard.Sample;

/// <summary>Something to look at on the hosted cluster: topics, a producer, and groups of which one falls behind for a while and catches up again.</summary>
sealed partial class SampleWorkload(INodeHost host, IClusterRegistry clusters, TimeProvider time, ILogger<SampleWorkload> logger) : BackgroundService
{
    /// <summary>analytics reads 25 of 40 records a second for a minute, then as fast as 80 for one: some 900 records behind at the most, which is no trouble.</summary>
    static readonly TimeSpan phase = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in host.SubscribeAsync(stoppingToken))
            {
                if (host.AllReady)
                {
                    break;
                }
            }

            await SampleTopics.EnsureAsync(clusters.Find(Composition.HostedId)!, host.Nodes.Count(n => n.Kind == NodeKind.Broker), stoppingToken);
            var workers = Consumers().Select(c => c.RunAsync(stoppingToken)).Append(new SampleProducer(host.Bootstrap, time).RunAsync(stoppingToken));
            await Task.WhenAll(workers);
        }
        catch (OperationCanceledException)
        {
            // the process ends
        }
        catch (Exception e)
        {
            LogEnded(e);
        }
    }

    IEnumerable<SampleConsumer> Consumers()
    {
        yield return Member("fulfilment", 1, [SampleTopics.Orders], null);
        yield return Member("fulfilment", 2, [SampleTopics.Orders], null);
        yield return Member("billing", 1, [SampleTopics.Payments, SampleTopics.Orders], null);
        yield return Member("analytics", 1, [SampleTopics.Clicks], ran => (int)(ran / phase) % 2 == 0 ? 25 : 80);
    }

    SampleConsumer Member(string group, int number, string[] topics, Func<TimeSpan, double?>? pace) =>
        new(host.Bootstrap, group, $"{group}-{number}", topics, pace ?? (_ => null), time);

    [LoggerMessage(LogLevel.Error, "The sample workload ended")]
    partial void LogEnded(Exception e);
}
