using Dashboard.Messages.Generating;
using Dashboard.Messages.Importing;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Messages.Scanning;
using Dashboard.Messages.Statistics;

namespace Dashboard.Hosting;

/// <summary>Jobs, their kinds, and the end of those that run when the program ends.</summary>
static class JobServices
{
    /// <param name="data">The data directory.</param>
    /// <param name="mostUploadBytes">Of one file.</param>
    public static void AddJobs(this IServiceCollection services, string data, long mostUploadBytes)
    {
        services.AddSingleton(provider => new JobStore(data, provider.GetRequiredService<ILogger<JobStore>>(), TimeProvider.System));
        services.AddSingleton<IBatchWriters>(provider =>
            new BatchWriters(provider.GetRequiredService<IMessageScanner>(), TimeProvider.System));
        foreach (var kind in (string[])[TransferRequest.Copy, TransferRequest.Redrive])
        {
            services.AddSingleton<IJobKind>(provider => ActivatorUtilities.CreateInstance<TransferKind>(provider, kind));
        }

        services.AddSingleton(provider => new UploadStore(
            data, mostUploadBytes, provider.GetRequiredService<JobStore>(), TimeProvider.System,
            provider.GetRequiredService<ILogger<UploadStore>>()));
        services.AddSingleton<StatisticsReader>();
        services.AddSingleton<GenerateKind>();
        services.AddSingleton<IJobKind, StatisticsKind>();
        services.AddSingleton<IJobKind>(provider => provider.GetRequiredService<GenerateKind>());
        services.AddSingleton<IJobKind, ImportKind>();
        services.AddSingleton<JobRunner>();
        services.AddHostedService<JobHost>();
    }

    /// <summary>Reads the jobs that there are at the start, and interrupts those that run before the nodes they write to end.</summary>
    sealed class JobHost(JobRunner runner) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => runner.DisposeAsync().AsTask();
    }
}
