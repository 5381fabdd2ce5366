using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Control;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Handlers.Groups;
using Kafka.Broker.Log;
using Kafka.Broker.Network;
using Kafka.Broker.Producers;
using Kafka.Broker.Registration;
using Kafka.Broker.Replication;
using Kafka.Client;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker;

/// <summary>
/// One broker, from its configuration: it registers in ZooKeeper, serves clients and replicates. Start it once; after a stop or kill make a new one.
/// When its disks fail, or another broker took its id, <see cref="Completion"/> faults and it is as after a kill.
/// </summary>
public sealed partial class KafkaBroker : IAsyncDisposable
{
    readonly ILogger<KafkaBroker> logger;
    readonly LogManager logs;
    readonly BrokerServices services;
    readonly ControlPlane control;
    readonly Listeners listeners;
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int ended;

    public KafkaBroker(BrokerConfig config, ILoggerFactory loggers, TimeProvider time, IDisk? disk = null)
    {
        logger = loggers.CreateLogger<KafkaBroker>();
        services = new BrokerServices { Config = config, Loggers = loggers, Time = time, Gate = new PauseGate() };
        logs = new LogManager(config, disk ?? Disk.Instance, time, loggers.CreateLogger<LogManager>());
        services.Control = control = new ControlPlane(services);
        listeners = new Listeners(() => new RequestServer(CreateHandlers(), config, services.Gate, time, loggers.CreateLogger<RequestServer>()), services.Gate, logger);
    }

    /// <summary>Of server.properties, of its log directories, or generated; -1 before the start.</summary>
    public int BrokerId => control.BrokerId;

    /// <summary>The bound port of the listener that brokers use among themselves; 0 before the start.</summary>
    public int Port => listeners.PortOf(services.Config.InterBrokerListenerName);

    /// <summary>Registered, and told by the controller how the cluster is.</summary>
    public Task Ready => ready.Task;

    /// <summary>Ends with <see cref="StopAsync"/> or <see cref="Kill"/>; faults with the reason when the broker failed by itself.</summary>
    public Task Completion => completion.Task;

    /// <summary>The replicas, for figures; null before the start.</summary>
    public ReplicaManager? Replicas => services.Replicas;

    /// <summary>Throws with a message for people: port taken, no ZooKeeper, disk, an id or a cluster that is not this broker's.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var warning in services.Config.Warnings)
            {
                LogWarning(warning);
            }

