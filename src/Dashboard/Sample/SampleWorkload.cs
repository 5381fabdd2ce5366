using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Operations;

namespace Dashboard.Sample;

/// <summary>
/// Something to look at on the hosted cluster: topics, a producer, and groups of which one falls behind for a while and catches up again.
/// </summary>
sealed partial class SampleWorkload(
    INodeHost host, IClusterRegistry clusters, TimeProvider time, ILogger<SampleWorkload> logger) : HostedWork(host)
{
    /// <summary>
    /// analytics reads 25 of 40 records a second for a minute, then as fast as 80 for one: some 900 records behind at the most, which is no
    /// trouble.
    /// </summary>
    static readonly TimeSpan phase = TimeSpan.FromMinutes(1);

    static readonly TimeSpan renewal = TimeSpan.FromSeconds(5);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            var hosted = clusters.Clusters.First(c => c.Kind == ClusterKind.Hosted);
            await SampleTopics.EnsureAsync(hosted, Host.Nodes.Count(n => n.Kind == NodeKind.Broker), time, stoppingToken);
            var consumers = Consumers().Select(consumer => KeepAsync(consumer.RunAsync, stoppingToken));
            await Task.WhenAll(consumers.Append(KeepAsync(new SampleProducer(Host.Bootstrap, time).RunAsync, stoppingToken)));
        }
        catch (OperationCanceledException)
        {
            // the process ends, or other nodes come
        }
        catch (Exception e)
        {
            LogEnded(e);
        }
    }

    /// <summary>
    /// A client that gave up (an idempotent producer does, when a broker lost what it knew of it) is followed by a new one.
    /// </summary>
    async Task KeepAsync(Func<CancellationToken, Task> run, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await run(stopping);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogAgain(e.Message, renewal);
            }

            await Task.Delay(renewal, time, stopping);
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
        new(Host.Bootstrap, group, $"{group}-{number}", topics, pace ?? (_ => null), time);

    [LoggerMessage(LogLevel.Warning, "A client of the sample workload ended: {Reason}. A new one follows in {Renewal}.")]
    partial void LogAgain(string reason, TimeSpan renewal);

    [LoggerMessage(LogLevel.Error, "The sample workload ended")]
    partial void LogEnded(Exception e);
}
