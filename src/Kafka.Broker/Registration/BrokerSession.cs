using Kafka.Broker.Replication;
using Kafka.Broker.ZooKeeper;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Registration;

/// <summary>
/// This broker's place in ZooKeeper over its whole life: one session at a time, the paths Kafka expects, the registration, and after an
/// expiry a new session and registration. One loop (<see cref="WatchAsync"/>) replaces the session; readers see the current one by
/// reference.
/// </summary>
sealed partial class BrokerSession(
    Func<string?, IZooKeeperSession> open,
    string chroot,
    Func<BrokerZNode> describe,
    TimeProvider time,
    PauseGate gate,
    ILoggerFactory loggers)
    : IBrokerIdentity, IAsyncDisposable
{
    /// <summary>Between attempts to register while ZooKeeper refuses.</summary>
    static readonly TimeSpan backOff = TimeSpan.FromSeconds(1);

    readonly ILogger<BrokerSession> logger = loggers.CreateLogger<BrokerSession>();
    readonly Registrar registrar = new(time, loggers.CreateLogger<Registrar>());
    readonly CancellationTokenSource stopping = new();
    volatile IZooKeeperSession? current;
    long brokerEpoch = -1;
    Task loop = Task.CompletedTask;

    /// <summary>
    /// The zxid at which this broker's znode was made: requests of a controller that knows only an earlier one are refused (KIP-380).
    /// </summary>
    public long BrokerEpoch => Volatile.Read(ref brokerEpoch);

    public string ClusterId { get; private set; } = "";

    /// <summary>The session as it is now; calls on an expired one fail with SessionExpired.</summary>
    public IZooKeeper ZooKeeper => current ?? throw new InvalidOperationException("not started");

    /// <summary>Awaited before the broker leaves an expired session behind: the controller resigns here.</summary>
    public Func<Task> Expired { get; set; } = () => Task.CompletedTask;

    /// <summary>Awaited once the broker is registered in its new session.</summary>
    public Func<Task> Renewed { get; set; } = () => Task.CompletedTask;

    /// <summary>Faults when the broker can no longer take its place (another broker took its id).</summary>
    public Task Completion => loop;

    /// <summary>Connects, and makes the chroot, the persistent paths and the cluster id where they are missing.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await EnsureChrootAsync(cancellationToken).ConfigureAwait(false);
        current = open(chroot);
        await Registrar.EnsurePathsAsync(current, cancellationToken).ConfigureAwait(false);
        ClusterId = await Registrar.ClusterIdAsync(current, cancellationToken).ConfigureAwait(false);
        LogConnected(current.SessionId, ClusterId);
    }

    /// <summary>
    /// Registers, then watches over the session. Throws <see cref="BrokerRegistrationException"/> when the id is another living broker's.
    /// </summary>
    public async Task RegisterAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(0, cancellationToken).ConfigureAwait(false);
        loop = Task.Run(WatchAsync, CancellationToken.None);
    }

    public async Task LogDirectoryFailedAsync(string directory, CancellationToken cancellationToken)
    {
        var node = describe();
        LogDirectoryFailed(node.Id, directory);
        await ZooKeeper.CreateAsync(
            ZkPaths.LogDirEventPrefix,
            AdminZNodes.EncodeLogDirEvent(node.Id),
            CreateMode.PersistentSequential,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No goodbye: the session stays until it expires, and with it the registration.</summary>
    public void Abort()
    {
        stopping.Cancel();
        current?.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (current is { } session)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task RegisterAsync(long previousSession, CancellationToken cancellationToken)
    {
        var session = current!;
        // an expired session's ephemerals go within its timeout; the rest is for the server's tick and for an election of the ensemble
        var patience = (session.Timeout * 2) + TimeSpan.FromSeconds(10);
        var epoch = await registrar.RegisterAsync(session, describe(), previousSession, patience, cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref brokerEpoch, epoch);
    }

    async Task EnsureChrootAsync(CancellationToken cancellationToken)
    {
        if (chroot.Length == 0)
        {
            return;
        }

        var session = open(null);
        await using (session.ConfigureAwait(false))
        {
            await session.EnsureAsync(chroot, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task WatchAsync()
    {
        while (true)
        {
            await current!.Ended.WaitAsync(stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
            var previous = current.SessionId;
            LogExpired(previous);
            // before a new session exists: a controller of the old one must have stopped before this broker can be elected again
            await Expired().ConfigureAwait(false);
            await RenewAsync(previous).ConfigureAwait(false);
            await Renewed().ConfigureAwait(false);
        }
    }

    async Task RenewAsync(long previous)
    {
        while (true)
        {
            await current!.DisposeAsync().ConfigureAwait(false);
            current = open(chroot);
            try
            {
                await Registrar.EnsurePathsAsync(current, stopping.Token).ConfigureAwait(false);
                await RegisterAsync(previous, stopping.Token).ConfigureAwait(false);
                return;
            }
            catch (ZooKeeperException e)
            {
                LogRenewalFailed(e.Message);
                await Task.Delay(backOff, time, stopping.Token).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "ZooKeeper session 0x{Session:x}, cluster id {ClusterId}")]
    partial void LogConnected(long session, string clusterId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "ZooKeeper session 0x{Session:x} expired: registering anew")]
    partial void LogExpired(long session);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not register anew, trying again: {Reason}")]
    partial void LogRenewalFailed(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Broker {Broker}: log directory {Directory} failed; announcing it to the controller")]
    partial void LogDirectoryFailed(int broker, string directory);
}
