using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Foundation.Live;

/// <summary>One cluster as lists of clusters show it. Two that are equal look the same.</summary>
/// <param name="Definition">Null for one that is watched and not defined any longer: it is about to go.</param>
/// <param name="Place">In the order in which someone on call looks at them, from 0.</param>
public sealed record FleetRow(ClusterFigures Figures, ClusterDefinition? Definition, int Place)
{
    public string Id => Figures.Id;

    public string Name => Figures.Name;

    public bool IsReadOnly => Definition?.ReadOnly ?? Figures.IsReadOnly;

    /// <summary>What is searched.</summary>
    public string Text => $"{Name} {Id} {Definition?.Label}";

    /// <summary>All clusters, the most urgent first.</summary>
    public static ImmutableArray<FleetRow> All(IClusterRegistry registry, IClusterCatalog catalog)
    {
        var definitions = catalog.Definitions.ToDictionary(d => d.Id, StringComparer.Ordinal);
        return [.. FleetOrder.Of(registry.Clusters.Select(cluster => cluster.Current)).Select((cluster, place) =>
            new FleetRow(ClusterFigures.Of(cluster.Snapshot), definitions.GetValueOrDefault(cluster.Snapshot.Id), place))];
    }
}

/// <summary>What is wrong in a word or two.</summary>
public readonly record struct Trouble(FindingKind Kind, int Count);

/// <summary>What is shown of a cluster in the width of a line, worked out once of each snapshot for all who look.</summary>
/// <param name="Version">Of Kafka, as the brokers' APIs tell it: "3.9".</param>
/// <param name="Coordination">"ZooKeeper 3.9.5", "KRaft"; null while it is not known.</param>
/// <param name="First">The first two findings, the worst first; null where there are none.</param>
/// <param name="More">Findings beyond the two.</param>
/// <param name="AsOf">When what is oldest of the figures was read; null before the first reading.</param>
public sealed record ClusterFigures(
    string Id, string Name, ClusterKind Kind, bool IsReadOnly, ClusterStanding Standing, string? Version, string? Coordination,
    Trouble? First, Trouble? Second, int More, SectionError? Error,
    int? Up, int? Brokers, int? Controller, int? Topics, int? Partitions, int? Groups, long? Lag, double? RecordsIn,
    bool HasKafka, DateTimeOffset? AsOf)
{
    // all open pages show the same snapshots: each is worked out once, and forgotten with it
    static readonly ConditionalWeakTable<ClusterSnapshot, ClusterFigures> known = [];

    /// <summary>What the other figures are was true once.</summary>
    public bool IsOld => Error is not null && AsOf is not null;

    public string Glyph => Standing.State switch
    {
        ClusterState.Broken => "bad",
        ClusterState.Unreachable => "stale",
        ClusterState.Degraded => "warn",
        ClusterState.Connecting => "busy",
        _ => "ok",
    };

    public static ClusterFigures Of(ClusterSnapshot snapshot) => known.GetValue(snapshot, static s => Read(s));

    static ClusterFigures Read(ClusterSnapshot snapshot)
    {
        // what makes it so comes first; of equals, the order of the overview
        Finding[] findings = [.. snapshot.Health.Findings.OrderByDescending(f => f.Severity)];
        var brokers = snapshot.Brokers.Value?.Brokers;
        var topics = snapshot.Topics.Value?.Topics;
        var groups = snapshot.Groups.Value?.Groups;
        var identity = snapshot.Identity.Value;
        return new(
            snapshot.Id, snapshot.Name, snapshot.Kind, snapshot.ReadOnly, ClusterStanding.Of(snapshot), identity?.KafkaVersion,
            identity?.ZooKeeperVersion ?? (identity?.Mode == CoordinationMode.KRaft ? "KRaft" : null),
            TroubleAt(findings, 0), TroubleAt(findings, 1), Math.Max(0, findings.Length - 2), Failure(snapshot),
            brokers?.Count(b => b.Answers), brokers?.Length, snapshot.ControllerId,
            topics?.Length, topics?.Sum(t => t.Partitions.Length), groups?.Length, groups?.Sum(g => g.TotalLag ?? 0),
            snapshot.Rates?.RecordsInPerSecond, snapshot.HasKafka, AsOfOldest(snapshot));
    }

    static Trouble? TroubleAt(Finding[] findings, int index) =>
        index < findings.Length ? new(findings[index].Kind, findings[index].Count) : null;

    /// <summary>Why it cannot be read. What a cluster does not have at all is no failure.</summary>
    static SectionError? Failure(ClusterSnapshot snapshot) =>
        new[] { snapshot.HasKafka ? snapshot.Topics.Error : null, snapshot.Brokers.Error }
            .FirstOrDefault(error => error is { Kind: not SectionErrorKind.Unsupported });

    static DateTimeOffset? AsOfOldest(ClusterSnapshot snapshot) =>
        snapshot.HasKafka && snapshot.Topics.AsOf < snapshot.Brokers.AsOf ? snapshot.Topics.AsOf : snapshot.Brokers.AsOf;
}
