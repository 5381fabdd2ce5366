using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Checks;
using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Running;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Metadata;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Dashboard.Monitoring.Sessions;
using Dashboard.Monitoring.Znodes;
using Kafka.Client;
using Microsoft.Extensions.Logging;
using ZooKeeper.Client;

namespace Dashboard.Monitoring;

/// <summary>
/// Watches one cluster. Collectors read concurrently, each at its own pace; what they read reaches one loop (<see cref="ApplyAsync"/>) as
/// changes of an immutable state, and that loop alone derives and publishes snapshots.
/// </summary>
public sealed partial class ClusterMonitor : IClusterMonitor
{
    /// <summary>
    /// A change that a ZooKeeper watch reported is read from Kafka at once and again after these times: brokers hear of it a moment after
    /// ZooKeeper.
    /// </summary>
    static readonly TimeSpan[] afterChange = [TimeSpan.Zero, TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(500)];

    readonly Channel<Posted> inbox = Channel.CreateBounded<Posted>(new BoundedChannelOptions(256) { SingleReader = true });

    readonly CancellationTokenSource stopping = new();
    readonly Lock gate = new();
    readonly List<Channel<ClusterSnapshot>> subscribers = [];
    readonly HistoryStore history;
    readonly ISeenStates? seen;
    readonly SnapshotDerivation derivation;
    readonly InterestBook interest;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly KafkaCluster? kafka;
    readonly KafkaCluster? commanded;
    readonly ZooKeeperLink? zooKeeper;
    readonly MessageReader messages;
    readonly SessionReader sessions;
    readonly MetadataChecker check;
    readonly MetadataBrowser metadata;
    readonly List<Collector> collectors = [];
    readonly List<Collector> prompt = [];
    readonly List<Task> running = [];
    volatile ClusterMonitorOptions options;
    MonitorState state;
    int disposed;
    volatile bool ended;

    public ClusterMonitor(
        ClusterMonitorOptions options, IAuditLog audit, ILoggerFactory loggers, TimeProvider time, IEventLog? events = null,
        ISeenStates? seen = null)
    {
        this.time = time;
        logger = loggers.CreateLogger<ClusterMonitor>();
        this.options = options;
        history = new HistoryStore(events, options.Id);
        this.seen = seen;
        interest = new InterestBook(() => collectors.OfType<LagCollector>().SingleOrDefault()?.WakeFast());
        state = MonitorState.Initial(options, time.GetUtcNow());
        state = state with { Snapshot = state.Snapshot with { RecentEvents = [.. history.Events.Take(SnapshotDerivation.RecentEvents)] } };
        var reading = ClusterConnections.Kafka(options, time);
        var ensemble = ClusterConnections.ZooKeeper(options, time);
        derivation = new SnapshotDerivation(history, seen?.Load(options.Id), options.HostedFacts, () => reading?.Cluster?.Foreign ?? []);
        kafka = ClusterConnections.Open(options, reading, loggers);
        // connections of its own: a command does not wait behind a reading, and its longer deadlines hold up none
        commanded = ClusterConnections.Open(options, ClusterConnections.ForCommands(options, reading), loggers);
        zooKeeper = ensemble is null ? null : new ZooKeeperLink(ensemble, loggers);
        metadata = new MetadataBrowser(kafka, () => Current, time);
        check = new MetadataChecker(kafka, zooKeeper, () => Current, time, Publish);
        var context = new CollectorContext(options, kafka, zooKeeper, history, time, Post, () => Current) { Applied = AppliedAsync };
        AddCollectors(context);
        Commands = new ClusterCommands(() => Options, () => ended, commanded, () => Current, audit, RequestRefresh, time)
        {
            ReadConfigs = Wake<ConfigCollector>,
            TakenUp = TakeUpAsync,
            Ensemble = zooKeeper,
        };
        Znodes = new ZnodeBrowser(zooKeeper, time);
        sessions = new SessionReader(zooKeeper, () => Current, time);
        Data = new ClusterData(
            options.Id, options.Kafka is { } servers ? options.HostedBrokers ?? (() => servers) : null, reading ?? new(),
            ClusterConnections.SearchBytesPerSecond(options), loggers);
        messages = new MessageReader(Data);
    }

    public ClusterMonitorOptions Options => options;

    public string Id => Options.Id;

    public ClusterKind Kind => Options.Kind;

    public ClusterSnapshot Current => Volatile.Read(ref state).Snapshot;

    public IHistory History => history;

    public IClusterCommands Commands { get; }

    public IZnodeBrowser Znodes { get; }

    public ISessionReader Sessions => sessions;

    public IMetadataCheck MetadataCheck => check;

    public IMetadataBrowser Metadata => metadata;

    public ClusterData Data { get; }

    public IMessageReader Messages => messages;

    public IInterest Interest => interest;

