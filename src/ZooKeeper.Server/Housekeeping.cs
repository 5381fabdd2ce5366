using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Server.Pipeline;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server;

/// <summary>What a server does by the clock: expiry of sessions, empty containers and old nodes (leader or alone), purging. Posts to the server loop.</summary>
sealed class Housekeeping(ServerCore core, IDisk disk, StoreFiles files, PauseGate gate, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>As Apache's znode.container.checkIntervalMs.</summary>
    static readonly TimeSpan ContainerInterval = TimeSpan.FromSeconds(60);

    readonly CancellationTokenSource stopping = new();

    public void Start()
    {
        _ = EveryAsync(TimeSpan.FromMilliseconds(SessionTracker.BucketLength), core.ExpireSessions);
        _ = EveryAsync(ContainerInterval, DeleteContainers);
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

    void DeleteContainers()
    {
        if (core.Replicator is not { } replicator || core.State is not (ServerState.Leading or ServerState.Standalone))
        {
            return;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var empty = core.Tree.Containers.Where(p => core.Tree.Find(p) is { Children.Count: 0, Stat.Cversion: > 0 });
        var old = core.Tree.TtlNodes.Where(p => core.Tree.Find(p) is { Children.Count: 0 } node && now - node.Stat.Mtime > EphemeralOwner.Ttl(node.Stat.EphemeralOwner));
        foreach (var path in empty.Concat(old).ToArray())
        {
            var body = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(path)];
            BinaryPrimitives.WriteInt32BigEndian(body, body.Length - sizeof(int));
            Encoding.UTF8.GetBytes(path, body.AsSpan(sizeof(int)));
            replicator.Submit(new Request { SessionId = 0, Cxid = 0, Type = OpCode.DeleteContainer, Body = body, Owner = null });
        }
    }
}
