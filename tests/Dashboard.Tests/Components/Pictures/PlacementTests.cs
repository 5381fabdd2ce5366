using System.Collections.Immutable;
using Bunit;
using Dashboard.Components.Pictures;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Components.Pictures;

/// <summary>What each replica looks like in the matrix, and how it is told to someone who does not see it.</summary>
public sealed class PlacementTests : PageContext
{
    static readonly Text text = new();

    ImmutableArray<BrokerInfo> Brokers => Cluster.Snapshot().Brokers.Value!.Brokers;

    static TopicInfo Topic(params PartitionInfo[] partitions) => new("orders", Guid.Empty, false, [.. partitions]);

    [Fact]
    public void Leader_and_followers_are_told_apart()
    {
        var cells = PlacementModel.Of(text, Topic(new PartitionInfo(0, 1, 7, [1, 0, 2], [1, 0], [], 1)), Brokers).Rows[0].Cells;
        Assert.Equal([CellKind.InSync, CellKind.Leader, CellKind.Out], cells.Select(c => c.Kind));
        Assert.Contains("leader, epoch 7. ISR 1, 0 of 1, 0, 2", cells[1].Label, StringComparison.Ordinal);
        Assert.Contains("follows broker 1", cells[0].Label, StringComparison.Ordinal);
        Assert.Contains("out of ISR", cells[2].Label, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_on_a_dead_broker_is_offline_and_keeps_its_wish()
    {
        Cluster.Kill(0);
        var cell = PlacementModel.Of(text, Topic(new PartitionInfo(3, 1, 2, [0, 1], [1], [0], 2)), Brokers).Rows[0].Cells[0];
        Assert.Equal(CellKind.Dead, cell.Kind);
        Assert.True(cell.Wish);
        Assert.Contains("broker 1 leads instead", cell.Label, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_under_min_isr_has_a_diamond_and_one_with_fewer_copies_a_triangle()
    {
        var topic = Topic(
            new(0, 0, 1, [0, 1], [0], [], 2),
            new(1, 0, 1, [0, 1], [0], [], 1),
            new(2, 0, 1, [0, 1], [0, 1], [], 1));
        var rows = PlacementModel.Of(text, topic, Brokers).Rows;
        Assert.Equal(["bad", "warn", null], rows.Select(r => r.Glyph));
    }

    [Fact]
    public void A_plan_marks_what_comes_what_goes_and_who_leads()
    {
        var targets = ImmutableDictionary<int, ImmutableArray<int>>.Empty.Add(0, [2, 1]);
        var cells = PlacementModel.Target(text, Topic(new PartitionInfo(0, 0, 1, [0, 1], [0, 1], [], 1)), targets, Brokers).Rows[0].Cells;
        Assert.Equal([CellKind.LeavingLeader, CellKind.InSync, CellKind.AddingLeader], cells.Select(c => c.Kind));
    }

    [Fact]
    public void Every_cell_has_a_label_and_one_of_them_is_the_tab_stop()
    {
        var model = PlacementModel.Of(text, Topic(new PartitionInfo(0, 1, 7, [1, 0], [1, 0], [], 1)), Brokers);
        var matrix = Render<PlacementMatrix>(p => p
            .Add(m => m.Model, model)
            .Add(m => m.Label, "Placement")
            .Add(m => m.Href, n => $"/x#p{n}"));
        var cells = matrix.FindAll(".row .cell");
        Assert.Equal(2, cells.Count);
        Assert.All(cells, c => Assert.False(string.IsNullOrEmpty(c.GetAttribute("aria-label"))));
        Assert.Single(cells, c => c.GetAttribute("tabindex") == "0");
    }

    [Fact]
    public void A_cell_that_changed_is_marked_and_others_are_not()
    {
        var before = PlacementModel.Of(text, Topic(new PartitionInfo(0, 0, 1, [0, 1], [0, 1], [], 1)), Brokers);
        var after = PlacementModel.Of(text, Topic(new PartitionInfo(0, 1, 2, [0, 1], [0, 1], [], 1)), Brokers);
        var matrix = Render<PlacementMatrix>(p => p.Add(m => m.Model, before).Add(m => m.Label, "Placement"));
        Assert.Empty(matrix.FindAll(".just"));
        matrix.Render(p => p.Add(m => m.Model, after));
        Assert.Equal(2, matrix.FindAll(".just").Count);
    }
}
