using System.Collections.Concurrent;
using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Replication.Following;
using Kafka.Broker.Replication.Rates;
using Kafka.Broker.Replication.Roles;
using Kafka.Broker.Replication.Scheduling;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Replication;

/// <summary>
/// The replicas on this broker. One loop owns their state; every public method may be called from anywhere. A failing log directory takes
/// its partitions offline (KafkaStorageError) and is announced; <see cref="Failed"/> ends only when none is left.
/// </summary>
sealed partial class ReplicaManager : IAsyncDisposable
{
    /// <summary>How long a kill waits for a write that is under way: not for ever, as the disk may hang.</summary>
    static readonly TimeSpan longestWork = TimeSpan.FromSeconds(5);

    readonly BrokerConfig config;
    readonly LogManager logs;
    readonly TimeProvider time;
    readonly PauseGate gate;
    readonly ILogger logger;
    // only the loop changes it; Find and Read look into it from other threads
    readonly ConcurrentDictionary<TopicPartition, Partition> partitions = [];
    readonly ConcurrentDictionary<Guid, string> topicNames = [];
    readonly List<Partition> dirty = [];
    readonly CancellationTokenSource stopping = new();
    readonly TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly RoleNotifier notifier;
    readonly FollowerFetchers fetchers;
    Task running = Task.CompletedTask;

    public ReplicaManager(
        BrokerConfig config,
        int brokerId,
        LogManager logs,
        ReplicaCollaborators others,
        TimeProvider time,
        PauseGate gate,
        ILoggerFactory loggers)
    {
        this.config = config;
        this.logs = logs;
        this.time = time;
        this.gate = gate;
        BrokerId = brokerId;
        Others = others;
        logger = loggers.CreateLogger<ReplicaManager>();
        notifier = new RoleNotifier(loggers.CreateLogger<RoleNotifier>());
        Loop = new ReplicaLoop(time, gate, loggers.CreateLogger<ReplicaLoop>());
        Loop.Idle += WakeFetches; // once for a run of appends, or each append would plan every waiting fetch again
        // raised beside the loop, which owns what the failure takes away
        logs.FlushFailed += (directory, reason) => _ = Loop.InvokeAsync(() => FailDirectory(directory, reason));
        LeaderQuota = new ReplicationQuota(() => config.LeaderThrottle, time);
        FollowerQuota = new ReplicationQuota(() => config.FollowerThrottle, time);
        fetchers = new FollowerFetchers(this, loggers.CreateLogger<FollowerFetchers>());
    }

    public int BrokerId { get; }

    public ReplicaLoop Loop { get; }

    /// <summary>Bytes and records since start, for rates.</summary>
    public BrokerCounters Counters { get; } = new();

    /// <summary>What followers take of partitions that are throttled here.</summary>
    public ReplicationQuota LeaderQuota { get; }

    /// <summary>What this broker takes of partitions that are throttled.</summary>
    public ReplicationQuota FollowerQuota { get; }

    /// <summary>Faults when no log directory is left: the broker cannot go on.</summary>
    public Task Failed => failed.Task;

    /// <summary>The newest controller epoch seen: requests of an older controller are refused.</summary>
    public int ControllerEpoch { get; private set; }

    internal ReplicaCollaborators Others { get; }

    internal BrokerConfig Config => config;

    internal LogManager Logs => logs;

    internal TimeProvider Time => time;

    internal PauseGate Gate => gate;

    internal CancellationToken Stopping => stopping.Token;

    /// <summary>Registered before start.</summary>
    public void Listen(IPartitionListener listener) => notifier.Add(listener);

    /// <param name="maintenance">What else works on the logs for as long as the replicas are here; the end waits for it.</param>
    public void Start(Func<CancellationToken, Task> maintenance) =>
        running = Task.WhenAll(
            Loop.RunAsync(stopping.Token), notifier.RunAsync(stopping.Token), ShrinkIsrsAsync(), maintenance(stopping.Token));

