using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Nodes;
using Dashboard.Operations;

namespace Dashboard.Hosting;

/// <summary>
/// The brokers of a hosted cluster start at the same time, so leaders end up where somebody happened to be first. Once every replica is in
/// sync again, the preferred leaders are elected, once: a day begins with a cluster that is as it should be.
/// </summary>
sealed partial class LeadersAtStart(INodeHost host, IClusterRegistry clusters, ILogger<LeadersAtStart> logger) : HostedWork(host)
{
    static readonly TimeSpan deadline = TimeSpan.FromMinutes(1);

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        try
        {
            var cluster = clusters.Find(Composition.HostedId)!;
            var settled = await cluster.WaitForAsync(
                s => s.Topics is { Value: { } topics, Error: null } && s.Brokers.Value is { Brokers.Length: > 0 }
                    && topics.Topics.All(t => t.Partitions.All(p => !p.IsUnderReplicated && !p.IsOffline)),
                deadline,
                stoppingToken);
            if (settled.Topics.Value!.Topics.Any(t => t.Partitions.Any(p => p.IsNotPreferred)))
            {
                var elect = new ElectLeaders(ElectionType.Preferred, null, null);
                await cluster.Commands.RunAsync(elect, Actor.Program("Castellan"), null, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // the process ends, or other nodes come
        }
        catch (Exception e)
        {
            LogNotElected(e);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The preferred leaders were not elected at start")]
    partial void LogNotElected(Exception e);
}
