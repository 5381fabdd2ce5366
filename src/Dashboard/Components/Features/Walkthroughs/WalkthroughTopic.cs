using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Kafka.Protocol;

namespace Dashboard.Components.Features.Walkthroughs;

/// <summary>Takes the walkthrough's topic away.</summary>
public static class WalkthroughTopic
{
    /// <summary>
    /// Again until it is gone: without a controller, which may just have been killed, nobody takes the request. False when the deadline
    /// passes first.
    /// </summary>
    public static async Task<bool> RemoveAsync(
        IClusterMonitor monitor, Actor actor, TimeSpan deadline, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var delete = new DeleteTopic(WalkthroughSession.Topic);
        for (var last = false; !last;)
        {
            last = time.GetElapsedTime(started) > deadline;
            var result = await monitor.Commands.RunAsync(delete, actor, null, cancellationToken).ConfigureAwait(false);
            if (result.Succeeded || result.Refusals.Any(r => r.Error == ErrorCode.UnknownTopicOrPartition))
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }
}
