using System.Collections.Immutable;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Pictures;

/// <summary>Makes matrices: of a topic as it is, of a topic that will be, and of a reassignment before and after.</summary>
public static class PlacementModel
{
    public static MatrixModel Of(
        Text text, TopicInfo topic, ImmutableArray<BrokerInfo> brokers, IEnumerable<PartitionInfo>? shown = null,
        EligibleLeaderTable? eligible = null)
    {
        var columns = Columns(text, brokers, topic.Partitions.SelectMany(p => p.Replicas));
        var rows = (shown ?? topic.Partitions)
            .Select(p => (Partition: p, Eligible: eligible?.Find(topic.Name, p.Partition)))
            .Select(p => new MatrixRow(
                p.Partition.Partition, Glyph(p.Partition), [.. columns.Select(c => Cell(text, p.Partition, c, p.Eligible))]))
            .ToImmutableArray();
        ImmutableArray<MatrixTotal> totals =
        [
            new(text["Matrix_Leads"], Counts(topic, columns, (p, broker) => p.Leader == broker)),
            new(text["Matrix_InIsr"], Counts(topic, columns, (p, broker) => p.Isr.Contains(broker) && !p.Offline.Contains(broker))),
            new(text["Matrix_Holds"], Counts(topic, columns, (p, broker) => p.Replicas.Contains(broker))),
        ];
        return new(columns, rows, totals);
    }

    /// <summary>A topic that does not exist yet: every replica is a new copy.</summary>
    public static MatrixModel Planned(
        Text text, IReadOnlyDictionary<int, ImmutableArray<int>> placement, ImmutableArray<BrokerInfo> brokers)
    {
        var columns = Columns(text, brokers, placement.Values.SelectMany(r => r));
        var rows = placement.OrderBy(p => p.Key)
            .Select(p => new MatrixRow(p.Key, null, [.. columns.Select(c => NewCell(text, p.Key, p.Value, c.Broker))])).ToImmutableArray();
        ImmutableArray<MatrixTotal> totals =
        [
            new(text["Matrix_Leads"], [.. columns.Select(c => Plus(placement.Values.Count(r => r.Length > 0 && r[0] == c.Broker)))]),
            new(text["Matrix_Holds"], [.. columns.Select(c => Plus(placement.Values.Count(r => r.Contains(c.Broker))))]),
        ];
        return new(columns, rows, totals);
    }

    /// <summary>A topic as it will be when its replicas are <paramref name="targets"/>: copies that come and go are marked.</summary>
    public static MatrixModel Target(
        Text text, TopicInfo topic, IReadOnlyDictionary<int, ImmutableArray<int>> targets, ImmutableArray<BrokerInfo> brokers)
    {
        var columns = Columns(text, brokers, topic.Partitions.SelectMany(p => p.Replicas).Concat(targets.Values.SelectMany(t => t)));
        ImmutableArray<int> Target(PartitionInfo p) => targets.GetValueOrDefault(p.Partition, p.Replicas);
        var rows = topic.Partitions
            .Select(p => new MatrixRow(p.Partition, null, [.. columns.Select(c => TargetCell(text, p, Target(p), c.Broker))]))
            .ToImmutableArray();
        ImmutableArray<MatrixTotal> totals =
        [
            new(text["Matrix_Leads"], Counts(topic, columns, (p, broker) => p.LeaderAmong(Target(p)) == broker)),
            new(text["Matrix_Holds"], Counts(topic, columns, (p, broker) => Target(p).Contains(broker))),
        ];
        return new(columns, rows, totals);
    }

    /// <summary>Of each column, how many partitions this holds for.</summary>
    static ImmutableArray<string> Counts(TopicInfo topic, ImmutableArray<MatrixColumn> columns, Func<PartitionInfo, int, bool> holds) =>
        [.. columns.Select(c => Format.Number(topic.Partitions.Count(p => holds(p, c.Broker))))];

    public static string? Glyph(PartitionInfo p) => p.IsOffline || p.IsUnderMinIsr ? "bad" : p.IsUnderReplicated ? "warn" : null;

