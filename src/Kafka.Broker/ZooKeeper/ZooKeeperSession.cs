using Microsoft.Extensions.Logging;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace Kafka.Broker.ZooKeeper;

/// <summary>
/// <see cref="IZooKeeperSession"/> over one <see cref="ZooKeeperClient"/>. Holds no state of its own beyond the end of the session.
/// </summary>
sealed class ZooKeeperSession : IZooKeeperSession
{
    readonly ZooKeeperClient client;
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ZooKeeperSession(ZooKeeperClientOptions options, ILoggerFactory loggers)
    {
        client = new ZooKeeperClient(options, loggers);
        client.StateChanged += state =>
        {
            if (state is SessionState.Expired or SessionState.Closed or SessionState.AuthFailed)
            {
                ended.TrySetResult();
            }
        };
    }

    public long SessionId => client.SessionId;

    public TimeSpan Timeout => client.NegotiatedTimeout;

    public Task Ended => ended.Task;

    public Task<string> CreateAsync(string path, ReadOnlyMemory<byte>? data, CreateMode mode, CancellationToken cancellationToken) =>
        RepeatAsync(
            async repeated =>
            {
                try
                {
                    return await client.CreateAsync(path, data, mode, null, cancellationToken).ConfigureAwait(false);
                }
                catch (ZooKeeperException e) when (repeated && e.Code == ZooKeeperError.NodeExists)
                {
                    // the first attempt, whose answer was lost with its connection, may have made it
                    if (await IsOwnAsync(path, data, mode, cancellationToken).ConfigureAwait(false))
                    {
                        return path;
                    }

                    throw;
                }
            },
            cancellationToken);

    public Task DeleteAsync(string path, int version, CancellationToken cancellationToken) => RepeatAsync(
        async repeated =>
        {
            try
            {
                await client.DeleteAsync(path, version, cancellationToken).ConfigureAwait(false);
            }
            catch (ZooKeeperException e) when (repeated && e.Code == ZooKeeperError.NoNode)
            {
                // the first attempt did it
            }

            return true;
        },
        cancellationToken);

    public Task<ZkNode?> GetAsync(string path, Action? changed, CancellationToken cancellationToken) => RepeatAsync<ZkNode?>(
        async _ =>
        {
            try
            {
                var (data, stat) = await client.GetDataAsync(path, Watch(changed), cancellationToken).ConfigureAwait(false);
                return new ZkNode(data, stat);
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
            {
                return null;
            }
        },
        cancellationToken);

    public Task<Stat?> ExistsAsync(string path, Action? changed, CancellationToken cancellationToken) =>
        RepeatAsync(_ => client.ExistsAsync(path, Watch(changed), cancellationToken), cancellationToken);

    public Task<int> SetAsync(string path, ReadOnlyMemory<byte> data, int version, CancellationToken cancellationToken) => RepeatAsync(
        async repeated =>
        {
            try
            {
                return (await client.SetDataAsync(path, data, version, cancellationToken).ConfigureAwait(false)).Version;
            }
            catch (ZooKeeperException e) when (repeated && e.Code == ZooKeeperError.BadVersion)
            {
                // as above: the version may have been raised by the first attempt
                if (await IsSetAsync(path, data, version, cancellationToken).ConfigureAwait(false) is { } written)
                {
                    return written;
                }

                throw;
            }
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> ChildrenAsync(string path, Action? changed, CancellationToken cancellationToken) =>
        RepeatAsync<IReadOnlyList<string>>(
            async _ =>
            {
                try
                {
                    return (await client.GetChildrenAsync(path, Watch(changed), cancellationToken).ConfigureAwait(false)).Children;
                }
                catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
                {
                    return [];
                }
            },
            cancellationToken);

    public Task<IReadOnlyList<int>> MultiAsync(IReadOnlyList<ZkOp> operations, CancellationToken cancellationToken) =>
        RepeatAsync<IReadOnlyList<int>>(
            async repeated =>
            {
                try
                {
                    var results = await client.MultiAsync([.. operations.Select(Convert)], cancellationToken).ConfigureAwait(false);
                    return [.. results.Select(result => result.Stat?.Version ?? 0)];
                }
                catch (ZooKeeperException e) when (repeated
                    && e.Code is ZooKeeperError.NodeExists or ZooKeeperError.BadVersion or ZooKeeperError.NoNode)
                {
                    if (await TookEffectAsync(operations, cancellationToken).ConfigureAwait(false) is { } versions)
                    {
                        return versions;
                    }

                    throw;
                }
            },
            cancellationToken);

    public void Abort()
    {
        ended.TrySetResult();
        client.Kill();
    }

    public ValueTask DisposeAsync()
    {
        ended.TrySetResult();
        return client.DisposeAsync();
    }

    static Action<WatchEvent>? Watch(Action? changed) => changed is null ? null : seen =>
    {
        // None: the session has ended, and Ended says so to its owner
        if (seen.Type != WatchEventType.None)
        {
            changed();
        }
    };

    static Op Convert(ZkOp operation) => operation switch
    {
        ZkOp.Create create => Op.Create(create.Path, create.Data, create.Mode),
        ZkOp.Set set => Op.SetData(set.Path, set.Data, set.Version),
        ZkOp.Delete delete => Op.Delete(delete.Path, delete.Version),
        ZkOp.Check check => Op.Check(check.Path, check.Version),
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>Again after a lost connection, for as long as there is a session.</summary>
    async Task<T> RepeatAsync<T>(Func<bool, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var repeated = false; ; repeated = true)
        {
            try
            {
                return await attempt(repeated).ConfigureAwait(false);
            }
            catch (ZooKeeperException e) when (!ended.Task.IsCompleted
                && e.Code is ZooKeeperError.ConnectionLoss or ZooKeeperError.OperationTimeout)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    async Task<bool> IsOwnAsync(string path, ReadOnlyMemory<byte>? data, CreateMode mode, CancellationToken cancellationToken)
    {
        var (found, stat) = await client.GetDataAsync(path, null, cancellationToken).ConfigureAwait(false);
        return found.AsSpan().SequenceEqual((data ?? default).Span) && (!mode.IsEphemeral() || stat.EphemeralOwner == SessionId);
    }

    async Task<int?> IsSetAsync(string path, ReadOnlyMemory<byte> data, int version, CancellationToken cancellationToken)
    {
        var (found, stat) = await client.GetDataAsync(path, null, cancellationToken).ConfigureAwait(false);
        // an unconditional write is never refused for its version
        return version >= 0 && stat.Version == version + 1 && found.AsSpan().SequenceEqual(data.Span) ? stat.Version : null;
    }

    async Task<IReadOnlyList<int>?> TookEffectAsync(IReadOnlyList<ZkOp> operations, CancellationToken cancellationToken)
    {
        var versions = new List<int>();
        try
        {
            foreach (var operation in operations)
            {
                int? version = operation switch
                {
                    ZkOp.Create create =>
                        await IsOwnAsync(create.Path, create.Data, create.Mode, cancellationToken).ConfigureAwait(false) ? 0 : null,
                    ZkOp.Set set => await IsSetAsync(set.Path, set.Data, set.Version, cancellationToken).ConfigureAwait(false),
                    ZkOp.Delete delete =>
                        await client.ExistsAsync(delete.Path, null, cancellationToken).ConfigureAwait(false) is null ? 0 : null,
                    _ => 0,
                };
                if (version is not { } known)
                {
                    return null;
                }

                versions.Add(known);
            }
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return null;
        }

        return versions;
    }
}
