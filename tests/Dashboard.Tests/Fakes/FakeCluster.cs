using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Tests.Fakes;

/// <summary>
/// A small cluster in memory that behaves: brokers die, leaders move, ISR shrinks and grows.
/// One thread at a time (its lock) owns the state.
/// </summary>
public sealed class FakeCluster(string id, ClusterKind kind, TimeProvider time)
{
    readonly Lock gate = new();
    readonly SortedDictionary<string, List<FakePartition>> topics = new(StringComparer.Ordinal);
    readonly SortedDictionary<int, DateTimeOffset?> brokers = [];
    readonly List<ClusterEvent> events = [];
    readonly List<ReassignmentInfo> reassignments = [];
    ImmutableArray<GroupInfo> groups = [];
    long version;
    long sequence;
    int controller;
    SnapshotBuilder? builder;

    public string Id => id;

    public ClusterKind Kind => kind;

    public bool HasZooKeeper { get; init; } = true;

    public bool ReadOnly { get; init; }

    public IReadOnlyList<int> Brokers
    {
        get
        {
            lock (gate)
            {
                return [.. brokers.Keys];
            }
        }
    }

    public FakeCluster With(int brokerCount, params (string Topic, int Partitions, int Factor)[] wanted)
    {
        lock (gate)
        {
            for (var i = 0; i < brokerCount; i++)
            {
                brokers[i] = null;
            }
            foreach (var (topic, partitions, factor) in wanted)
            {
                Place(topic, partitions, factor);
            }
        }
        return this;
    }

    public bool Exists(string topic)
    {
        lock (gate)
        {
            return topics.ContainsKey(topic);
        }
    }

    public void Create(string topic, IReadOnlyDictionary<int, ImmutableArray<int>> placement)
    {
        lock (gate)
        {
            topics[topic] = [.. placement.OrderBy(p => p.Key).Select(p => new FakePartition(p.Value))];
            ImmutableArray<string> arguments = [topic, $"{placement.Count}", $"{placement.Values.First().Length}"];
            Happened(EventKind.TopicCreated, Severity.Ok, topic, arguments, $"topics/{topic}");
        }
    }

    public void Delete(string topic)
    {
        lock (gate)
        {
            topics.Remove(topic);
            Happened(EventKind.TopicDeleted, Severity.Ok, topic, [topic], null);
        }
    }

    public void Kill(int broker)
    {
        lock (gate)
        {
            brokers[broker] = time.GetUtcNow();
            Happened(EventKind.BrokerDown, Severity.Bad, $"{broker}", [$"{broker}"], $"brokers/{broker}");
            var moved = 0;
            foreach (var (topic, partitions) in topics)
            {
                foreach (var (partition, p) in partitions.Index())
                {
                    if (p.Isr.Length > 1)
                    {
                        p.Isr = p.Isr.Remove(broker);
                    }
                    if (p.Leader == broker)
                    {
                        p.Leader = p.Isr.FirstOrDefault(b => b != broker && brokers[b] is null, -1);
                        p.Epoch++;
                        if (moved++ == 0)
                        {
                            var key = $"{topic}-{partition}";
                            Happened(EventKind.LeaderMoved, Severity.Warning, key, [key, $"{broker}", $"{p.Leader}"], $"topics/{topic}");
                        }
                    }
                }
            }
            if (moved > 1)
            {
                events[0] = events[0] with { Count = moved };
            }
            if (controller == broker)
            {
                controller = brokers.First(b => b.Value is null).Key;
                ImmutableArray<string> arguments = [$"{broker}", $"{controller}"];
                Happened(EventKind.ControllerMoved, Severity.Warning, $"{controller}", arguments, $"brokers/{controller}");
            }
        }
    }

    public void Start(int broker)
    {
        lock (gate)
        {
            brokers[broker] = null;
            Happened(EventKind.BrokerUp, Severity.Ok, $"{broker}", [$"{broker}"], $"brokers/{broker}");
            foreach (var p in topics.Values.SelectMany(p => p).Where(p => p.Replicas.Contains(broker)))
            {
                p.Isr = p.Isr.Contains(broker) ? p.Isr : p.Isr.Add(broker);
                p.Leader = p.Leader < 0 ? broker : p.Leader;
            }
        }
    }

