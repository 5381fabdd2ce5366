using Kafka.Broker.ZooKeeper;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Registration;

/// <summary>The steps by which a broker takes its place under the chroot. Stateless; each step may be repeated.</summary>
sealed partial class Registrar(TimeProvider time, ILogger<Registrar> logger)
{
    /// <summary>The persistent znodes Kafka expects, each with its parents; what exists stays as it is.</summary>
    public static async Task EnsurePathsAsync(IZooKeeper zooKeeper, CancellationToken cancellationToken)
    {
        foreach (var path in ZkPaths.Persistent)
        {
            await zooKeeper.EnsureAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>/cluster/id, made by the broker that comes first.</summary>
    public static async Task<string> ClusterIdAsync(IZooKeeper zooKeeper, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await zooKeeper.GetAsync(ZkPaths.ClusterId, null, cancellationToken).ConfigureAwait(false) is { } node)
            {
                return AdminZNodes.DecodeClusterId(node.Data)
                    ?? throw new BrokerRegistrationException($"{ZkPaths.ClusterId} in ZooKeeper holds no cluster id");
            }

            await zooKeeper.EnsureAsync(ZkPaths.Cluster, cancellationToken).ConfigureAwait(false);
            var id = KafkaUuid.ToText(KafkaUuid.Random());
            // then it is read: another broker may have been faster, and all must agree
            await zooKeeper.TryCreateAsync(ZkPaths.ClusterId, AdminZNodes.EncodeClusterId(id), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The next generated broker id: above reserved.broker.max.id, from the version of /brokers/seqid, as Kafka counts.</summary>
    public static async Task<int> GenerateBrokerIdAsync(IZooKeeper zooKeeper, int reservedMaximum, CancellationToken cancellationToken)
    {
        await zooKeeper.EnsureAsync(ZkPaths.BrokerSequence, cancellationToken).ConfigureAwait(false);
        return reservedMaximum + await zooKeeper.SetAsync(
            ZkPaths.BrokerSequence, ReadOnlyMemory<byte>.Empty, -1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes /brokers/ids/N and returns the broker epoch, its czxid. A znode left by a killed predecessor is waited for until its session
    /// has expired, up to <paramref name="patience"/>; one that stays belongs to a living broker with the same id.
    /// </summary>
    public async Task<long> RegisterAsync(
        IZooKeeper zooKeeper, BrokerZNode broker, long previousSession, TimeSpan patience, CancellationToken cancellationToken)
    {
        var path = ZkPaths.Broker(broker.Id);
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await zooKeeper.CreateAsync(path, broker.Encode(), CreateMode.Ephemeral, cancellationToken).ConfigureAwait(false);
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NodeExists)
            {
                // whose it is shows below
            }

            // also after a create that succeeded: the epoch is the znode's czxid, which create does not return
            var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (await zooKeeper.ExistsAsync(path, () => gone.TrySetResult(), cancellationToken).ConfigureAwait(false) is not { } stat)
            {
                continue;
            }

            if (stat.EphemeralOwner == zooKeeper.SessionId)
            {
                LogRegistered(broker.Id, path, stat.Czxid);
                return stat.Czxid;
            }

            if (stat.EphemeralOwner == previousSession && previousSession != 0)
            {
                // this broker's own: the session is over for it, but not yet for the server
                await zooKeeper.DeleteAsync(path, -1, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var left = patience - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                throw new BrokerRegistrationException(
                    $"Broker id {broker.Id} is registered in ZooKeeper by another session (0x{stat.EphemeralOwner:x}) that is alive: "
                    + "give each broker its own broker.id");
            }

            LogWaiting(broker.Id, path, stat.EphemeralOwner, (int)left.TotalSeconds);
            await Task.WhenAny(gone.Task, Task.Delay(left, time, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Registered broker {Broker} at {Path}, broker epoch {Epoch}")]
    partial void LogRegistered(int broker, string path, long epoch);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Broker {Broker}: {Path} is still held by session 0x{Session:x} of an earlier run: "
            + "waiting for that session to expire (up to {Seconds} s more)")]
    partial void LogWaiting(int broker, string path, long session, int seconds);
}
