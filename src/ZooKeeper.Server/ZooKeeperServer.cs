using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Files;
using Wire.Ports;
using ZooKeeper.Server.Commands;
using ZooKeeper.Server.Commands.FourLetter;
using ZooKeeper.Server.Commands.Http;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server;

/// <summary>
/// One server: alone, or a member of an ensemble. An instance is started once. What fails by itself (a disk that refuses a write, a broken
/// invariant) ends it and faults
/// <see cref="Completion"/>; nothing is acknowledged after that.
/// </summary>
public sealed class ZooKeeperServer : IAsyncDisposable
{
    readonly ZooKeeperConfig config;
    readonly ILoggerFactory loggers;
    readonly ILogger logger;
    readonly TimeProvider time;
    readonly IDisk disk;
    readonly PauseGate gate = new();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly SemaphoreSlim ending = new(1);
    readonly StoreFiles files;
    readonly ServerLoop loop;
    TransactionStore? store;
    ServerCore? core;
    ClientListener? listener;
    AdminServer? admin;
    QuorumPeer? peer;
    ServerView? view;
    Housekeeping? housekeeping;
    bool ended;

    public ZooKeeperServer(ZooKeeperConfig config, ILoggerFactory loggers, TimeProvider time)
        : this(config, loggers, time, Disk.Instance)
    {
    }

    internal ZooKeeperServer(ZooKeeperConfig config, ILoggerFactory loggers, TimeProvider time, IDisk disk)
    {
        this.config = config;
        this.loggers = loggers;
        this.time = time;
        this.disk = disk;
        logger = loggers.CreateLogger<ZooKeeperServer>();
        files = new StoreFiles(config.DataDir, config.DataLogDir) { SnapshotCompression = config.SnapshotCompression };
        loop = new ServerLoop(gate, e => Fail("an error in the server loop", e));
    }

    /// <summary>Serving: alone, or as a member of a quorum, for the first time.</summary>
    public Task Ready => ready.Task;

    /// <summary>Ends when the server ended; faults with the reason when it failed by itself.</summary>
    public Task Completion => completion.Task;

    /// <summary>The client port that was bound.</summary>
    public int Port => listener?.LocalEndPoint.Port ?? config.ClientPort;

    /// <summary>The AdminServer's port; null when it is off or could not be opened.</summary>
    public int? AdminPort => admin?.LocalEndPoint.Port;

    /// <summary>Raised when this server's role changes and at each step of an election, on the server's loop; must not block.</summary>
    public event Action? RoleChanged;

    /// <summary>This server's elections, newest first; empty alone.</summary>
    public IReadOnlyList<ElectionTrace> Elections => peer?.Status.Elections ?? [];

    /// <summary>Restores, listens and begins to serve or to look for a leader.</summary>
    /// <exception cref="IOException">A port is taken, the disk refuses.</exception>
    /// <exception cref="InvalidDataException">The files are damaged in a way that starting would hide.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in config.Warnings)
        {
            Log.ConfigurationWarning(logger, warning);
        }

        // an end that is asked for meanwhile waits until the server is complete
        await ending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(ended, this);
            await StartPartsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            ended = true;
            await EndPartsAsync(flush: false).ConfigureAwait(false);
            Ended();
            if (e is UnauthorizedAccessException)
            {
                throw new IOException(e.Message, e);
            }

