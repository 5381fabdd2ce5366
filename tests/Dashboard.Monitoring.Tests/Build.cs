using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Tests;

/// <summary>Snapshots for tests, a line each.</summary>
static class Build
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static PartitionInfo Partition(int number, int leader, int[] replicas, int[] isr, int? minIsr = 1) =>
        new(number, leader, 1, [.. replicas], [.. isr], [], minIsr);

    public static TopicInfo Topic(string name, params PartitionInfo[] partitions) => new(name, Guid.Empty, false, [.. partitions]);

    public static BrokerInfo Broker(int id, BrokerState state = BrokerState.Up) =>
        new(id, "127.0.0.1", 9092 + id, null, id == 0, state, Start, 0, 0, 0, null, null, null, null, null);

    public static GroupInfo Group(string id, long lag = 0, bool growing = false, int members = 0) => new(
        id, "Stable", GroupKind.Classic, "consumer", "range", 0,
        [.. Enumerable.Range(0, members).Select(i => new GroupMemberInfo($"m{i}", null, "c", "h", []))],
        [], lag, null, growing, null, null, Start, null);

    public static ClusterSnapshot Snapshot(
        IEnumerable<TopicInfo>? topics = null,
        IEnumerable<BrokerInfo>? brokers = null,
        IEnumerable<GroupInfo>? groups = null,
        string? ensemble = null)
    {
        var table = groups?.ToImmutableArray() ?? [];
        return new ClusterSnapshot
        {
            Id = "t",
            Name = "t",
            Kind = ClusterKind.Remote,
            Identity = Section<ClusterIdentity>.Unread.Read(new("id", 0, 1, CoordinationMode.ZooKeeper, null, null), Start),
            Topics = Section<TopicTable>.Unread.Read(TopicTable.Of(topics ?? []), Start),
            Brokers = Section<BrokerTable>.Unread.Read(new([.. brokers ?? [Broker(0), Broker(1), Broker(2)]]), Start),
            Groups = Section<GroupTable>.Unread.Read(GroupTable.Of(table), Start),
            Ensemble = ensemble is null ? Section<EnsembleTable>.Unread : Section<EnsembleTable>.Unread.Read(Ensemble(ensemble), Start),
        };
    }

    /// <summary>A letter a server: leads, follows, observes, looks (K), is down.</summary>
    static EnsembleTable Ensemble(string roles) => new(
        [
            .. roles.Index().Select(r => new ServerInfo(
                r.Index + 1, $"zk{r.Index + 1}", "h", Role(r.Item),
                null, null, null, null, null, null, null, null, null, null, Start, null)),
        ],
        null, null, null, []);

    static ServerRole Role(char letter) => letter switch
    {
        'L' => ServerRole.Leader,
        'F' => ServerRole.Follower,
        'O' => ServerRole.Observer,
        'K' => ServerRole.Looking,
        _ => ServerRole.Down,
    };
}