            ObjectDisposedException.ThrowIf(ended != 0, this);
            listeners.Bind(services.Config.Listeners);
            services.Advertised = ("localhost", Port);
            logs.Open();
            control.BrokerId = logs.KnownBrokerId(services.Config.BrokerId);
            await control.ConnectAsync(cancellationToken).ConfigureAwait(false);
            logs.Claim(control.Session.ClusterId, control.BrokerId);
            await logs.LoadAsync(cancellationToken).ConfigureAwait(false);
            await StartReplicasAsync().ConfigureAwait(false);
            await control.RegisterAsync(cancellationToken).ConfigureAwait(false);
            listeners.Open();
            ObjectDisposedException.ThrowIf(Volatile.Read(ref ended) != 0, this);
            _ = WatchAsync();
            LogStarted(BrokerId, Port);
        }
        catch (Exception e)
        {
            End(e);
            Drop(); // also when a kill came in between: what was opened after it is closed as well
            throw;
        }
    }

    /// <summary>
    /// In order: leaders move away (controlled shutdown, given up when cancelled), waiting group members are sent away, connections close, logs are flushed and marked clean, the ZooKeeper session closes.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        services.Gate.Resume();
        try
        {
            await LeaveAsync(cancellationToken).ConfigureAwait(false);
            await CloseAsync().ConfigureAwait(false);
            LogStopped(BrokerId);
        }
        finally
        {
            Drop(); // whatever is still open after a failure
            completion.TrySetResult();
        }
    }

    async Task CloseAsync()
    {
        if (services.Groups is { } groups)
        {
            await groups.StopAsync().ConfigureAwait(false);
        }

        // requests that wait for other replicas end with the replica loop, and connections with their requests
        var connections = listeners.DisposeAsync();
        if (services.Replicas is { } replicas)
        {
            await replicas.StopAsync().ConfigureAwait(false);
        }

        await connections.ConfigureAwait(false);
        logs.Close();
        logs.Dispose();
        await control.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// As SIGKILL: sockets reset, nothing flushed, nobody told; the znode stays until the session expires. Files are closed on return. It also cuts
    /// a stop short that takes too long.
    /// </summary>
    public void Kill()
    {
        Interlocked.Exchange(ref ended, 1);
        Drop();
        completion.TrySetResult();
    }

    /// <summary>As SIGSTOP: it keeps its sockets and answers nothing; its loops and timers stand still.</summary>
    public void Pause() => services.Gate.Pause();

    public void Resume() => services.Gate.Resume();

    public async ValueTask DisposeAsync()
    {
        Kill();
        await listeners.DisposeAsync().ConfigureAwait(false);
        await control.DisposeAsync().ConfigureAwait(false);
    }

    async Task StartReplicasAsync()
    {
        var options = new KafkaClientOptions
        {
            ClientId = $"broker-{BrokerId}-fetcher-0",
            Gate = services.Gate,
            Time = services.Time,
            RequestTimeout = services.Config.ReplicaSocketTimeout,
        };
        var others = new ReplicaCollaborators(
            control.Configs, control.IsrUpdater, control.Session, name => services.Metadata.Current.Partition(name.Topic, name.Partition) is not null)
        {
            IsAlive = id => services.Metadata.Current.Brokers.ContainsKey(id),
            Connect = (host, port, token) => KafkaLeaderLink.ConnectAsync(host, port, options, token),
        };
        services.ProducerIds = new ProducerIdManager(control.ProducerIds);
        services.Replicas = new ReplicaManager(services.Config, BrokerId, logs, others, services.Time, services.Gate, services.Loggers);
        services.CreateGroups();
        await services.Groups.StartAsync().ConfigureAwait(false);
        services.Replicas.Start();
    }

    HandlerRegistry CreateHandlers()
    {
        HandlerRegistry? registry = null;
        IEnumerable<IRequestHandler> handlers =
        [
            new ApiVersionsHandler(() => registry!),
            .. DataHandlers.Create(services),
            .. ControlHandlers.Create(services),
            .. GroupHandlers.All(services),
        ];
        return registry = new HandlerRegistry(handlers);
    }

    async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Ready.IsCompletedSuccessfully)
            {
                await control.LeaveAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            LogLeavesAnyhow(BrokerId);
        }
    }

    /// <summary>Announces readiness, and ends the broker when one of its parts cannot go on.</summary>
    async Task WatchAsync()
    {
        _ = services.Metadata.FirstUpdate.ContinueWith(_ => ready.TrySetResult(), TaskScheduler.Default);
        var first = await Task.WhenAny(services.Replicas.Failed, control.Session.Completion).ConfigureAwait(false);
        if (first.Exception?.GetBaseException() is { } reason)
        {
            LogFailed(reason, BrokerId);
            End(reason);
        }
    }

    void End(Exception reason)
    {
        ready.TrySetException(reason);
        if (Interlocked.Exchange(ref ended, 1) == 0)
        {
            Drop();
            completion.TrySetException(reason);
        }
    }

    void Drop()
    {
        listeners.Abort();
        control.Abort();
        services.Groups?.Kill();
        services.Replicas?.Kill();
        logs.Dispose();
        ready.TrySetCanceled();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Broker {Broker} listens on port {Port}")]
    partial void LogStarted(int broker, int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "Broker {Broker} stopped")]
    partial void LogStopped(int broker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Broker {Broker} stops before its leaders moved")]
    partial void LogLeavesAnyhow(int broker);

    [LoggerMessage(Level = LogLevel.Error, Message = "Broker {Broker} failed")]
    partial void LogFailed(Exception reason, int broker);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    partial void LogWarning(string warning);
}
