using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client.Trial;
using Kafka.Protocol;

namespace Dashboard.Tests.Fakes;

/// <summary>Makes snapshots of a fake cluster's state.</summary>
public sealed class SnapshotBuilder(string id, ClusterKind kind, bool hasZooKeeper)
{
    readonly Dictionary<string, DateTimeOffset> since = [];

    public ClusterSnapshot Build(
        long version,
        DateTimeOffset now,
        int controller,
        IReadOnlyDictionary<int, DateTimeOffset?> brokers,
        IReadOnlyDictionary<string, List<FakePartition>> topics,
        ImmutableArray<GroupInfo> groups,
        ImmutableArray<ReassignmentInfo> reassignments,
        ImmutableArray<ClusterEvent> events)
    {
        var table = TopicTable.Of(topics.Select(t => Topic(t.Key, t.Value, brokers)));
        var all = topics.SelectMany(t => t.Value.Select((p, i) => (Key: new TopicPartition(t.Key, i), P: p))).ToArray();
        var byTopic = topics.ToImmutableDictionary(t => t.Key, t => t.Value.Sum(p => p.Rate));
        var offsets = all.ToImmutableDictionary(p => p.Key, p => new PartitionOffsets(0, p.P.End, now, p.P.Rate));
        double Rate(int broker) => all.Where(p => p.P.Leader == broker).Sum(p => p.P.Rate);

        return new()
        {
            Id = id,
            Name = id,
            Kind = kind,
            Version = version,
            PublishedAt = now,
            HasZooKeeper = hasZooKeeper,
            Identity = new(Identity(controller, now), null, now),
            Brokers = new(new([.. brokers.Select(b => Broker(b.Key, b.Value, controller, all, now))]), null, now),
            Topics = new(table, null, now),
            Offsets = new(new(offsets, ImmutableDictionary<int, SectionError>.Empty), null, now.AddSeconds(-2)),
            LogDirs = new(new(Replicas(all), ImmutableDictionary<int, BrokerLogDirs>.Empty), null, now.AddSeconds(-20)),
            TopicConfigs = new(new(topics.Keys.ToImmutableDictionary(t => t, Configs)), null, now.AddSeconds(-31)),
            Groups = new(GroupTable.Of(groups), null, now.AddSeconds(-1)),
            Reassignments = new(new(reassignments), null, now),
            Ensemble = hasZooKeeper ? new(FakeEnsemble.Of(now), null, now) : new(null, WithoutZooKeeper(now), null),
            Quorum = hasZooKeeper
                ? Section<QuorumTable>.Unread.Failed(new(SectionErrorKind.Unsupported, id, null, "This cluster is in ZooKeeper mode.", now))
                : Section<QuorumTable>.Unread.Read(Quorum(now), now),
            Health = new(true, Findings(table, brokers, groups, now)),
            RecentEvents = events,
            Rates = new(
                byTopic.Values.Sum(),
                byTopic,
                brokers.Keys.ToImmutableDictionary(b => b, Rate),
                brokers.Keys.ToImmutableDictionary(b => b, b => Rate(b) * 412)),
        };
    }

    ClusterIdentity Identity(int controller, DateTimeOffset now)
    {
        var mode = hasZooKeeper ? CoordinationMode.ZooKeeper : CoordinationMode.KRaft;
        return new("Qk3xA0vTRCy4dN9m", controller, 14, mode, hasZooKeeper ? "ZooKeeper 3.9.5" : null, now.AddHours(-3));
    }

    static QuorumTable Quorum(DateTimeOffset now) => new(
        0, 14, 4213, [.. Enumerable.Range(0, 3).Select(i => new QuorumMember(i, true, i == 0, 4213 - i, i, now, now, false))],
        [new(MetadataVersions.Feature, 30)])
    { LeaderSince = now.AddHours(-3) };

    SectionError WithoutZooKeeper(DateTimeOffset now) => new(
        SectionErrorKind.Unsupported, id, null,
        "This cluster runs without ZooKeeper: its controllers keep the metadata (KRaft).", now);

    static TopicInfo Topic(string name, List<FakePartition> partitions, IReadOnlyDictionary<int, DateTimeOffset?> brokers)
    {
        var isInternal = name.StartsWith("__", StringComparison.Ordinal);
        return new(name, Guid.Empty, isInternal, [.. partitions.Select((p, i) => Partition(i, p, brokers, name))]);
    }

    static PartitionInfo Partition(int number, FakePartition p, IReadOnlyDictionary<int, DateTimeOffset?> brokers, string topic)
    {
        var offline = p.Replicas.Where(r => brokers[r] is not null);
        return new(number, p.Leader, p.Epoch, p.Replicas, p.Isr, [.. offline], NeedsTwo(topic) ? 2 : 1);
    }

