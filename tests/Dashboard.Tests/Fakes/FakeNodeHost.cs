using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Nodes;
using Wire;

namespace Dashboard.Tests.Fakes;

/// <summary>Nodes that change state at once, and a fake cluster that notices.</summary>
public sealed class FakeNodeHost(FakeCluster cluster, TimeProvider time) : INodeHost, IEngineExchange
{
    static readonly CodedText kraft = CodedText.Of("ApacheKRaft", $"Apache {"Kafka 4.3.0"} in KRaft mode, Java {17}");

    readonly Lock gate = new();
    readonly List<Channel<ImmutableArray<HostedNode>>> readers = [];
    ImmutableArray<NodeLogLine> lines = [];

    public ImmutableArray<HostedNode> Nodes { get; set; } =
    [
        .. Enumerable.Range(1, 3).Select(i => new HostedNode(
            $"zk{i}", NodeKind.Coordinator, i, NodeState.Running, 2180 + i, time.GetUtcNow().AddMinutes(-161), null, null, 0)),
        .. cluster.Brokers.Select(i => new HostedNode(
            $"kafka{i}", NodeKind.Broker, i, NodeState.Running, 9092 + i, time.GetUtcNow().AddMinutes(-160), null, null, 0)),
    ];

    public bool AllReady => Nodes.All(n => n.State == NodeState.Running);

