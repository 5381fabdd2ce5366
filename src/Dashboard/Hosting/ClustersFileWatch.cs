using Dashboard.Clusters;
using Dashboard.Security.Access;

namespace Dashboard.Hosting;

/// <summary>
/// Takes clusters.yaml again when it has changed, or a file that it names. It is asked for its time once a second rather than watched: that
/// works on every file system, with mounted directories whose files are replaced as a whole among them.
/// </summary>
sealed partial class ClustersFileWatch(
    ClustersFile file, ClusterCatalog catalog, AccessStore access, TimeProvider time, ILogger<ClustersFileWatch> logger) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (file.HasChanged)
                {
                    await catalog.TakeFileAsync(access.ReadWith(file), stoppingToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogNotTaken(file.FilePath, e);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{File} has changed, and that could not be taken")]
    partial void LogNotTaken(string file, Exception e);
}
