using Dashboard.Nodes;

namespace Dashboard.Operations;

/// <summary>
/// What is done with the hosted nodes once all of them are ready, and done anew when others have come into their place.
/// </summary>
public abstract class HostedWork(INodeHost host) : BackgroundService
{
    protected INodeHost Host => host;

    /// <summary>Handles its own failures.</summary>
    /// <param name="stoppingToken">Cancelled when the process ends, and when the nodes make way for others.</param>
    protected abstract Task RunAsync(CancellationToken stoppingToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, host.Replaced);
            try
            {
                await ReadyAsync(until.Token);
                await RunAsync(until.Token);
                await Task.Delay(Timeout.InfiniteTimeSpan, until.Token);
            }
            catch (OperationCanceledException)
            {
                // the process ends, or others are about to come
            }
        }
    }

    async Task ReadyAsync(CancellationToken stopping)
    {
        await foreach (var _ in host.SubscribeAsync(stopping))
        {
            if (host.AllReady)
            {
                return;
            }
        }
    }
}
