using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests;

enum Power
{
    On,
    Dead,
    Paused,

    /// <summary>Of a broker: it answers clients and does not reach the ensemble.</summary>
    CutOff,
}

/// <summary>
/// Three brokers and three coordinators as they behave when they die, hang or are cut off, second by second, and what collectors then
/// read of them. What is derived from that is compared with what was done.
/// </summary>
sealed class OutageWorld
{
    public const int Nodes = 3;
    static readonly TimeSpan session = TimeSpan.FromSeconds(6);
    static readonly int[][] replicas = [[0, 1], [1, 2], [2, 0], [0, 1, 2]];

    readonly HistoryStore history = new();
    readonly SnapshotDerivation derivation;
    readonly Power[] coordinators = new Power[Nodes];
    readonly Power[] brokers = new Power[Nodes];
    readonly DateTimeOffset[] heartbeats = [.. Enumerable.Repeat(Start, Nodes)];
    readonly View?[] told = new View?[Nodes];
    readonly HashSet<int> registered = [];
    readonly (int Leader, int[] Isr)[] partitions = [.. replicas.Select(r => (-1, r))];
    MonitorState state = new(new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote, HasZooKeeper = true });
    int? controller;
    bool hadQuorum;
    long end;

    public OutageWorld()
    {
        derivation = new(history);
        Pass(6);
    }

    public DateTimeOffset Now { get; private set; } = Start;

    public ClusterSnapshot Snapshot => state.Snapshot;

    public ImmutableArray<ClusterEvent> Events => history.Events;

    public SeriesRing? RecordsIn => history.Find(new(SeriesKind.RecordsIn));

    public bool HasQuorum => coordinators.Count(c => c == Power.On) > Nodes / 2;

    public IEnumerable<int> Answering => Enumerable.Range(0, Nodes).Where(b => brokers[b] is Power.On or Power.CutOff);

    public bool IsRegistered(int broker) => registered.Contains(broker);

    /// <summary>When a broker was last seen to answer.</summary>
    public DateTimeOffset?[] LeftAt { get; } = new DateTimeOffset?[Nodes];

    /// <param name="node">Brokers first, coordinators after them.</param>
    public void Set(int node, Power power)
    {
        if (node >= Nodes)
        {
            coordinators[node - Nodes] = power == Power.CutOff ? Power.Dead : power;
            return;
        }

        if (power == Power.On && brokers[node] == Power.Dead)
        {
            told[node] = null; // it begins anew, and knows nothing before a controller tells it
        }

        LeftAt[node] = power is Power.Dead or Power.Paused ? Now : null;
        brokers[node] = power;
    }

    public void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Now += TimeSpan.FromSeconds(1);
            Live();
            if (Now.Second % 2 == 0)
            {
                Read();
            }
        }
    }

    void Live()
    {
        if (!HasQuorum)
        {
            hadQuorum = false;
            return;
        }

        for (var b = 0; b < Nodes; b++)
        {
            heartbeats[b] = brokers[b] == Power.On || !hadQuorum ? Now : heartbeats[b];
            if (brokers[b] == Power.On)
            {
                registered.Add(b);
            }
            else if (Now - heartbeats[b] > session)
            {
                registered.Remove(b);
            }
        }

        hadQuorum = true;
        controller = controller is { } current && registered.Contains(current)
            ? current
            : registered.Where(b => brokers[b] == Power.On).Select(b => (int?)b).Min();
        if (controller is { } acting && brokers[acting] == Power.On)
        {
            Control();
        }
    }

    void Control()
    {
        for (var p = 0; p < partitions.Length; p++)
        {
            var (leader, isr) = partitions[p];
            int[] live = [.. isr.Where(registered.Contains)];
            isr = live.Length == 0 ? isr : [.. live, .. replicas[p].Where(r => registered.Contains(r) && !live.Contains(r))];
            leader = registered.Contains(leader) && isr.Contains(leader) ? leader
                : live.Length == 0 ? -1
                : replicas[p].First(live.Contains);
            partitions[p] = (leader, isr);
        }

        var view = new View([.. registered.Order()], controller!.Value, [.. partitions]);
        foreach (var broker in registered.Where(b => brokers[b] == Power.On))
        {
            told[broker] = view;
        }
    }

    void Read()
    {
        Apply(s => s with
        {
            Registration = HasQuorum
                ? s.Registration.Read(Registration(), Now)
                : s.Registration.Failed(Error(SectionErrorKind.Unreachable)),
        });
        Apply(s => s with { Snapshot = s.Snapshot with { Ensemble = s.Snapshot.Ensemble.Read(Ensemble(), Now) } });
        Apply(s => s with { Metadata = Metadata(s.Metadata) });
        if (state.Snapshot.Topics.Value is { } topics)
        {
            var (offsets, groups) = (Offsets(state.Snapshot.Offsets, topics), Groups(state.Groups));
            Apply(s => s with { Groups = groups, Snapshot = s.Snapshot with { Offsets = offsets } });
        }
    }

    void Apply(Func<MonitorState, MonitorState> change) => state = derivation.Derive(state, change(state), Now);

    RegistrationReading Registration() => new([.. registered.Order().Select(Endpoint)], controller, 1, Start, ["a"]);

    Section<MetadataReading> Metadata(Section<MetadataReading> before)
    {
        if (Answering.Where(b => told[b] is not null).Select(b => told[b]).FirstOrDefault() is { } view)
        {
            var shown = view.Partitions.Select((p, i) =>
                new PartitionInfo(i, p.Leader, 1, [.. replicas[i]], [.. p.Isr], [.. replicas[i].Except(view.Brokers)], 1));
            var topics = TopicTable.Of([Topic("a", [.. shown])]);
            var endpoints = view.Brokers.Select(Endpoint);
            return before.Read(new MetadataReading("id", view.Controller, [.. endpoints], topics), Now);
        }

        return before.Failed(Error(
            Answering.Any() ? SectionErrorKind.Refused
            : brokers.Contains(Power.Paused) ? SectionErrorKind.TimedOut
            : SectionErrorKind.Unreachable));
    }

    Section<OffsetTable> Offsets(Section<OffsetTable> before, TopicTable topics)
    {
        end += 100;
        var leaders = topics.Topics[0].Partitions.Where(p => p.Leader >= 0).Select(p => p.Leader).Distinct().ToList();
        var errors = leaders.Where(l => !Answering.Contains(l)).ToImmutableDictionary(l => l, Silent);
        if (leaders.Count == errors.Count)
        {
            return before.Failed(errors.Values.FirstOrDefault() ?? Error(SectionErrorKind.Unreachable));
        }

        var served = topics.Topics[0].Partitions.Where(p => Answering.Contains(p.Leader));
        var table = served.ToDictionary(p => new TopicPartition("a", p.Partition), _ => new PartitionOffsets(0, end, Now, 50));
        return before.Read(new OffsetTable(table, errors), Now, errors.Values, all: false);
    }

    Section<GroupReading> Groups(Section<GroupReading> before)
    {
        var asked = state.Metadata.Value!.Brokers.Select(b => b.Id).ToList();
        var errors = asked.Where(b => !Answering.Contains(b)).ToImmutableDictionary(b => b, Silent);
        ImmutableHashSet<int> answered = [.. asked.Where(Answering.Contains)];
        var raw = new RawGroup("g", "Stable", GroupKind.Classic, "consumer", null, 0, [], [], Now, null);
        var reading = new GroupReading(new Dictionary<string, RawGroup> { ["g"] = raw }, errors) { Answered = answered, AskedAt = Now };
        return before.Read(reading, Now, errors.Values, all: answered.IsEmpty);
    }

    EnsembleTable Ensemble()
    {
        var leader = HasQuorum ? Array.FindLastIndex(coordinators, c => c == Power.On) + 1 : (int?)null;
        return new(
            [.. Enumerable.Range(0, coordinators.Length).Select(i => new ServerInfo(
                i + 1, $"zk{i + 1}", $"h:{i}", Role(i), 1, 1, null, null, null, null, null, null, null, null, Now, null))],
            leader, 1, Start, []);

        ServerRole Role(int index) =>
            coordinators[index] != Power.On ? ServerRole.Down
            : leader is null ? ServerRole.Looking
            : leader == index + 1 ? ServerRole.Leader
            : ServerRole.Follower;
    }

    SectionError Silent(int broker) => Error(brokers[broker] == Power.Paused ? SectionErrorKind.TimedOut : SectionErrorKind.Unreachable);

    SectionError Error(SectionErrorKind kind) =>
        new(kind, "x", null, "x", Now, kind == SectionErrorKind.TimedOut ? TimeSpan.FromSeconds(1) : null);

    static BrokerAddress Endpoint(int id) => new(id, "h", 9092 + id, null);

    /// <summary>What a controller told a broker.</summary>
    sealed record View(int[] Brokers, int Controller, (int Leader, int[] Isr)[] Partitions);
}
