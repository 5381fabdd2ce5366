using Microsoft.Extensions.Logging;
using ZooKeeper.Server;
using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes.Runtimes;

/// <summary>A coordinator of this process.</summary>
sealed class ZooKeeperRuntime(ZooKeeperServer server) : INodeRuntime
{
    public Task Ready => server.Ready;

    public Task Completion => server.Completion;

    public IReadOnlyList<ElectionTrace> Elections => server.Elections;

    /// <param name="roleChanged">
    /// Called when the role changes and at each step of an election, on the server's loop; must not block.
    /// </param>
    public static ZooKeeperRuntime Load(string configFile, ILoggerFactory loggers, TimeProvider time, Action? roleChanged = null)
    {
        var config = ZooKeeperConfig.Load(configFile);
        var server = new ZooKeeperServer(config, loggers, time);
        server.RoleChanged += roleChanged;
        return new ZooKeeperRuntime(server);
    }

    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Kill() => server.Kill();

    public void Pause() => server.Pause();

    public void Resume() => server.Resume();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