    public string Bootstrap => string.Join(',', Nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => $"127.0.0.1:{n.Port}"));

    public CancellationToken Replaced => CancellationToken.None;

    public EngineChoice Now { get; set; } = new(EngineKind.Embedded);

    public string Directory => "/data";

    public string? ChosenElsewhere { get; set; }

    public EngineExchange? Exchange { get; private set; }

    /// <summary>What a plan finds wrong with the directory of Kafka; null: nothing.</summary>
    public string? WrongHome { get; set; }

    /// <summary>The same for pages.</summary>
    public CodedText? WrongHomeTold { get; set; }

    /// <summary>What was planned last.</summary>
    public EngineChoice? Planned { get; private set; }

    public event Action? ExchangeChanged;

    public event Func<Task>? Opened
    {
        add { }
        remove { }
    }

    public HostedEngine Engine { get; set; } = HostedEngine.Embedded;

    public string? ClusterId => null;

    public string? ZooKeeperConnect => "127.0.0.1:2181,127.0.0.1:2182,127.0.0.1:2183/kafka";

    public long LogVersion => lines.Length;

    public ImmutableArray<HostedElection> Elections => [];

    public event Action? EnsembleChanged
    {
        add { }
        remove { }
    }

    public List<(string Name, NodeAction Action)> Acted { get; } = [];

    public Action? BeforeActing { get; set; }

    public NodeSettings Settings { get; set; } = NodeSettings.None;

    /// <summary>Why the host itself would not remove a broker.</summary>
    public string? WhyNotRemoved { get; set; }

    public AddedBrokerPlan PlanBroker()
    {
        var id = Nodes.Max(n => n.Kind == NodeKind.Broker ? n.Id : -1) + 1;
        return new($"kafka{id}", id, true, null);
    }

    public Task<HostedNode> AddBrokerAsync(string user, CancellationToken cancellation)
    {
        var id = PlanBroker().Id!.Value;
        var node = new HostedNode($"kafka{id}", NodeKind.Broker, id, NodeState.Running, 9092 + id, time.GetUtcNow(), null, null, 0);
        Replace(Nodes.Add(node));
        return Task.FromResult(node);
    }

    public string? WhyNotRemove(string name) => WhyNotRemoved;

    public Task RemoveBrokerAsync(string name, string user, CancellationToken cancellation)
    {
        Replace(Nodes.RemoveAll(n => n.Name == name));
        return Task.CompletedTask;
    }

    public Task ActAsync(string name, NodeAction action, string user, CancellationToken cancellation)
    {
        var node = Nodes.FirstOrDefault(n => n.Name == name) ?? throw new NodeActionException($"There is no node called {name}.");
        var plan = Plan(name, action);
        if (!plan.CanRun)
        {
            throw new NodeActionException(plan.WhyNot!);
        }
        BeforeActing?.Invoke();
        cancellation.ThrowIfCancellationRequested();
        Acted.Add((name, action));
        Set(node with
        {
            State = action switch
            {
                NodeAction.Start or NodeAction.Resume => NodeState.Running,
                NodeAction.Stop => NodeState.Stopped,
                NodeAction.Kill => NodeState.Killed,
                _ => NodeState.Paused,
            },
            Since = time.GetUtcNow(),
            Reason = action is NodeAction.Start or NodeAction.Resume ? null : $"{action} by {user}.",
            RestartAt = null,
        });
        Log(name, NodeLogLevel.Info, $"{action} by {user}");
        if (node.Kind == NodeKind.Broker && action is NodeAction.Kill or NodeAction.Stop or NodeAction.Pause)
        {
            cluster.Kill(node.Id);
        }
        if (node.Kind == NodeKind.Broker && action is NodeAction.Start or NodeAction.Resume)
        {
            cluster.Start(node.Id);
        }
        return Task.CompletedTask;
    }

    public void Fail(string name, string reason)
    {
        Set(Nodes.First(n => n.Name == name) with
        {
            State = NodeState.Failed,
            Reason = reason,
            RestartAt = time.GetUtcNow().AddSeconds(16),
            Attempt = 4,
            Since = time.GetUtcNow(),
        });
        Log(name, NodeLogLevel.Error, reason);
    }

    public NodeActionPlan Plan(string name, NodeAction action)
    {
        if (Nodes.FirstOrDefault(n => n.Name == name) is not { } node)
        {
            return new(name, action, false, "there is no such node"); // a page may still draw one that is gone
        }

        var can = action switch
        {
            NodeAction.Start => node.State is NodeState.Stopped or NodeState.Killed or NodeState.Failed,
            NodeAction.Resume => node.State == NodeState.Paused,
            NodeAction.Stop or NodeAction.Kill => node.State is NodeState.Running or NodeState.Paused,
            _ => node.State == NodeState.Running,
        };
        return new(name, action, can, can ? null : $"{name} is {node.State.ToString().ToLowerInvariant()}.");
    }

    public EnginePlan Plan(EngineChoice choice)
    {
        Planned = choice;
        return PlanOf(choice) with { Told = WrongHomeTold, Memory = 8L << 30 };
    }

    EnginePlan PlanOf(EngineChoice choice) => new(
        choice, WrongHome is null ? kraft : null,
        [new(EnginePart.KafkaHome, WrongHome is null ? "Kafka 4.3.0" : null, WrongHome)], "/data/engines/apache-kraft", false,
        WrongHome is null ? [new("kafka0", NodeKind.Broker, [9092])] : [], "/data", [.. Nodes.Select(n => n.Name)],
        ChosenElsewhere ?? WrongHome);

    public Task<Task<string?>> ExchangeAsync(EngineChoice choice, string user, CancellationToken cancellation)
    {
        Step(new(choice, "Apache Kafka 4.3.0", user, ExchangeStep.Stopping, time.GetUtcNow(), null));
        return Task.FromResult(Task.FromResult<string?>(null));
    }

    public void Step(EngineExchange now)
    {
        Exchange = now;
        ExchangeChanged?.Invoke();
    }

    public ImmutableArray<NodeLogLine> Tail(string? name) => name is null ? lines : [.. lines.Where(l => l.Node == name)];

    public void Log(string node, NodeLogLevel level, string text) => ImmutableInterlocked.Update(
        ref lines, l => (l.Length > 1999 ? l.RemoveAt(0) : l).Add(new(time.GetUtcNow(), node, level, text)));

    public async IAsyncEnumerable<ImmutableArray<HostedNode>> SubscribeAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Channel.CreateBounded<ImmutableArray<HostedNode>>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            readers.Add(channel);
        }
        try
        {
            yield return Nodes;
            await foreach (var nodes in channel.Reader.ReadAllAsync(cancellation))
            {
                yield return nodes;
            }
        }
        finally
        {
            lock (gate)
            {
                readers.Remove(channel);
            }
        }
    }

    void Set(HostedNode node) => Replace(Nodes.Replace(Nodes.First(n => n.Name == node.Name), node));

    void Replace(ImmutableArray<HostedNode> nodes)
    {
        lock (gate)
        {
            Nodes = nodes;
            foreach (var reader in readers)
            {
                reader.Writer.TryWrite(Nodes);
            }
        }
    }
}
