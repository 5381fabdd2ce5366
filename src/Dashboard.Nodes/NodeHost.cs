using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Nodes.Elections;
using Dashboard.Nodes.Engines;
using Dashboard.Nodes.Files;
using Dashboard.Nodes.Logs;
using Dashboard.Nodes.Runtimes;
using Dashboard.Nodes.Supervision;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wire.Files;
using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes;

/// <summary>
/// Hosts the nodes of the cluster "local", within this process or as processes of their own, as its engine has them. They talk over
/// loopback TCP only.
/// </summary>
public sealed partial class NodeHost : INodeHost, IHostedService, IDisposable
{
    readonly ILogger<NodeHost> logger;
    readonly TimeProvider time;
    readonly NodeLogs logs;
    readonly LockFile? directory;
    readonly INodeEngine engine;
    readonly ClusterFiles files;
    readonly NodeSurroundings surroundings;
    readonly Lock gate = new();
    readonly List<Channel<ImmutableArray<HostedNode>>> subscribers = [];
    readonly ConcurrentDictionary<string, NodeSupervisor> supervisors = [];
    readonly ElectionBook elections;
    ImmutableArray<HostedNode> nodes;
    volatile string? clusterId;
    bool left;

    /// <exception cref="HostingException">The data directory cannot be used, or what the engine needs is missing.</exception>
    public NodeHost(HostingOptions options, ILogger<NodeHost> logger, TimeProvider time)
        : this(options, DataDirectoryLock.Take(options.DataDirectory), new NodeLogs(time), logger, time)
    {
    }

    /// <param name="directory">Given up with this host; null: who makes it holds the directory.</param>
    internal NodeHost(
        HostingOptions options, LockFile? directory, NodeLogs logs, ILogger<NodeHost> logger, TimeProvider time)
    {
        (this.directory, this.logs, this.logger, this.time) = (directory, logs, logger, time);
        try
        {
            engine = Open(options);
            files = ClusterFiles.Write(options, engine);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            directory?.Dispose();
            throw new HostingException($"{options.DataDirectory} cannot be written: {e.Message}");
        }
        catch
        {
            directory?.Dispose();
            throw;
        }

        elections = new ElectionBook(files.Nodes.Where(n => n.Kind == NodeKind.Coordinator).Select(n => n.Name), time);
        nodes = [.. files.Nodes.Select(New)];
        surroundings = new NodeSurroundings(
            Path.GetFullPath(options.DataDirectory), logs, logger, time, () => EnsembleChanged?.Invoke());
    }

    public ImmutableArray<HostedNode> Nodes
    {
        get
        {
            lock (gate)
            {
                return nodes;
            }
        }
    }

    public bool AllReady { get; private set; }

    public string Bootstrap => files.Bootstrap;

