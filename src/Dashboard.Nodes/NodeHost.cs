using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Nodes.Logs;
using Dashboard.Nodes.Runtimes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dashboard.Nodes;

/// <summary>Hosts the nodes of the cluster "local" as background services of this process. They talk over loopback TCP only, as separate processes would.</summary>
public sealed partial class NodeHost : INodeHost, IHostedService, IDisposable
{
    /// <summary>Ctrl-C ends everything within 5 s: brokers first, since they still need the coordinators to leave in order.</summary>
    static readonly TimeSpan BrokersStopWithin = TimeSpan.FromSeconds(3);
    static readonly TimeSpan CoordinatorsStopWithin = TimeSpan.FromSeconds(1);

    readonly ILogger<NodeHost> logger;
    readonly TimeProvider time;
    readonly NodeLogs logs;
    readonly DataDirectoryLock directory;
    readonly ClusterFiles files;
    readonly Lock gate = new();
    readonly List<Channel<ImmutableArray<HostedNode>>> subscribers = [];
    readonly Dictionary<string, NodeSupervisor> supervisors = [];
    readonly Dictionary<string, ZooKeeperRuntime> coordinators = [];
    ImmutableArray<HostedNode> nodes;

    /// <exception cref="HostingException">The data directory cannot be used.</exception>
    public NodeHost(HostingOptions options, ILogger<NodeHost> logger, TimeProvider time)
    {
        this.logger = logger;
        this.time = time;
        logs = new NodeLogs(time);
        directory = DataDirectoryLock.Take(options.DataDirectory);
        try
        {
            files = ClusterFiles.Write(options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            directory.Dispose();
            throw new HostingException($"{options.DataDirectory} cannot be written: {e.Message}");
        }
        catch (HostingException)
        {
            directory.Dispose();
            throw;
        }

        var now = time.GetUtcNow();
        nodes = [.. files.Nodes.Select(n => new HostedNode(n.Name, n.Kind, n.Id, NodeState.Stopped, n.Port, now, null, null, 0))];
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

    public string ZooKeeperConnect => files.ZooKeeperConnect;

    public long LogVersion => logs.Version;

    public ImmutableArray<HostedElection> Elections
    {
        get
        {
            lock (gate)
            {
                return ElectionMerge.Merge(coordinators.Values.SelectMany(c => c.Elections));
            }
        }
    }

    public ImmutableArray<NodeLogLine> Tail(string? name) => logs.Tail(name);

    public NodeActionPlan Plan(string name, NodeAction action)
    {
        var why = Nodes.FirstOrDefault(n => n.Name == name) is { } node ? NodeSupervisor.WhyNot(node.State, action) : "there is no such node";
        return new NodeActionPlan(name, action, why is null, why);
    }

    public async Task ActAsync(string name, NodeAction action, string user, CancellationToken cancellation)
    {
        if (!supervisors.TryGetValue(name, out var supervisor))
        {
            throw new NodeActionException($"There is no node {name}. The nodes are {string.Join(", ", files.Nodes.Select(n => n.Name))}.");
        }

        logs.Add(name, NodeLogLevel.Info, $"{action} asked for by {user}");
        await supervisor.ActAsync(action, user, cancellation).ConfigureAwait(false);
    }

    public async IAsyncEnumerable<ImmutableArray<HostedNode>> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<ImmutableArray<HostedNode>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            subscribers.Add(channel);
            channel.Writer.TryWrite(nodes);
        }

        try
        {
            await foreach (var state in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
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

        foreach (var node in files.Nodes)
        {
            supervisors[node.Name] = new NodeSupervisor(Nodes.First(n => n.Name == node.Name), () => Create(node), time, Changed);
        }

        // the web server need not wait for the nodes: they say themselves when they are ready
        foreach (var supervisor in supervisors.Values)
        {
            _ = supervisor.ActAsync(NodeAction.Start, "Castellan", CancellationToken.None);
        }

        return Task.CompletedTask;
    }

    /// <summary>Paused nodes are resumed first: the others need their answers to leave in order.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Nodes.Where(n => n.State == NodeState.Paused).Select(ResumeAsync)).ConfigureAwait(false);
        await ShutDownAsync(NodeKind.Broker, BrokersStopWithin).ConfigureAwait(false);
        await ShutDownAsync(NodeKind.Coordinator, CoordinatorsStopWithin).ConfigureAwait(false);
    }

    public void Dispose()
    {
        files.Dispose();
        directory.Dispose();
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

    Task ShutDownAsync(NodeKind kind, TimeSpan deadline) =>
        Task.WhenAll(files.Nodes.Where(n => n.Kind == kind && supervisors.ContainsKey(n.Name)).Select(n => supervisors[n.Name].ShutDownAsync(deadline)));

    INodeRuntime Create(NodeFiles node)
    {
        var loggers = logs.FactoryFor(node.Name, logger);
        if (node.Kind == NodeKind.Broker)
        {
            return KafkaRuntime.Load(node.ConfigFile, loggers, time);
        }

        var coordinator = ZooKeeperRuntime.Load(node.ConfigFile, loggers, time);
        lock (gate)
        {
            coordinators[node.Name] = coordinator;
        }

        return coordinator;
    }

    void Changed(HostedNode changed)
    {
        logs.Add(changed.Name, changed.State == NodeState.Failed ? NodeLogLevel.Error : NodeLogLevel.Info, $"Node is {changed.State}. {changed.Reason}".TrimEnd());
        if (changed.State == NodeState.Failed)
        {
            LogFailed(changed.Name, changed.Reason ?? "", changed.RestartAt);
        }

        lock (gate)
        {
            nodes = [.. nodes.Select(n => n.Name == changed.Name ? changed : n)];
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