    public void Elect(TopicPartition key, int leader)
    {
        lock (gate)
        {
            var p = topics[key.Topic][key.Partition];
            ImmutableArray<string> arguments = [key.ToString(), $"{p.Leader}", $"{leader}"];
            Happened(EventKind.LeaderMoved, Severity.Ok, key.ToString(), arguments, $"topics/{key.Topic}");
            (p.Leader, p.Epoch) = (leader, p.Epoch + 1);
        }
    }

    public void Reassign(string topic, int partition, ImmutableArray<int> target)
    {
        lock (gate)
        {
            var p = topics[topic][partition];
            var adding = target.Except(p.Replicas).ToImmutableArray();
            reassignments.Add(new(
                topic, partition, [.. target.Union(p.Replicas)], adding, [.. p.Replicas.Except(target)],
                p.Isr, 0, p.Bytes * adding.Length, time.GetUtcNow()));
        }
    }

    public void CancelReassignments(string topic)
    {
        lock (gate)
        {
            reassignments.RemoveAll(r => r.Topic == topic);
        }
    }

    public void SetGroups(ImmutableArray<GroupInfo> value)
    {
        lock (gate)
        {
            groups = value;
        }
    }

    /// <summary>One step of life: records arrive, copies progress.</summary>
    public void Tick(Random random)
    {
        lock (gate)
        {
            foreach (var p in topics.Values.SelectMany(p => p).Where(p => p.Leader >= 0))
            {
                var arrived = random.Next(20, 60);
                p.End += arrived;
                p.Rate = arrived;
            }
            for (var i = reassignments.Count - 1; i >= 0; i--)
            {
                var r = reassignments[i];
                var copied = Math.Min(r.TotalBytes ?? 0, (r.CopiedBytes ?? 0) + (r.TotalBytes ?? 0) / 20);
                reassignments[i] = r with { CopiedBytes = copied };
                if (copied == r.TotalBytes)
                {
                    var p = topics[r.Topic][r.Partition];
                    p.Replicas = [.. r.Replicas.Except(r.Removing)];
                    p.Isr = p.Replicas;
                    p.Leader = p.Replicas.Contains(p.Leader) ? p.Leader : p.Replicas[0];
                    reassignments.RemoveAt(i);
                }
            }
            groups = [.. groups.Select(g => FakeGroups.Advance(g, topics, random, time.GetUtcNow()))];
        }
    }

    /// <summary>Groups that keep their offsets in ZooKeeper.</summary>
    public Section<LegacyGroupTable> LegacyGroups { get; set; } = Section<LegacyGroupTable>.Unread;

    /// <summary>What the last metadata check found.</summary>
    public Section<DifferenceTable> Differences { get; set; } = Section<DifferenceTable>.Unread;

    public ClusterSnapshot Snapshot()
    {
        lock (gate)
        {
            builder ??= new SnapshotBuilder(id, kind, HasZooKeeper);
            return builder.Build(
                ++version, time.GetUtcNow(), controller, brokers, topics, groups, [.. reassignments], [.. events.Take(100)]) with
            {
                ReadOnly = ReadOnly,
                Differences = Differences,
                LegacyGroups = LegacyGroups,
            };
        }
    }

    void Place(string topic, int partitions, int factor)
    {
        var ids = brokers.Keys.ToArray();
        topics[topic] = [.. Enumerable.Range(0, partitions).Select(p => new FakePartition(Spread(ids, p, factor)))];
    }

    /// <summary>A partition's replicas, its leader first, one after the other over the brokers.</summary>
    public static ImmutableArray<int> Spread(int[] ids, int partition, int factor)
    {
        int At(int replica) =>
            replica == 0 ? partition : partition + 1 + (partition / ids.Length + replica - 1) % (ids.Length - 1);

        return [.. Enumerable.Range(0, factor).Select(replica => ids[At(replica) % ids.Length])];
    }

    void Happened(EventKind what, Severity severity, string subject, ImmutableArray<string> arguments, string? href) =>
        events.Insert(0, new(++sequence, time.GetUtcNow(), what, severity, subject, arguments, href, 1));
}

/// <summary>One partition's state.</summary>
public sealed class FakePartition(ImmutableArray<int> replicas)
{
    public ImmutableArray<int> Replicas { get; set; } = replicas;

    public ImmutableArray<int> Isr { get; set; } = replicas;

    public int Leader { get; set; } = replicas[0];

    public int Epoch { get; set; } = 1;

    public long End { get; set; } = 120_000 + replicas[0] * 7_311;

    public double Rate { get; set; }

    public long Bytes => End * 412;
}