    public string? ClusterId =>
        clusterId ??= NodeFiles.ClusterOf(files.Nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => n.StoredCluster));

    public string? ZooKeeperConnect => files.ZooKeeperConnect;

    public HostedEngine Engine => engine.Description;

    public CancellationToken Replaced => CancellationToken.None;

    public long LogVersion => logs.Version;

    public event Action? EnsembleChanged;

    public ImmutableArray<HostedElection> Elections => elections.Read();

    internal IReadOnlyList<ElectionTrace> ElectionTraces => elections.Traces;

    internal IReadOnlySet<int> Ports => files.Nodes.SelectMany(n => n.OtherPorts.Append(n.Port)).ToHashSet();

    internal int Voters => files.Nodes.Count(n => n.IsVoter);

    public ImmutableArray<NodeLogLine> Tail(string? name) => logs.Tail(name);

    public NodeActionPlan Plan(string name, NodeAction action)
    {
        var why = Nodes.FirstOrDefault(n => n.Name == name) is { } node
            ? NodeActionRules.WhyNot(node.State, action)
            : "there is no such node";
        return new NodeActionPlan(name, action, why is null, why);
    }

    public async Task ActAsync(string name, NodeAction action, string user, CancellationToken cancellationToken)
    {
        if (!supervisors.TryGetValue(name, out var supervisor))
        {
            throw new NodeActionException($"There is no node {name}. The nodes are {string.Join(", ", files.Nodes.Select(n => n.Name))}.");
        }

        logs.Add(name, NodeLogLevel.Info, $"{action} asked for by {user}");
        await supervisor.ActAsync(action, user, cancellationToken).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<ImmutableArray<HostedNode>> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<ImmutableArray<HostedNode>>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            subscribers.Add(channel);
            channel.Writer.TryWrite(nodes);
            if (left)
            {
                channel.Writer.TryComplete();
            }
        }

        try
        {
            await foreach (var state in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return state;
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

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var moved in files.MovedPorts)
        {
            LogPortMoved(moved);
        }

        // the web server need not wait for the nodes: they say themselves when they are ready
        foreach (var node in files.Nodes)
        {
            Launch(node);
        }

        return Task.CompletedTask;
    }

    /// <summary>Paused nodes are resumed first: the others need their answers to leave in order.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Nodes.Where(n => n.State == NodeState.Paused).Select(ResumeAsync)).ConfigureAwait(false);
        var (brokers, others) = engine.StopWithin;
        // brokers first: to leave in order they need a controller, and that its ensemble or quorum
        await ShutDownAsync(node => node.Kind == NodeKind.Broker, brokers).ConfigureAwait(false);
        await ShutDownAsync(node => node.Kind != NodeKind.Broker, others).ConfigureAwait(false);
    }

    /// <summary>Other nodes are in the place of these: who follows them has seen the last of them.</summary>
    internal void Leave()
    {
        lock (gate)
        {
            left = true;
            subscribers.ForEach(subscriber => subscriber.Writer.TryComplete());
        }
    }

    public void Dispose()
    {
        membership.Dispose();
        files.Dispose();
        directory?.Dispose();
    }

    async Task ResumeAsync(HostedNode node)
    {
        try
        {
            await ActAsync(node.Name, NodeAction.Resume, "Castellan", CancellationToken.None).ConfigureAwait(false);
        }
        catch (NodeActionException)
        {
            // not paused any more
        }
    }

    static INodeEngine Open(HostingOptions options)
    {
        var kept = KeptEngine.Load(options.DataDirectory);
        KeptEngine.RequireSame(options, kept);
        return options.Apache is { } apache
            ? ApacheEngine.Open(apache, kept?.Mode, Environment.GetEnvironmentVariable)
            : EmbeddedEngine.Instance;
    }

    Task ShutDownAsync(Func<NodeFiles, bool> which, TimeSpan deadline) =>
        Task.WhenAll(files.Nodes
            .Where(n => which(n) && supervisors.ContainsKey(n.Name))
            .Select(n => supervisors[n.Name].ShutDownAsync(deadline)));

    /// <summary>Its life begins, with a start.</summary>
    void Launch(NodeFiles node)
    {
        var supervisor = supervisors[node.Name] = new NodeSupervisor(
            Nodes.First(n => n.Name == node.Name), () => Create(node), time, Changed);
        _ = supervisor.ActAsync(NodeAction.Start, "Castellan", CancellationToken.None);
    }

    HostedNode New(NodeFiles node) => new(node.Name, node.Kind, node.Id, NodeState.Stopped, node.Port, time.GetUtcNow(), null, null, 0);

    INodeRuntime Create(NodeFiles node)
    {
        var life = engine.Create(node, surroundings);
        if (node.Kind == NodeKind.Coordinator)
        {
            elections.Begin(node.Name, () => life.Elections);
        }

        return life;
    }

    void Changed(HostedNode changed)
    {
        var level = changed.State == NodeState.Failed ? NodeLogLevel.Error : NodeLogLevel.Info;
        logs.Add(changed.Name, level, $"Node is {changed.State}. {changed.Reason}".TrimEnd());
        if (changed.State == NodeState.Failed)
        {
            LogFailed(changed.Name, changed.Reason ?? "", changed.RestartAt);
        }

        Publish(all => [.. all.Select(n => n.Name == changed.Name ? changed : n)]);

        if (changed.Kind == NodeKind.Coordinator)
        {
            if (changed.State is NodeState.Killed or NodeState.Stopped or NodeState.Failed)
            {
                elections.End(changed.Name);
            }

            EnsembleChanged?.Invoke();
        }
    }

    void Publish(Func<ImmutableArray<HostedNode>, ImmutableArray<HostedNode>> change)
    {
        lock (gate)
        {
            nodes = change(nodes);
            // stays true: what waits for it has begun, and a node that fails later is that node's matter
            AllReady |= nodes.All(n => n.State == NodeState.Running);
            foreach (var subscriber in subscribers)
            {
                subscriber.Writer.TryWrite(nodes);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Moved}")]
    partial void LogPortMoved(string moved);

    [LoggerMessage(LogLevel.Error, "{Node} failed: {Reason} It starts again at {RestartAt:HH:mm:ss}.")]
    partial void LogFailed(string node, string reason, DateTimeOffset? restartAt);
}