    /// <summary>Replicas in sync, for a record to be taken.</summary>
    static bool NeedsTwo(string topic) => topic is "orders" or "payments";

    static ImmutableDictionary<ReplicaKey, ReplicaInfo> Replicas((TopicPartition Key, FakePartition P)[] all)
    {
        var replicas = from p in all
                       from broker in p.P.Replicas
                       select (Key: new ReplicaKey(p.Key.Topic, p.Key.Partition, broker), Info: new ReplicaInfo(p.P.Bytes, 0, false));
        return replicas.ToImmutableDictionary(r => r.Key, r => r.Info);
    }

    static BrokerInfo Broker(
        int broker, DateTimeOffset? down, int controller, (TopicPartition Key, FakePartition P)[] all, DateTimeOffset now)
    {
        var error = down is { } since
            ? new SectionError(
                SectionErrorKind.Unreachable, $"broker {broker} at 127.0.0.1:{9092 + broker}", null, "Connection refused", since)
            : null;
        return new(
            broker, "127.0.0.1", 9092 + broker, null,
            broker == controller, down is null ? BrokerState.Up : BrokerState.Down, down ?? now.AddHours(-3),
            all.Count(p => p.P.Leader == broker),
            all.Count(p => p.P.Replicas.Contains(broker)),
            all.Count(p => p.P.Replicas.Contains(broker) && !p.P.Isr.Contains(broker)),
            all.Where(p => p.P.Replicas.Contains(broker)).Sum(p => p.P.Bytes),
            500_000_000_000, 210_000_000_000, down?.AddSeconds(-4), error);
    }

    static ImmutableArray<TopicConfig> Configs(string topic) =>
    [
        new(
            "cleanup.policy", topic.StartsWith("__", StringComparison.Ordinal) ? "compact" : "delete",
            "DEFAULT_CONFIG", true, false, false),
        new("max.message.bytes", "1048588", "DEFAULT_CONFIG", true, false, false),
        new(
            "min.insync.replicas", NeedsTwo(topic) ? "2" : "1",
            NeedsTwo(topic) ? "DYNAMIC_TOPIC_CONFIG" : "DEFAULT_CONFIG", !NeedsTwo(topic), false, false),
        new(
            "retention.ms", topic == "orders" ? "259200000" : "604800000",
            topic == "orders" ? "DYNAMIC_TOPIC_CONFIG" : "STATIC_BROKER_CONFIG", topic != "orders", false, false),
        new("segment.bytes", "1073741824", "DEFAULT_CONFIG", true, false, false),
    ];

    ImmutableArray<Finding> Findings(
        TopicTable table, IReadOnlyDictionary<int, DateTimeOffset?> brokers, ImmutableArray<GroupInfo> groups, DateTimeOffset now)
    {
        var found = ImmutableArray.CreateBuilder<Finding>();
        var partitions = table.Topics
            .SelectMany(t => t.Partitions.Select(p => (Key: new TopicPartition(t.Name, p.Partition), P: p)))
            .ToArray();
        var down = brokers.Where(b => b.Value is not null).Select(b => b.Key).ToImmutableArray();
        void Add(FindingKind what, Severity severity, ImmutableArray<TopicPartition> keys, ImmutableArray<string> names)
        {
            var count = Math.Max(keys.Length, names.Length);
            if (count == 0)
            {
                since.Remove(what.ToString());
                return;
            }
            since.TryAdd(what.ToString(), now);
            found.Add(new(what, severity, count, keys, names, down, since[what.ToString()]));
        }
        Add(FindingKind.OfflinePartitions, Severity.Bad, [.. partitions.Where(p => p.P.IsOffline).Select(p => p.Key)], []);
        Add(FindingKind.UnderMinIsr, Severity.Bad, [.. partitions.Where(p => p.P.IsUnderMinIsr).Select(p => p.Key)], []);
        Add(FindingKind.UnderReplicated, Severity.Warning, [.. partitions.Where(p => p.P.IsUnderReplicated).Select(p => p.Key)], []);
        Add(FindingKind.NotPreferredLeader, Severity.Warning, [.. partitions.Where(p => p.P.IsNotPreferred).Select(p => p.Key)], []);
        Add(FindingKind.GrowingLag, Severity.Warning, [], [.. groups.Where(g => g.IsLagGrowing).Select(g => g.GroupId)]);
        Add(FindingKind.BrokersDown, Severity.Bad, [], [.. down.Select(b => $"{b}")]);
        return found.ToImmutable();
    }
}