            throw;
        }
        finally
        {
            ending.Release();
        }
    }

    /// <summary>Closes connections after their replies, the log after its last write, and leaves the ensemble.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => EndAsync(flush: true).WaitAsync(cancellationToken);

    /// <summary>
    /// As kill -9: connections are reset, what was not written is lost, and no other server is notified. Returns when the files are closed.
    /// It also cuts a stop short that takes too long.
    /// </summary>
    public void Kill()
    {
        peer?.Kill();
        listener?.AbortAll();
        gate.Resume();
        EndAsync(flush: false).GetAwaiter().GetResult();
    }

    /// <summary>As SIGSTOP: sockets stay open, nothing is answered, no timer moves.</summary>
    public void Pause() => gate.Pause();

    /// <summary>As SIGCONT.</summary>
    public void Resume() => gate.Resume();

    public async ValueTask DisposeAsync() => await EndAsync(flush: true).ConfigureAwait(false);

    async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        loop.Start();
        store = new TransactionStore(
            files,
            disk,
            new StoreOptions(config.SnapCount),
            gate,
            time,
            action => loop.PostAsync(action),
            e => Fail(e is InvalidDataException ? "the files cannot be used" : $"a write to {files.Logs} failed", e),
            loggers.CreateLogger<TransactionStore>());
        var state = await store.LoadAsync().ConfigureAwait(false);
        core = new ServerCore(loop, config, store, time, loggers.CreateLogger<ServerCore>(), Fail) { StateChanged = OnState };
        var commands = new CommandRunner(() => view!);
        // bound before this server votes, so that a port that is taken ends the start without the others noticing; opened last, so that
        // no client meets a server that is half made
        listener = Bind(
            () => new ClientListener(core, commands.TryAnswerAsync, gate, time, loggers.CreateLogger<ClientListener>()),
            "clientPort",
            config.ClientPort);
        await loop.RunAsync(() => core.Adopt(state), cancellationToken).ConfigureAwait(false);
        if (config.IsEnsemble)
        {
            peer = new QuorumPeer(core, config, loggers, time, gate, electionChanged: () => RoleChanged?.Invoke());
        }

        IReplicator replicator = peer is not null ? peer : new StandaloneReplicator(core);
        store.Durable = replicator.Durable;
        view = new ServerView(core, store, files, listener, peer?.Status, time);
        StartAdminServer();
        housekeeping = new Housekeeping(core, disk, files, gate, time, logger);
        if (peer is not null)
        {
            await loop.RunAsync(() => core.SetConfigNode(config.ConfigNode), cancellationToken).ConfigureAwait(false);
            await peer.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await loop.RunAsync(() => core.StartServing(replicator, ServerState.Standalone), cancellationToken).ConfigureAwait(false);
        }

        listener.Start();
        housekeeping.Start();
    }

    void StartAdminServer()
    {
        if (!config.AdminServerEnabled)
        {
            return;
        }

        try
        {
            admin = new AdminServer(config, () => view!, gate, time, logger);
            admin.Start();
            Log.AdminServerStarted(logger, $"http://{admin.LocalEndPoint}{config.AdminCommandUrl}");
        }
        catch (SocketException e)
        {
            var problem = PortHolder.Problem(e, config.AdminServerPort);
            Log.AdminServerFailed(logger, $"admin.serverPort {config.AdminServerPort}: {problem}");
        }
    }

    void OnState(ServerState state)
    {
        if (core!.IsServing)
        {
            Log.Serving(logger, listener!.LocalEndPoint.ToString(), state);
            ready.TrySetResult();
        }

        RoleChanged?.Invoke();
    }

    void Fail(string reason, Exception? cause)
    {
        var fault = new IOException(cause is null ? reason : $"{reason}: {cause.Message}", cause);
        if (completion.TrySetException(fault))
        {
            // looked at, so that a host that does not await it has no unobserved exception
            _ = completion.Task.Exception;
            Log.Failed(logger, fault.Message, cause);
            ready.TrySetException(fault);
            _ = ready.Task.Exception;
            // not here: this may be the loop, and the end waits for it
            _ = Task.Run(() => EndAsync(flush: false));
        }
    }

    async Task EndAsync(bool flush)
    {
        await ending.WaitAsync().ConfigureAwait(false);
        try
        {
            if (ended)
            {
                return;
            }

            ended = true;
            await EndPartsAsync(flush).ConfigureAwait(false);
        }
        finally
        {
            ending.Release();
            Ended();
        }
    }

    void Ended()
    {
        completion.TrySetResult();
        ready.TrySetCanceled();
    }

    async Task EndPartsAsync(bool flush)
    {
        // what is paused would never end
        gate.Resume();
        housekeeping?.Dispose();
        if (!flush)
        {
            listener?.AbortAll();
            peer?.Kill();
            await (store?.KillAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }

        // clients first, while replies can still be made; the log after whatever writes to it; the loop last, for all of these end by
        // posting to it
        if (listener is not null)
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }

        if (admin is not null)
        {
            await admin.DisposeAsync().ConfigureAwait(false);
        }

        if (peer is not null && flush)
        {
            await peer.StopAsync().ConfigureAwait(false);
        }

        if (store is not null)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }

        await loop.StopAsync().ConfigureAwait(false);
    }

    static T Bind<T>(Func<T> bind, string key, int port)
    {
        try
        {
            return bind();
        }
        catch (SocketException e)
        {
            throw new IOException($"{key} {port} cannot be opened: {PortHolder.Problem(e, port)}", e);
        }
    }
}
