using System.Buffers.Binary;
using System.Text;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server;

/// <summary>
/// Deletes containers that became empty and nodes whose time to live is over, where the order is made: on the leader, or alone
/// (org.apache.zookeeper.server.ContainerManager). One by one, so that a thousand of them do not hold up the clients' writes. Posts to the
/// server loop.
/// </summary>
sealed class Containers(ServerCore core, PauseGate gate, TimeProvider time)
{
    /// <summary>Between two deletions.</summary>
    readonly TimeSpan pause = TimeSpan.FromMilliseconds(60_000 / core.Config.ContainersPerMinute);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(core.Config.ContainerCheckInterval), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                await gate.WaitAsync(stopping).ConfigureAwait(false);
                foreach (var path in await core.Loop.RunAsync(Candidates, stopping).ConfigureAwait(false))
                {
                    await core.Loop.PostAsync(() => Delete(path), stopping).ConfigureAwait(false);
                    await Task.Delay(pause, time, stopping).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the server ends
        }
    }

    /// <summary>What may be deleted now; that it still may is looked at again when the deletion is prepared.</summary>
    string[] Candidates()
    {
        if (core.Replicator is null || core.State is not (ServerState.Leading or ServerState.Standalone))
        {
            return [];
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        // a container that never had a child is new, and its client about to make one (ContainerManager)
        var empty = core.Tree.Containers.Where(path =>
            core.Tree.Find(path) is { Children.Count: 0 } node && (node.Stat.Cversion > 0 || IsNeverUsed(node, now)));
        var old = core.Tree.TtlNodes.Where(path =>
            core.Tree.Find(path) is { Children.Count: 0 } node && now - node.Stat.Mtime > EphemeralOwner.Ttl(node.Stat.EphemeralOwner));
        return [.. empty, .. old];
    }

    bool IsNeverUsed(DataNode node, long now) =>
        core.Config.ContainerNeverUsedInterval is > 0 and var interval && now - node.Stat.Mtime > interval;

    void Delete(string path)
    {
        if (core.State is not (ServerState.Leading or ServerState.Standalone))
        {
            return;
        }

        var body = new byte[sizeof(int) + Encoding.UTF8.GetByteCount(path)];
        BinaryPrimitives.WriteInt32BigEndian(body, body.Length - sizeof(int));
        Encoding.UTF8.GetBytes(path, body.AsSpan(sizeof(int)));
        core.Replicator?.Submit(new Request { SessionId = 0, Cxid = 0, Type = OpCode.DeleteContainer, Body = body, Owner = null });
    }
}