    static ImmutableArray<MatrixColumn> Columns(Text text, ImmutableArray<BrokerInfo> brokers, IEnumerable<int> named)
    {
        var known = brokers.ToDictionary(b => b.Id);
        return [.. known.Keys.Union(named).Order().Select(id => known.TryGetValue(id, out var b)
            ? new MatrixColumn(
                id, b.State == BrokerState.Down ? text["Matrix_Down"] : b.IsController ? text["Broker_Controller"] : "",
                b.State == BrokerState.Down)
            : new MatrixColumn(id, text["Matrix_Unknown"], true))];
    }

    static MatrixCell Cell(Text text, PartitionInfo p, MatrixColumn column, EligibleLeaders? eligible)
    {
        var cell = Cell(text, p, column);
        return eligible?.Eligible.Contains(column.Broker) == true ? cell with { Label = cell.Label + " " + text["Cell_Eligible"] }
            : eligible?.LastKnown.Contains(column.Broker) == true ? cell with { Label = cell.Label + " " + text["Cell_LastEligible"] }
            : cell;
    }

    static MatrixCell Cell(Text text, PartitionInfo p, MatrixColumn column)
    {
        var broker = column.Broker;
        if (!p.Replicas.Contains(broker))
        {
            return new(CellKind.None, false, text["Cell_None", p.Partition, broker]);
        }
        var wish = broker == p.PreferredLeader && p.Leader != broker;
        var instead = wish ? " " + (p.Leader < 0 ? text["Cell_NobodyLeads"] : text["Cell_LeadsInstead", $"{p.Leader}"]) : "";
        if (p.Offline.Contains(broker) || column.IsDown)
        {
            return new(CellKind.Dead, wish, text["Cell_Dead", p.Partition, $"{broker}"] + instead);
        }
        if (p.Leader == broker)
        {
            var refused = p.IsUnderMinIsr ? " " + text["Cell_UnderMinIsr"] : "";
            return new(
                CellKind.Leader, false,
                text["Cell_Leader", p.Partition, $"{broker}", p.LeaderEpoch, Format.Ids(p.Isr), Format.Ids(p.Replicas)] + refused);
        }
        return p.Isr.Contains(broker)
            ? new(CellKind.InSync, wish, InSync(text, p, broker) + instead)
            : new(CellKind.Out, wish, text["Cell_Out", p.Partition, $"{broker}", $"{p.Leader}"] + instead);
    }

    static string InSync(Text text, PartitionInfo p, int broker) => p.Leader < 0
        ? text["Cell_InSyncAlone", p.Partition, $"{broker}"]
        : text["Cell_InSync", p.Partition, $"{broker}", $"{p.Leader}"];

    static MatrixCell NewCell(Text text, int partition, ImmutableArray<int> replicas, int broker)
    {
        if (!replicas.Contains(broker))
        {
            return new(CellKind.None, false, text["Cell_None", partition, broker]);
        }
        return replicas[0] == broker
            ? new(CellKind.AddingLeader, false, text["Cell_WillLead", partition, $"{broker}", Format.Ids(replicas)])
            : new(CellKind.Adding, false, text["Cell_WillFollow", partition, $"{broker}", $"{replicas[0]}"]);
    }

    static MatrixCell TargetCell(Text text, PartitionInfo p, ImmutableArray<int> target, int broker)
    {
        var (was, will) = (p.Replicas.Contains(broker), target.Contains(broker));
        var leads = will && p.LeaderAmong(target) == broker;
        return (was, will) switch
        {
            (false, false) => new(CellKind.None, false, text["Cell_None", p.Partition, broker]),
            (true, false) => new(
                p.Leader == broker ? CellKind.LeavingLeader : CellKind.Leaving, false, text["Cell_Leaves", p.Partition, $"{broker}"]),
            (false, true) => new(
                leads ? CellKind.AddingLeader : CellKind.Adding, target[0] == broker && !leads,
                text[leads ? "Cell_CopiedLeads" : "Cell_Copied", p.Partition, $"{broker}"]),
            _ => new(
                leads ? CellKind.Leader : CellKind.InSync, target[0] == broker && !leads,
                text[leads ? "Cell_StaysLeader" : "Cell_Stays", p.Partition, $"{broker}"]),
        };
    }

    static string Plus(int number) => number == 0 ? "0" : $"+{number}";
}
