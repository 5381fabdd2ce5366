using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pictures;

/// <summary>
/// Brokers as columns, partitions as rows, a box a replica. Planned until there is a topic, then only what the cluster says.
/// </summary>
public partial class WalkPicture : UiComponent
{
    const int Squares = 14;

    readonly List<Cell> cells = [];
    readonly List<string> flows = [];
    string label = "";
    int factor;

    [Parameter, EditorRequired]
    public ImmutableArray<BrokerInfo> Brokers { get; set; } = [];

    [Parameter, EditorRequired]
    public ImmutableArray<ImmutableArray<int>> Placement { get; set; } = [];

    /// <summary>Partitions whose replicas are drawn.</summary>
    [Parameter]
    public int Placed { get; set; }

    /// <summary>The real topic, once it exists.</summary>
    [Parameter]
    public TopicInfo? Topic { get; set; }

    [Parameter]
    public OffsetTable? Offsets { get; set; }

    /// <summary>How far each replica is behind.</summary>
    [Parameter]
    public LogDirTable? LogDirs { get; set; }

    /// <summary>Draws the partitions as waiting for a place.</summary>
    [Parameter]
    public bool ShowQueue { get; set; }

    int Rows => Topic?.Partitions.Length ?? Placement.Length;

    int Width => WidthOf(Brokers.Length);

    /// <summary>Of the whole picture, so that buttons can stand below their column.</summary>
    public static int WidthOf(int brokers) => 84 + Math.Max(1, brokers) * 252 - 32;

    int Height => 56 + Math.Max(1, Rows) * 84 + 52;

    static int X(int column) => 84 + column * 252;

    static int Y(int partition) => 56 + partition * 84;

    int LeadsOf(int broker) => cells.Count(c => c.Broker == broker && c.Css == "leader");

    int FollowsOf(int broker) => cells.Count(c => c.Broker == broker && c.Css != "leader");

    protected override void OnParametersSet()
    {
        cells.Clear();
        flows.Clear();
        factor = Placement.IsDefaultOrEmpty ? 0 : Placement[0].Length;
        for (var p = 0; p < Math.Min(Placed, Rows); p++)
        {
            var partition = Topic?.Partitions[p];
            var replicas = partition?.Replicas ?? Placement[p];
            foreach (var replica in replicas)
            {
                if (ColumnOf(replica) is >= 0 and var column)
                {
                    cells.Add(CellOf(p, replica, column, partition, replicas));
                }
            }
            if (partition is { Leader: >= 0 } live && ColumnOf(live.Leader) is >= 0 and var from)
            {
                flows.AddRange(live.Isr.Where(b => b != live.Leader && ColumnOf(b) >= 0).Select(b => Flow(p, from, ColumnOf(b))));
            }
        }
        var placed = cells.GroupBy(c => c.Partition)
            .Select(c => $"p{c.Key}: {string.Join(", ", c.Select(x => $"{L[$"Walk_Cell_{x.Css}"]} {x.Broker}"))}.");
        label = L["Walk_PictureLabel", Brokers.Length, Rows] + " " + string.Join(" ", placed);
    }

    int ColumnOf(int broker) => Brokers.Index().Where(b => b.Item.Id == broker).Select(b => b.Index).FirstOrDefault(-1);

    Cell CellOf(int p, int broker, int column, PartitionInfo? live, ImmutableArray<int> replicas)
    {
        if (live is null)
        {
            return new(
                p, broker, column, replicas[0] == broker ? "leader" : "insync",
                L[replicas[0] == broker ? "Walk_FirstCopy" : "Walk_OtherCopy"], 0, 0);
        }
        var down = live.Offline.Contains(broker) || Brokers[column].State == BrokerState.Down;
        var css = down ? "dead" : live.Leader == broker ? "leader" : live.Isr.Contains(broker) ? "insync" : "out";
        var end = Offsets?.Find(Topic!.Name, p)?.End;
        // one square a record, as far as they go
        var filled = (int)Math.Min(Squares, end ?? 0);
        var note = css switch
        {
            "leader" => end is null ? "" : L["Walk_End", end.Value],
            "insync" => L["Walk_InIsr"],
            "out" => L["Walk_CatchesUp"],
            _ => "",
        };
        var missing = css switch
        {
            "out" => LogDirs?.Sizes.GetValueOrDefault(new(Topic!.Name, p, broker))?.OffsetLag ?? filled,
            "dead" => filled,
            _ => 0,
        };
        return new(p, broker, column, css, note, (int)Math.Max(0, filled - missing), css == "dead" ? 0 : filled);
    }

    /// <summary>From the leader's box to the follower's, along the row.</summary>
    static string Flow(int p, int from, int to) =>
        to > from ? $"M{X(from) + 206} {Y(p) + 30}H{X(to) + 8}" : $"M{X(from) + 10} {Y(p) + 30}H{X(to) + 208}";

    /// <param name="Records">Squares filled.</param>
    /// <param name="Wanted">Squares the leader has.</param>
    sealed record Cell(int Partition, int Broker, int Column, string Css, string Note, int Records, int Wanted);
}
