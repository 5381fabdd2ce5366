using Microsoft.Extensions.Logging;
using ZooKeeper.Server;

namespace Dashboard.Nodes.Runtimes;

/// <summary>A coordinator of this process.</summary>
sealed class ZooKeeperRuntime(ZooKeeperServer server) : INodeRuntime
{
    public Task Ready => server.Ready;

    public Task Completion => server.Completion;

    /// <summary>What this server traced of its elections, newest first.</summary>
    public IEnumerable<HostedElection> Elections => server.Elections.Select(ElectionTraces.ToHosted);

    public static ZooKeeperRuntime Load(string configFile, ILoggerFactory loggers, TimeProvider time)
    {
        var config = ZooKeeperConfig.Load(configFile);
        ConfigWarnings.Log(loggers, config.Warnings);
        return new ZooKeeperRuntime(new ZooKeeperServer(config, loggers, time));
    }

    public Task StartAsync(CancellationToken cancellation) => server.StartAsync(cancellation);

    public Task StopAsync(CancellationToken cancellation) => server.StopAsync(cancellation);

    public void Kill() => server.Kill();

    public void Pause() => server.Pause();

    public void Resume() => server.Resume();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
