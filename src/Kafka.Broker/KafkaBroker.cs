using System.Diagnostics.CodeAnalysis;
using Kafka.Broker.Configuration;
using Kafka.Broker.Groups;
using Kafka.Broker.Handlers;
using Kafka.Broker.Log;
using Kafka.Broker.Logging;
using Kafka.Broker.Metadata;
using Kafka.Broker.Network;
using Kafka.Broker.Producers;
using Kafka.Broker.Replication;
using Kafka.Broker.Replication.Maintenance;
using Kafka.Broker.Topics;
using Kafka.Client;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Files;

namespace Kafka.Broker;

/// <summary>
/// One broker, from its configuration: it registers in ZooKeeper, serves clients and replicates. Start it once; after a stop or kill make a
/// new one. When its disks fail, or another broker took its id, <see cref="Completion"/> faults and it is as after a kill.
/// </summary>
public sealed partial class KafkaBroker : IAsyncDisposable
{
    readonly ILogger<KafkaBroker> logger;
    readonly BrokerConfig config;
    readonly BrokerLoggers loggers;
    readonly TimeProvider time;
    readonly PauseGate gate = new();
    readonly MetadataCache metadata = new();
    readonly LogManager logs;
    readonly ControlPlane control;
    readonly Listeners listeners;
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    GroupCoordinator? groups;
    int ended;

    public KafkaBroker(BrokerConfig config, ILoggerFactory loggers, TimeProvider time)
        : this(config, loggers, time, Disk.Instance)
    {
    }

    internal KafkaBroker(BrokerConfig config, ILoggerFactory loggers, TimeProvider time, IDisk disk)
    {
        this.config = config;
        this.time = time;
        this.loggers = new BrokerLoggers(loggers);
        logger = this.loggers.CreateLogger<KafkaBroker>();
        logs = new LogManager(config, disk, time, this.loggers.CreateLogger<LogManager>());
        control = new ControlPlane(config, metadata, time, gate, this.loggers);
        listeners = new Listeners(CreateServer, gate, logger);
    }

    /// <summary>Of server.properties, of its log directories, or generated; -1 before the start.</summary>
    public int BrokerId => control.BrokerId;

    /// <summary>The bound port of the listener that brokers use among themselves; 0 before the start.</summary>
    public int Port => listeners.PortOf(config.InterBrokerListenerName);

    /// <summary>Registered, and the controller has sent the state of the cluster.</summary>
    public Task Ready => ready.Task;

    /// <summary>Ends with <see cref="StopAsync"/> or <see cref="Kill"/>; faults with the reason when the broker failed by itself.</summary>
    public Task Completion => completion.Task;

    /// <summary>The replicas, for figures; null before the start.</summary>
    internal ReplicaManager? Replicas { get; private set; }

    /// <summary>Throws with a message for people: port taken, no ZooKeeper, disk, an id or a cluster that is not this broker's.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var warning in config.Warnings)
            {
                LogWarning(warning);
            }

            ObjectDisposedException.ThrowIf(ended != 0, this);
            // what can be found wrong here comes first, before the cluster sees anything; and the port is part of the registration
            listeners.Bind(config.Listeners);
            control.Advertised = ("localhost", Port);
            logs.Open();
            control.BrokerId = logs.KnownBrokerId(config.BrokerId);
            await control.ConnectAsync(cancellationToken).ConfigureAwait(false);
            logs.Claim(control.Session.ClusterId, control.BrokerId);
            await logs.LoadAsync(cancellationToken).ConfigureAwait(false);
            await StartReplicasAsync().ConfigureAwait(false);
            await control.RegisterAsync(Replicas, cancellationToken).ConfigureAwait(false);
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
    /// In order: leaders move away (controlled shutdown, given up when cancelled), waiting group members are sent away, connections close,
    /// logs are flushed and marked clean, the ZooKeeper session closes.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref ended, 1) != 0)
        {
            return;
        }

