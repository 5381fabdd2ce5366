using Dashboard.Components.Features.Walkthroughs;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Operations;

namespace Dashboard.Hosting;

/// <summary>
/// A walkthrough that ended with the process before left its topic behind: it is removed when the cluster is there again.
/// </summary>
sealed partial class WalkthroughLeftover(
    IClusterRegistry clusters, WalkthroughMarks marks, WalkthroughTurn turn, TimeProvider time,
    ILogger<WalkthroughLeftover> logger) : BackgroundService, ITurnTaker
{
    static readonly TimeSpan deadline = TimeSpan.FromMinutes(2);

    public string By => "Castellan";

    /// <summary>Its mark stays: the next start, or a walkthrough, finds the topic.</summary>
    public Task EndAsync(string by) => StopAsync(CancellationToken.None);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!marks.IsSet(Composition.HostedId) || !turn.TryTake(Composition.HostedId, this))
        {
            return;
        }

        try
        {
            var cluster = clusters.Find(Composition.HostedId)!;
            await cluster.WaitForAsync(s => s.Topics is { Value: not null, Error: null }, deadline, stoppingToken);
            if (await WalkthroughTopic.RemoveAsync(cluster, Actor.Program("Castellan"), deadline, time, stoppingToken))
            {
                marks.Clear(Composition.HostedId);
            }
        }
        catch (OperationCanceledException)
        {
            // the process ends; the next one finds the mark
        }
        catch (Exception e)
        {
            LogNotRemoved(e);
        }
        finally
        {
            turn.GiveBack(Composition.HostedId, this);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The topic that a walkthrough left behind was not removed")]
    partial void LogNotRemoved(Exception e);
}
