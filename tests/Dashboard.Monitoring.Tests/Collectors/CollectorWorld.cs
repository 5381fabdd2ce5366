using System.Collections.Concurrent;
using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Tests;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>
/// Brokers that answer as a test says, and the state that collectors change. The monitor's time stands still until the test moves it:
/// a tier reads once, and again when it is woken.
/// </summary>
sealed class CollectorWorld : IAsyncDisposable
{
    readonly Dictionary<Type, Func<int, IKafkaRequest, IKafkaResponse?>> answers = [];
    readonly CancellationTokenSource stopping = new();
    readonly List<Task> running = [];
    readonly Lock gate = new();
    MonitorState state;
    int readings, posts;

    /// <param name="deadline">Of each call; short where a test waits for it to pass.</param>
    public CollectorWorld(int brokers = 3, TimeSpan? deadline = null, Func<ClusterMonitorOptions, ClusterMonitorOptions>? options = null)
    {
        Brokers = [.. Enumerable.Range(0, brokers).Select(id => new FakeBroker { NodeId = id })];
        foreach (var broker in Brokers)
        {
            broker.Handler = (_, request) =>
                !Silent.ContainsKey(broker.NodeId) && answers.TryGetValue(request.GetType(), out var answer)
                    ? answer(broker.NodeId, request)
                    : null;
            broker.Raw = (connection, header) =>
            {
                if (!Cut.ContainsKey(broker.NodeId))
                {
                    return false;
                }

                connection.Abort("test");
                return true;
            };
        }

        On<MetadataRequest>((_, _) => Metadata());
        Options = new ClusterMonitorOptions { Id = "t", Name = "t", Kind = ClusterKind.Remote, Kafka = "127.0.0.1:1" };
        Options = options?.Invoke(Options) ?? Options;
        state = MonitorState.Initial(Options, Time.GetUtcNow());
        Kafka = new KafkaCluster([.. Brokers.Select(b => ("127.0.0.1", b.Port))], new KafkaClientOptions
        {
            RequestTimeout = deadline ?? TimeSpan.FromSeconds(20),
            SilentPatience = TimeSpan.FromSeconds(20),
            ReconnectBackoff = TimeSpan.FromMilliseconds(1),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(1),
        });
        Context = new CollectorContext(Options, Kafka, null, new HistoryStore(), Time, Post, () => State.Snapshot)
        {
            Applied = () =>
            {
                Interlocked.Increment(ref readings);
                return Task.CompletedTask;
            },
        };
    }

    public FakeBroker[] Brokers { get; }

    public KafkaCluster Kafka { get; }

    public ClusterMonitorOptions Options { get; }

    public FakeTimeProvider Time { get; } = new(Build.Start);

    public CollectorContext Context { get; }

    /// <summary>Brokers that take a request and say nothing.</summary>
    public ConcurrentDictionary<int, bool> Silent { get; } = new();

    /// <summary>Brokers that end the connection in place of an answer.</summary>
    public ConcurrentDictionary<int, bool> Cut { get; } = new();

    public int Controller { get; set; }

    /// <summary>As Metadata names them.</summary>
    public List<MetadataResponse.MetadataResponseTopic> Topics { get; } = [];

    public MonitorState State => Volatile.Read(ref state);

    public ClusterSnapshot Snapshot => State.Snapshot;

    /// <summary>Readings that ended well, whatever they read.</summary>
    public int Readings => Volatile.Read(ref readings);

    public int Posts => Volatile.Read(ref posts);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What brokers say to a request; null: nothing, ever.</summary>
    public void On<TRequest>(Func<int, TRequest, IKafkaResponse?> answer)
        where TRequest : IKafkaRequest => answers[typeof(TRequest)] = (broker, request) => answer(broker, (TRequest)request);

    public int Asked<TRequest>(int? broker = null)
        where TRequest : IKafkaRequest => Requests<TRequest>(broker).Count();

    public IEnumerable<TRequest> Requests<TRequest>(int? broker = null)
        where TRequest : IKafkaRequest =>
        Brokers.Where(b => broker is null || b.NodeId == broker).SelectMany(b => b.Asked).Select(asked => asked.Body).OfType<TRequest>();

    public void Post(Func<MonitorState, MonitorState> change)
    {
        lock (gate)
        {
            Volatile.Write(ref state, change(state));
            posts++;
        }
    }

    /// <summary>What another collector would have read.</summary>
    public void Set(Func<ClusterSnapshot, ClusterSnapshot> change) => Post(s => s with { Snapshot = change(s.Snapshot) });

    public void Know(params TopicInfo[] topics) => Set(s => s with { Topics = s.Topics.Read(TopicTable.Of(topics), Time.GetUtcNow()) });

    public void KnowBrokers() =>
        Set(s => s with { Brokers = s.Brokers.Read(new BrokerTable([.. Brokers.Select(b => Build.Broker(b.NodeId))]), Time.GetUtcNow()) });

    public void Run(Collector collector) => running.Add(collector.RunAsync(stopping.Token));

    public static Task UntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(condition, what);

    /// <summary>One more reading, to its end, a second later.</summary>
    public async Task AgainAsync(Collector collector)
    {
        var before = Readings;
        Time.Advance(TimeSpan.FromSeconds(1));
        collector.Wake();
        await UntilAsync(() => Readings > before, "one more reading");
    }

    public MetadataResponse Metadata()
    {
        var answer = Brokers[0].Metadata(Brokers);
        (answer.ControllerId, answer.Topics) = (Controller, [.. Topics]);
        return answer;
    }

    public static MetadataResponse.MetadataResponseTopic Topic(string name, params (int Leader, int[] Replicas)[] partitions) => new()
    {
        Name = name,
        Partitions = [.. partitions.Index().Select(p => new MetadataResponse.MetadataResponsePartition
        {
            PartitionIndex = p.Index, LeaderId = p.Item.Leader, ReplicaNodes = [.. p.Item.Replicas], IsrNodes = [.. p.Item.Replicas],
        })],
    };

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running);
        await Kafka.DisposeAsync();
        foreach (var broker in Brokers)
        {
            await broker.DisposeAsync();
        }

        stopping.Dispose();
    }
}