        // a broker that is paused could not even leave
        gate.Resume();
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
        listeners.BrokerEnds();
        // first, while connections can still be answered: members that wait are sent to another coordinator
        if (groups is not null)
        {
            await groups.StopAsync().ConfigureAwait(false);
        }

        // requests that wait for other replicas end with the replica loop, and connections with their requests
        var connections = listeners.DisposeAsync();
        if (Replicas is not null)
        {
            await Replicas.StopAsync().ConfigureAwait(false);
        }

        await connections.ConfigureAwait(false);
        // only now, when nothing appends any more: the marker of a clean stop must be true
        logs.Close();
        logs.Dispose();
        await control.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// As SIGKILL: sockets reset, nothing flushed, no goodbye; the znode stays until the session expires. Files are closed on return. It
    /// also cuts a stop short that takes too long.
    /// </summary>
    public void Kill()
    {
        Interlocked.Exchange(ref ended, 1);
        Drop();
        completion.TrySetResult();
    }

    /// <summary>As SIGSTOP: it keeps its sockets and answers nothing; its loops and timers do not run.</summary>
    public void Pause() => gate.Pause();

    public void Resume() => gate.Resume();

    public async ValueTask DisposeAsync()
    {
        Kill();
        await listeners.DisposeAsync().ConfigureAwait(false);
        await control.DisposeAsync().ConfigureAwait(false);
    }

    [MemberNotNull(nameof(Replicas))]
    async Task StartReplicasAsync()
    {
        var options = new KafkaClientOptions
        {
            ClientId = $"broker-{BrokerId}-fetcher-0",
            Gate = gate,
            Time = time,
            RequestTimeout = config.ReplicaSocketTimeout,
        };
        var others = new ReplicaCollaborators(control.Configs, control.IsrUpdater, control.Session, name => Knows(metadata.Current, name))
        {
            IsInternal = TopicName.IsInternal,
            IsAlive = id => metadata.Current.Brokers.ContainsKey(id),
            Connect = (host, port, token) => KafkaLeaderLink.ConnectAsync(host, port, options, token),
        };
        Replicas = new ReplicaManager(config, BrokerId, logs, others, time, gate, loggers);

        // before the replicas start: the coordinator must hear of every role
        groups = new GroupCoordinator(
            config,
            new ReplicaGroupLog(config, Replicas),
            () => GroupPartitions.Count(metadata.Current, config),
            time,
            gate,
            loggers);
        Replicas.Listen(groups);
        metadata.Changed += ForgetDeletedTopics;
        await groups.StartAsync().ConfigureAwait(false);
        Replicas.Start(new LogMaintenance(Replicas, loggers.CreateLogger<LogMaintenance>()).RunAsync);
    }

    /// <summary>Called when all parts are there: the listeners open last.</summary>
    RequestServer CreateServer()
    {
        var producerIds = new ProducerIdManager(control.ProducerIds);
        var handlers = BrokerHandlers.Create(config, metadata, Replicas!, groups!, producerIds, control, loggers, time);
        return new RequestServer(handlers, config, gate, time, loggers.CreateLogger<RequestServer>());
    }

    void ForgetDeletedTopics(MetadataImage before, MetadataImage after)
    {
        if (before.Topics.Keys.Where(topic => !after.Topics.ContainsKey(topic)).ToHashSet() is { Count: > 0 } deleted)
        {
            _ = groups!.TopicsDeletedAsync(deleted);
        }
    }

    /// <summary>Or may: a partition of which the controller has sent nothing yet has a leader somewhere.</summary>
    static bool Knows(MetadataImage image, TopicPartition name) =>
        image.ControllerId < 0 || image.Awaited.Contains(name.Topic) || image.Partition(name.Topic, name.Partition) is not null;

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
        _ = metadata.FirstUpdate.ContinueWith(_ => ready.TrySetResult(), TaskScheduler.Default);
        var first = await Task.WhenAny(Replicas!.Failed, control.Session.Completion).ConfigureAwait(false);
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
        // first, so that nothing is answered any more that might not be kept
        listeners.Abort();
        control.Abort();
        groups?.Kill();
        Replicas?.Kill();
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
