using Wire;
using ZooKeeper.Client.Session;
using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client;

/// <summary>Transactions, credentials, and watches that stay.</summary>
public sealed partial class ZooKeeperClient
{
    /// <summary>All or nothing. A refusal names the operation that failed in <see cref="ZooKeeperException.OpIndex"/>.</summary>
    public async Task<IReadOnlyList<OpResult>> MultiAsync(IReadOnlyList<Op> ops, CancellationToken cancellationToken = default)
    {
        var body = new MultiRequest([.. ops.Select(op => (op.Code, op.Record(chroot.ToServer(op.Path))))]);
        var codec = new MultiAnswer(ops, chroot);
        var request = Request<IReadOnlyList<OpResult>>(OpCode.Multi, null, body, codec.Read);
        return await SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds an identity to the session, such as digest with user:password. It is sent again on each reconnect.</summary>
    /// <exception cref="ZooKeeperException">AuthFailed: the server refused them, and with that the session is over.</exception>
    public async Task AddAuthAsync(string scheme, ReadOnlyMemory<byte> auth, CancellationToken cancellationToken = default)
    {
        _ = running.Value;
        var added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new SessionMessage(new Credentials(scheme, auth.ToArray(), added)), null, cancellationToken).ConfigureAwait(false);
        try
        {
            // a timeout does not take them back: they are sent again with each connection
            await added.Task.WaitAsync(options.RequestTimeout, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var problem = CodedText.Of(
                "CredentialsNotTaken", $"the credentials were not taken within {options.RequestTimeout.TotalSeconds:0.#} s");
            throw new ZooKeeperException(ZooKeeperError.OperationTimeout, null, problem);
        }
    }

    /// <summary>Leaves a watch that stays when it fires (3.6).</summary>
    /// <exception cref="ZooKeeperException">Unimplemented by an older server.</exception>
    public Task AddWatchAsync(string path, AddWatchMode mode, Action<WatchEvent> watch, CancellationToken cancellationToken = default)
    {
        var body = new AddWatchRequest { Path = ServerPath(path), Mode = (int)mode };
        var kind = mode == AddWatchMode.Persistent ? WatchKind.Persistent : WatchKind.PersistentRecursive;
        return SendAsync(Request(OpCode.AddWatch, path, body, static (ref _) => true, watch, kind, body.Path), cancellationToken);
    }

    /// <summary>Takes this session's watches off a path, without calling their callbacks (3.5).</summary>
    /// <exception cref="ZooKeeperException">NoWatcher: there is none.</exception>
    public Task RemoveWatchesAsync(string path, WatcherType type = WatcherType.Any, CancellationToken cancellationToken = default) =>
        SendAsync(RemoveWatches(path, type, forget: type), cancellationToken);

    /// <summary>
    /// Takes one callback off a path, of whatever kind its watches are. The server forgets its watch when no other callback of this session
    /// waits there (3.5). Does nothing when the callback does not wait there, or does not any more.
    /// </summary>
    public Task RemoveWatchAsync(string path, Action<WatchEvent> watch, CancellationToken cancellationToken = default) =>
        SendAsync(
            RemoveWatches(path, WatcherType.Any, unwatch: watch, accepted: ZooKeeperError.NoWatcher /* it fired meanwhile */),
            cancellationToken);

    /// <summary>How many nodes are below a path, all the way down (3.6).</summary>
    public Task<int> GetAllChildrenNumberAsync(string path, CancellationToken cancellationToken = default)
    {
        var body = new GetAllChildrenNumberRequest { Path = ServerPath(path) };
        return SendAsync(
            Request(OpCode.GetAllChildrenNumber, path, body, static (ref r) => GetAllChildrenNumberResponse.Read(ref r).TotalNumber),
            cancellationToken);
    }

    PendingRequest<bool> RemoveWatches(
        string path,
        WatcherType type,
        WatcherType? forget = null,
        Action<WatchEvent>? unwatch = null,
        ZooKeeperError accepted = ZooKeeperError.Ok)
    {
        var body = new RemoveWatchesRequest { Path = ServerPath(path), Type = (int)type };
        return new PendingRequest<bool>(OpCode.RemoveWatches, path, static (ref _) => true)
        {
            Frame = Frames.Request(OpCode.RemoveWatches, body),
            Deadline = Deadline(),
            Accepted = accepted,
            Forget = forget,
            Unwatch = unwatch,
            WatchPath = body.Path,
        };
    }
}