    /// <summary>Starts reading; returns at once.</summary>
    public void Start()
    {
        running.Add(Task.Run(ApplyAsync));
        running.Add(Task.Run(RememberAsync));
        running.AddRange(collectors.Select(collector => Task.Run(() => collector.RunAsync(stopping.Token))));
    }

    /// <summary>Takes its name, and whether it is read-only, from options that connect as its own do; what it reads goes on.</summary>
    internal void Describe(ClusterMonitorOptions described)
    {
        var before = options;
        options = described;
        if ((before.Name, before.ReadOnly) != (described.Name, described.ReadOnly))
        {
            Post(now => now with { Snapshot = now.Snapshot with { Name = described.Name, ReadOnly = described.ReadOnly } });
        }
    }

    public void RequestRefresh()
    {
        foreach (var collector in prompt)
        {
            collector.Wake();
        }
    }

    public void RequestEnsembleRefresh() => Wake<EnsembleCollector>();

    public async IAsyncEnumerable<ClusterSnapshot> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ClusterSnapshot>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            subscribers.Add(channel);
            // under the lock that publishing takes: no snapshot falls between this one and the subscription
            channel.Writer.TryWrite(Current);
            if (ended)
            {
                channel.Writer.Complete();
            }
        }

        try
        {
            await foreach (var snapshot in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return snapshot;
            }
        }
        finally
        {
            lock (gate)
            {
                subscribers.Remove(channel);
            }
        }
    }

    public async Task<ClusterSnapshot> WaitForAsync(
        Func<ClusterSnapshot, bool> condition, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await foreach (var snapshot in SubscribeAsync(either.Token).ConfigureAwait(false))
            {
                if (condition(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // reported below
        }

        throw new TimeoutException(
            ended ? $"Cluster {Id} was removed." : $"Cluster {Id} did not get there within {deadline.TotalSeconds:0} s.");
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        lock (gate)
        {
            ended = true;
            // first: pages end with the cluster, and not with a failure of something disposed below
            subscribers.ForEach(subscriber => subscriber.Writer.TryComplete());
        }

        await stopping.CancelAsync().ConfigureAwait(false);
        inbox.Writer.TryComplete();
        // before the clients go: a collector that still reads would fail with ObjectDisposedException
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Data.DisposeAsync().ConfigureAwait(false);
        foreach (var cluster in new[] { kafka, commanded }.OfType<KafkaCluster>())
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
        }

        if (zooKeeper is not null)
        {
            await zooKeeper.DisposeAsync().ConfigureAwait(false);
        }

        sessions.Dispose();
        check.Dispose();
        metadata.Dispose();
        stopping.Dispose();
    }

    void ReadAfterChange()
    {
        foreach (var delay in afterChange)
        {
            _ = Task.Delay(delay, time, stopping.Token).ContinueWith(
                _ =>
                {
                    foreach (var collector in prompt.Where(c => c is MetadataCollector or ReassignmentCollector))
                    {
                        collector.Wake();
                    }
                },
                TaskContinuationOptions.OnlyOnRanToCompletion);
        }
    }

    void Post(Func<MonitorState, MonitorState> change)
    {
        var posted = new Posted(change, null);
        if (!inbox.Writer.TryWrite(posted))
        {
            // full: it waits for room beside its caller; collectors wait for Applied, so there are never many
            _ = inbox.Writer.WriteAsync(posted).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    void Publish(Section<DifferenceTable> differences) =>
        Post(state => state with { Snapshot = state.Snapshot with { Differences = differences } });

    /// <summary>A mark behind what was posted so far: the loop has come to it.</summary>
    async Task AppliedAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await inbox.Writer.WriteAsync(new Posted(null, reached)).ConfigureAwait(false);
        await reached.Task.ConfigureAwait(false);
    }

    async Task ApplyAsync()
    {
        await foreach (var (change, reached) in inbox.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            reached?.TrySetResult();
            if (change is null)
            {
                continue;
            }

            var before = state;
            MonitorState after;
            try
            {
                after = derivation.Derive(before, change(before), time.GetUtcNow());
            }
            catch (Exception fault)
            {
                ApplyingFailed(logger, fault); // this reading is lost; the next ones are not
                continue;
            }

            lock (gate)
            {
                // in one lock with the subscribers: each sees snapshots in order, and none twice
                Volatile.Write(ref state, after);
                foreach (var subscriber in subscribers)
                {
                    subscriber.Writer.TryWrite(after.Snapshot);
                }
            }

            WakeDependents(before.Snapshot, after.Snapshot); // now that they find it
        }
    }

    /// <summary>A change of the state, or a mark.</summary>
    readonly record struct Posted(Func<MonitorState, MonitorState>? Change, TaskCompletionSource? Reached);

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "What was read could not be worked into the snapshot")]
    static partial void ApplyingFailed(ILogger logger, Exception fault);
}
