using Microsoft.Extensions.Logging;
using Wire;
using Wire.Files;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server;

/// <summary>
/// What a server does by the clock: expiry of sessions, empty containers and old nodes (leader or alone), purging. Posts to the server
/// loop.
/// </summary>
sealed class Housekeeping(ServerCore core, IDisk disk, StoreFiles files, PauseGate gate, TimeProvider time, ILogger logger) : IDisposable
{
    readonly CancellationTokenSource stopping = new();

    public void Start()
    {
        _ = EveryAsync(TimeSpan.FromMilliseconds(SessionTracker.BucketLength), core.ExpireSessions);
        _ = new Containers(core, gate, time).RunAsync(stopping.Token);
        if (core.Config.PurgeInterval > 0)
        {
            _ = PurgeAsync(TimeSpan.FromHours(core.Config.PurgeInterval));
        }
    }

    public void Dispose() => stopping.Cancel();

    async Task EveryAsync(TimeSpan interval, Action action)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token).ConfigureAwait(false))
            {
                await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
                await core.Loop.PostAsync(action, stopping.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the server ends
        }
    }

    async Task PurgeAsync(TimeSpan interval)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            do
            {
                // at the start as well, as Apache: what is restarted every day would never purge otherwise
                await Task.Run(Purge, stopping.Token).ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // the server ends
        }
    }

    void Purge()
    {
        try
        {
            Storage.Purge.Run(disk, files, core.Config.SnapRetainCount, logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // nothing is lost by keeping old files; the disk that fills up will say so itself
            Log.PurgeFailed(logger, e.Message);
        }
    }
}
