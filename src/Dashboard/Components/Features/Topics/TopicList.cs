using System.Runtime.CompilerServices;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Topics;

/// <summary>All topics of a snapshot as the list shows them, worked out once for all readers.</summary>
public sealed class TopicList
{
    static readonly ListShape<TopicRow> shape = new(
        r => r.Topic.Name,
        new Dictionary<string, Func<TopicRow, IComparable?>>
        {
            ["name"] = r => r.Topic.Name,
            ["state"] = r => r.Trouble,
            ["partitions"] = r => r.Topic.Partitions.Length,
            ["factor"] = r => r.Topic.ReplicationFactor,
            ["records"] = r => r.Records,
            ["size"] = r => r.Size,
            ["in"] = r => r.In,
            ["groups"] = r => r.Groups,
            ["kept"] = r => r.Compacted ? null : r.KeptMs,
            ["lag"] = r => r.WorstLag,
            ["lag-total"] = r => r.TotalLag,
            ["kept-bytes"] = r => r.KeptBytes,
            ["policy"] = r => r.Policy,
            ["min-isr"] = r => r.MinIsr,
        },
        [
            new("offline", "bad", r => r.Offline > 0),
            new("under-min-isr", "bad", r => r.UnderMinIsr > 0),
            new("under-replicated", "warn", r => r.UnderReplicated > 0),
            new("not-preferred", "warn", r => r.NotPreferred > 0),
            new("internal", "info", r => r.Topic.IsInternal),
            new("own", "info", r => !r.Topic.IsInternal),
        ]);

    static readonly ConditionalWeakTable<TopicTable, TopicList> latest = [];
    static readonly TopicList none = new([], []);

    /// <summary>What the rows were made of, besides the topics.</summary>
    readonly object?[] sources;

    TopicList(IReadOnlyList<TopicRow> all, object?[] sources)
    {
        this.sources = sources;
        Rows = new(all, shape);
        Partitions = all.Sum(r => r.Topic.Partitions.Length);
        Replicas = all.Sum(r => r.Topic.Partitions.Sum(p => p.Replicas.Length));
        Counts = new(
            all.Count, all.Count(r => r.Offline > 0), all.Count(r => r.Offline == 0 && r.UnderMinIsr > 0),
            all.Count(r => r.UnderReplicated > 0));
    }

    public ListRows<TopicRow> Rows { get; }

    public int Partitions { get; }

    public int Replicas { get; }

    public TopicCounts Counts { get; }

    public static TopicList Of(ClusterSnapshot snapshot)
    {
        if (snapshot.Topics.Value is not { } table)
        {
            return none;
        }
        object?[] sources = [snapshot.Offsets.Value, snapshot.LogDirs.Value, snapshot.TopicConfigs.Value, snapshot.Groups.Value];
        if (!latest.TryGetValue(table, out var list) || !list.sources.SequenceEqual(sources, ReferenceEqualityComparer.Instance))
        {
            list = new([.. table.Topics.Select(t => TopicRow.Of(t, snapshot))], sources);
            latest.AddOrUpdate(table, list);
        }
        return list;
    }
}
