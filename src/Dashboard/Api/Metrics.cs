using System.Globalization;
using System.Text;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;

namespace Dashboard.Api;

/// <summary>Prometheus' text format, version 0.0.4: what somebody would alert on. A section that was never read gives no sample, rather than a zero.</summary>
static class Metrics
{
    public static string Write(IEnumerable<ClusterSnapshot> clusters, INodeHost? host, DateTimeOffset now)
    {
        var all = clusters.ToList();
        var text = new StringBuilder();
        Family(text, "castellan_broker_up", "1 while the broker is registered.", all.SelectMany(c =>
            (c.Brokers.Value?.Brokers ?? []).Select(b => Sample(c, b.State == BrokerState.Up ? 1 : 0, ("broker", Text(b.Id))))));
        Family(text, "castellan_controller_present", "1 while the cluster has a controller.", all.Where(c => c.Identity.Value is not null)
            .Select(c => Sample(c, c.Identity.Value!.ControllerId is null ? 0 : 1)));
        Partitions(text, all, "castellan_partitions", "Partitions.", _ => true);
        Partitions(text, all, "castellan_offline_partitions", "Partitions without a leader.", p => p.IsOffline);
        Partitions(text, all, "castellan_under_min_isr_partitions", "Partitions with fewer replicas in sync than min.insync.replicas.", p => p.IsUnderMinIsr);
        Partitions(text, all, "castellan_under_replicated_partitions", "Partitions with replicas out of sync.", p => p.IsUnderReplicated);
        Partitions(text, all, "castellan_not_preferred_leader_partitions", "Partitions led by another replica than the preferred one.", p => p.IsNotPreferred);
        Family(text, "castellan_partition_isr", "Replicas in sync.", all.SelectMany(c => (c.Topics.Value?.Topics ?? []).SelectMany(t => t.Partitions, (t, p) =>
            Sample(c, p.Isr.Length, ("topic", t.Name), ("partition", Text(p.Partition))))));
        Family(text, "castellan_group_lag_records", "Records the group has not read, over its partitions.", all.SelectMany(c =>
            (c.Groups.Value?.Groups ?? []).Where(g => g.TotalLag is not null).Select(g => Sample(c, g.TotalLag!.Value, ("group", g.GroupId)))));
        Family(text, "castellan_group_lag_seconds", "Age of the oldest record the group has not read.", all.SelectMany(c =>
            (c.Groups.Value?.Groups ?? []).Where(g => g.LagSeconds is not null).Select(g => Sample(c, g.LagSeconds!.Value, ("group", g.GroupId)))));
        Family(text, "castellan_ensemble_server_up", "1 while the ZooKeeper server serves.", all.SelectMany(c => (c.Ensemble.Value?.Servers ?? []).Select(s =>
            Sample(c, s.Role is ServerRole.Down or ServerRole.Looking ? 0 : 1, ("server", s.Name), ("role", s.Role.ToString().ToLowerInvariant())))));
        Family(text, "castellan_reading_failing", "1 while the last reading failed: what is told of it is as old as castellan_reading_age_seconds says.", all.SelectMany(c => Readings(c)
            .Where(r => r.AsOf is not null || r.Error is not null).Select(r => Sample(c, r.Error is null ? 0 : 1, ("reading", r.Name)))));
        Family(text, "castellan_reading_age_seconds", "How old the last good reading is.", all.SelectMany(c => Readings(c)
            .Where(r => r.AsOf is not null).Select(r => Sample(c, Math.Max(0, (now - r.AsOf!.Value).TotalSeconds), ("reading", r.Name)))));
        if (host is not null)
        {
            Family(text, "castellan_node_state", "1 for the state a hosted node is in.", host.Nodes.SelectMany(n => Enum.GetValues<NodeState>().Select(state =>
                (Labels([("node", n.Name), ("state", state.ToString().ToLowerInvariant())]), n.State == state ? 1d : 0))));
        }

        return text.ToString();
    }

    /// <summary>What the samples were read from; what this cluster does not have is no failure.</summary>
    static IEnumerable<(string Name, SectionError? Error, DateTimeOffset? AsOf)> Readings(ClusterSnapshot c) =>
        new (string Name, SectionError? Error, DateTimeOffset? AsOf)[]
        {
            ("brokers", c.Brokers.Error, c.Brokers.AsOf),
            ("topics", c.Topics.Error, c.Topics.AsOf),
            ("groups", c.Groups.Error, c.Groups.AsOf),
            ("ensemble", c.Ensemble.Error, c.Ensemble.AsOf),
        }.Where(r => r.Error?.Kind != SectionErrorKind.Unsupported);

    static void Partitions(StringBuilder text, IEnumerable<ClusterSnapshot> clusters, string name, string help, Func<PartitionInfo, bool> counts) =>
        Family(text, name, help, clusters.Where(c => c.Topics.Value is not null).Select(c => Sample(c, c.Topics.Value!.Topics.Sum(t => t.Partitions.Count(counts)))));

    static void Family(StringBuilder text, string name, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(" gauge\n");
        foreach (var (labels, value) in samples)
        {
            text.Append(name).Append(labels).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }

    static (string Labels, double Value) Sample(ClusterSnapshot cluster, double value, params (string Name, string Value)[] labels) =>
        (Labels([("cluster", cluster.Id), .. labels]), value);

    static string Labels(IEnumerable<(string Name, string Value)> labels) => "{" + string.Join(',', labels.Select(l => $"{l.Name}=\"{Escape(l.Value)}\"")) + "}";

    static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
