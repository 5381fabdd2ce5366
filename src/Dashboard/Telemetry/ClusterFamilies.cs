using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using static Dashboard.Telemetry.MetricSource;

namespace Dashboard.Telemetry;

/// <summary>What somebody would alert on, of brokers, partitions, groups, coordinators and the readings themselves.</summary>
static class ClusterFamilies
{
    public static IEnumerable<MetricFamily> All =>
    [
        new("castellan_broker_up",
            "1 while the broker is registered, 0 while it is known not to be; no sample while neither is known.",
            source => source.OfClusters(c =>
            Brokers(c).Where(b => b.State != BrokerState.Unknown)
                .Select(b => Measure(c, b.State == BrokerState.Up ? 1 : 0, ("broker", Text(b.Id)))))),
        new(
            "castellan_broker_answers", "1 while the broker answers.",
            source => source.OfClusters(c => Brokers(c).Select(b => Measure(c, b.Answers ? 1 : 0, ("broker", Text(b.Id)))))),
        new("castellan_controller_present", "1 while the cluster has a controller; no sample while that is not known.",
            source => source.OfClusters(c =>
            c is { IsControllerRead: true, Identity.Value: { } identity } ? [Measure(c, identity.ControllerId is null ? 0 : 1)] : [])),
        Partitions("castellan_partitions", "Partitions.", _ => true),
        Partitions("castellan_offline_partitions", "Partitions without a leader.", p => p.IsOffline),
        Partitions(
            "castellan_under_min_isr_partitions", "Partitions with fewer replicas in sync than min.insync.replicas.", p => p.IsUnderMinIsr),
        Partitions("castellan_under_replicated_partitions", "Partitions with replicas out of sync.", p => p.IsUnderReplicated),
        Partitions(
            "castellan_not_preferred_leader_partitions", "Partitions led by another replica than the preferred one.",
            p => p.IsNotPreferred),
        new("castellan_group_lag_records", "Records the group has not read, over its partitions.", source => source.OfClusters(c =>
            Groups(c).Where(g => g.TotalLag is not null)
                .Select(g => Measure(c, g.TotalLag!.Value, ("group", g.GroupId))))) { Most = c => Groups(c).Length },
        new("castellan_group_lag_seconds", "Age of the oldest record the group has not read.", source => source.OfClusters(c =>
            Groups(c).Where(g => g.LagSeconds is not null)
                .Select(g => Measure(c, g.LagSeconds!.Value, ("group", g.GroupId))))) { Most = c => Groups(c).Length },
        new("castellan_ensemble_server_up", "1 while the ZooKeeper server serves.", source => source.OfClusters(c =>
            Servers(c).Select(s => Measure(c, s.Role is ServerRole.Down or ServerRole.Looking ? 0 : 1, ("server", s.Name))))),
        new("castellan_ensemble_server_role", "1 for the role that the ZooKeeper server has, 0 for the others.",
            source => source.OfClusters(c =>
            Servers(c).SelectMany(
                s => Enum.GetValues<ServerRole>(),
                (s, role) => Measure(c, s.Role == role ? 1 : 0, ("server", s.Name), ("role", Text(role)))))),
        new("castellan_reading_failing",
            "1 while the last reading failed: its values are as old as castellan_reading_age_seconds says.",
            source => source.OfClusters(c =>
            Readings(c).Where(r => r.AsOf is not null || r.Error is not null)
                .Select(r => Measure(c, r.Error is null ? 0 : 1, ("reading", r.Name))))),
        new("castellan_reading_age_seconds", "How old the last good reading is.", source => source.OfClusters(c =>
            Readings(c).Where(r => r.AsOf is not null)
                .Select(r => Measure(c, Math.Max(0, (source.Now - r.AsOf!.Value).TotalSeconds), ("reading", r.Name))))),
        new("castellan_client_requests_total", "Requests that this program sent to the brokers, by Kafka's name of the API.",
            source => source.OfClusters(c =>
            Load(c).Apis.Select(a => Measure(c, a.Total, ("api", a.Api))))) { IsCounter = true },
        new("castellan_client_connections", "Connections that this program has open to the broker.", source => source.OfClusters(c =>
            Load(c).Links.Where(l => l.Broker is not null)
                .Select(l => Measure(c, l.Connections, ("broker", Text(l.Broker!.Value)))))),
        new("castellan_node_state", "1 for the state a hosted node is in.",
            source => (source.Host?.Nodes ?? []).SelectMany(n => Enum.GetValues<NodeState>(), (n, state) =>
            new Measurement<double>(n.State == state ? 1 : 0, new("node", n.Name), new("state", Text(state))))),
    ];

    /// <summary>What the samples were read from; what this cluster does not have is no failure.</summary>
    static IEnumerable<(string Name, SectionError? Error, DateTimeOffset? AsOf)> Readings(ClusterSnapshot c) =>
        new (string Name, SectionError? Error, DateTimeOffset? AsOf)[]
        {
            ("brokers", c.Brokers.Error, c.Brokers.AsOf),
            ("topics", c.Topics.Error, c.Topics.AsOf),
            ("offsets", c.Offsets.Error, c.Offsets.AsOf),
            ("logdirs", c.LogDirs.Error, c.LogDirs.AsOf),
            ("groups", c.Groups.Error, c.Groups.AsOf),
            ("ensemble", c.Ensemble.Error, c.Ensemble.AsOf),
            ("quorum", c.Quorum.Error, c.Quorum.AsOf),
        }.Where(r => r.Error?.Kind != SectionErrorKind.Unsupported);

    static MetricFamily Partitions(string name, string help, Func<PartitionInfo, bool> counts) =>
        new(name, help, source => source.OfClusters(c =>
        c.Topics.Value is { } topics ? [Measure(c, topics.Topics.Sum(t => t.Partitions.Count(counts)))] : []));

    static ClientLoad Load(ClusterSnapshot c) => c.ClientLoad.Value ?? new([], []);

    static IEnumerable<BrokerInfo> Brokers(ClusterSnapshot c) => c.Brokers.Value?.Brokers ?? [];

    static ImmutableArray<GroupInfo> Groups(ClusterSnapshot c) => c.Groups.Value?.Groups ?? [];

    static IEnumerable<ServerInfo> Servers(ClusterSnapshot c) => c.Ensemble.Value?.Servers ?? [];
}
