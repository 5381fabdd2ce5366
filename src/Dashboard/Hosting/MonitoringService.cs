using Dashboard.Monitoring;

namespace Dashboard.Hosting;

/// <summary>Starts the monitors with the process; they end with it.</summary>
sealed class MonitoringService(ClusterRegistry registry) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Start();
        return Task.CompletedTask;
    }

    /// <summary>Before the hosted nodes stop, so that their going is not taken for trouble.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => registry.DisposeAsync().AsTask();
}