    /// <summary>Ends the loop and the fetchers without writing anything; the logs are the log manager's to close.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        await Volatile.Read(ref preparing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fetchers.StopAsync().ConfigureAwait(false);
    }

    /// <summary>As <see cref="StopAsync"/>, but waits only until nothing writes to the logs any more (seconds at most).</summary>
    public void Kill()
    {
        stopping.Cancel();
        Task.WaitAny([Task.WhenAll(running, Volatile.Read(ref preparing))], longestWork);
    }

    /// <summary>Null when this broker has no replica of it.</summary>
    public PartitionState? Find(TopicPartition partition) => partitions.TryGetValue(partition, out var found) ? found.Snapshot() : null;

    /// <summary>Every replica here.</summary>
    public IReadOnlyList<PartitionState> All() => [.. partitions.Values.Select(partition => partition.Snapshot())];

    /// <summary>The name of a topic of which this broker has a replica.</summary>
    public string? TopicName(Guid topicId) => topicNames.GetValueOrDefault(topicId);

    /// <summary>The new overrides of a topic (whole, not a delta) take effect on its logs.</summary>
    public Task ChangeTopicConfigAsync(string topic, IReadOnlyDictionary<string, string> overrides) => Loop.InvokeAsync(() =>
    {
        var changed = LogConfig.Create(config.Values, overrides);
        var concerned = partitions.Values.Where(partition => partition.TopicPartition.Topic == topic && partition.Log is not null);
        foreach (var partition in concerned)
        {
            partition.Log!.Config = changed;
        }
    });

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        Loop.Dispose();
        orders.Dispose();
        stopping.Dispose();
    }

    /// <summary>On the loop: runs something that touches the log; a failing disk takes the directory offline instead of the loop.</summary>
    internal ErrorCode Guard(Partition partition, Action work)
    {
        try
        {
            work();
            return ErrorCode.None;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            FailDirectory(partition.Directory!, e.Message);
            return ErrorCode.KafkaStorageError;
        }
    }

    /// <summary>On the loop: the directory's partitions are offline from now on.</summary>
    internal void FailDirectory(LogDir directory, string reason)
    {
        if (directory.IsOffline)
        {
            return;
        }

        logs.TakeOffline(directory, reason);
        foreach (var partition in partitions.Values.Where(partition => ReferenceEquals(partition.Directory, directory)))
        {
            // first: waiting fetches are planned once more below, and none may plan a read from this disk
            partition.Log = null;
            fetchers.Unfollow(partition);
            FailWaiting(partition, ErrorCode.KafkaStorageError);
            notifier.Resigned(partition.TopicPartition, partition.LeaderEpoch);
        }

        if (logs.AllOffline)
        {
            failed.TrySetException(new IOException($"Every log directory failed; the last one, {directory.Path}: {reason}"));
        }

        _ = AnnounceAsync(directory);
    }

    async Task AnnounceAsync(LogDir directory)
    {
        try
        {
            await Others.Identity.LogDirectoryFailedAsync(directory.Path, stopping.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // the directory stays offline whether or not the controller learns of it now
            LogNotAnnounced(e, directory.Path);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The failure of log directory {Path} could not be announced")]
    partial void LogNotAnnounced(Exception exception, string path);
}

/// <summary>What the replica manager needs of the broker's other parts.</summary>
sealed record ReplicaCollaborators(
    ITopicConfigSource Configs, IIsrUpdater Isr, IBrokerIdentity Identity, Func<TopicPartition, bool> ClusterKnows)
{
    /// <summary>Whether a broker is registered.</summary>
    public required Func<int, bool> IsAlive { get; init; }

    /// <summary>Topics to which only coordinators append: what a client wrote there would be read as state of groups.</summary>
    public Func<string, bool> IsInternal { get; init; } = _ => false;

    /// <summary>Opens the way to a leader this broker follows.</summary>
    public required Func<string, int, CancellationToken, Task<ILeaderLink>> Connect { get; init; }
}
