using Dashboard.Components.Foundation.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace Dashboard.Components.Pictures;

/// <summary>Partitions by brokers, one shape a replica. Hover or focus explains a cell below; arrows move; one tab stop.</summary>
public partial class PlacementMatrix : UiComponent
{
    const int Left = 44;

    static int next;

    readonly string explainId = $"explain-{Interlocked.Increment(ref next)}";
    readonly Dictionary<(int Partition, int Broker), (CellKind Kind, int Changes)> seen = [];

    [Parameter, EditorRequired]
    public MatrixModel Model { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>The sentence before anything was pointed at.</summary>
    [Parameter]
    public string? Explain { get; set; }

    /// <summary>Where a cell leads to, by partition; null: cells are no links.</summary>
    [Parameter]
    public Func<int, string>? Href { get; set; }

    /// <summary>Makes every place a button: (partition, broker).</summary>
    [Parameter]
    public EventCallback<(int Partition, int Broker)> OnCell { get; set; }

    [Parameter]
    public IReadOnlyList<CellKind> Legend { get; set; } = [];

    /// <summary>Rows with the same prefix and number light up together.</summary>
    [Parameter]
    public string RowPrefix { get; set; } = "p";

    int Step => Model.Columns.Length <= 6 ? 52 : 44;

    int Width => Left + Model.Columns.Length * Step + 8;

    int Height => 32 + Model.Rows.Length * 24 + Model.Totals.Length * 20 + 8;

    int X(int column) => Left + column * Step + Step / 2;

    protected override void OnParametersSet()
    {
        foreach (var row in Model.Rows)
        {
            for (var c = 0; c < row.Cells.Length; c++)
            {
                var key = (row.Partition, Model.Columns[c].Broker);
                var kind = row.Cells[c].Kind;
                if (!seen.TryGetValue(key, out var last))
                {
                    seen[key] = (kind, 0);
                }
                else if (last.Kind != kind)
                {
                    // the count is part of the key below: a new element is drawn, whose animation begins
                    seen[key] = (kind, last.Changes + 1);
                }
            }
        }
    }

    static string CssOf(CellKind kind) => kind switch
    {
        CellKind.Leader => "leader",
        CellKind.InSync => "insync",
        CellKind.Out => "out",
        CellKind.Dead => "dead",
        CellKind.Adding or CellKind.AddingLeader => "adding",
        CellKind.Leaving or CellKind.LeavingLeader => "leaving",
        _ => "empty",
    };

    /// <summary>One place. Sequence numbers are fixed, so that a change of kind changes this place only.</summary>
    RenderFragment Draw(MatrixRow row, int column, int index, int y) => builder =>
    {
        var cell = row.Cells[column];
        var (x, middle) = (X(column), y + 12);
        var editable = OnCell.HasDelegate;
        if (cell.Kind == CellKind.None && !editable)
        {
            builder.OpenElement(0, "circle");
            builder.AddAttribute(1, "class", "none");
            builder.AddAttribute(2, "cx", x);
            builder.AddAttribute(3, "cy", middle);
            builder.AddAttribute(4, "r", 1);
            builder.CloseElement();
            return;
        }
        var broker = Model.Columns[column].Broker;
        var changes = seen.GetValueOrDefault((row.Partition, broker)).Changes;
        builder.OpenElement(10, editable || Href is null ? "g" : "a");
        builder.SetKey((broker, changes));
        builder.AddAttribute(11, "class", $"cell {CssOf(cell.Kind)}{(changes > 0 ? " just" : "")}");
        // one stop of the Tab key for the whole matrix; arrow keys move within it
        builder.AddAttribute(12, "tabindex", index == 0 && IsFirst(row, column) ? 0 : -1);
        builder.AddAttribute(13, "aria-label", cell.Label);
        builder.AddAttribute(14, "data-x", column);
        builder.AddAttribute(15, "data-y", index);
        if (editable)
        {
            builder.AddAttribute(16, "role", "button");
            builder.AddAttribute(
                17, "onclick", EventCallback.Factory.Create<MouseEventArgs>(this, () => OnCell.InvokeAsync((row.Partition, broker))));
            builder.AddAttribute(18, "onkeydown", EventCallback.Factory.Create<KeyboardEventArgs>(
                this, key => key.Key is "Enter" or " " ? OnCell.InvokeAsync((row.Partition, broker)) : Task.CompletedTask));
        }
        else if (Href is not null)
        {
            builder.AddAttribute(19, "href", Href(row.Partition));
        }
        else
        {
            builder.AddAttribute(20, "role", "img");
        }
        builder.OpenElement(21, "rect");
        builder.AddAttribute(22, "class", "box");
        builder.AddAttribute(23, "x", x - 16);
        builder.AddAttribute(24, "y", y + 4);
        builder.AddAttribute(25, "width", 32);
        builder.AddAttribute(26, "height", 16);
        builder.AddAttribute(27, "rx", 3);
        builder.CloseElement();
        builder.AddContent(28, Mark(cell.Kind, x, middle));
        if (cell.Wish)
        {
            builder.AddMarkupContent(29, $"<path class=\"wish\" d=\"M{x - 17} {y + 3}h9l-9 9z\"></path>");
        }
        builder.CloseElement();
    };

    /// <summary>The one tab stop is the first place that can be focused.</summary>
    bool IsFirst(MatrixRow row, int column) => OnCell.HasDelegate ? column == 0 : row.Cells.Take(column).All(c => c.Kind == CellKind.None);

    /// <summary>Letter or sign within a box around (x, y).</summary>
    static RenderFragment Mark(CellKind kind, int x, int y) => builder =>
    {
        switch (kind)
        {
            case CellKind.Leader or CellKind.LeavingLeader:
                Letter(builder, x, y, "L");
                break;
            case CellKind.InSync or CellKind.Leaving:
                Letter(builder, x, y, "F");
                break;
            case CellKind.Out:
                builder.AddMarkupContent(
                    0, $"<rect class=\"part\" x=\"{x - 15}\" y=\"{y - 7}\" width=\"9\" height=\"14\" rx=\"2\"></rect>");
                Letter(builder, x + 4, y, "out");
                break;
            case CellKind.Dead:
                builder.AddMarkupContent(1, $"<path d=\"M{x - 4} {y - 4}l8 8M{x + 4} {y - 4}l-8 8\"></path>");
                break;
            case CellKind.Adding:
                builder.AddMarkupContent(2, $"<path class=\"plus\" d=\"M{x - 3.5} {y}h7m-3.5-3.5v7\"></path>");
                break;
            case CellKind.AddingLeader:
                builder.AddMarkupContent(3, $"<path class=\"plus\" d=\"M{x - 8.5} {y}h7m-3.5-3.5v7\"></path>");
                Letter(builder, x + 5, y, "L");
                break;
            case CellKind.None:
                builder.AddMarkupContent(4, $"<circle class=\"none\" cx=\"{x}\" cy=\"{y}\" r=\"1\"></circle>");
                break;
        }
    };

    static void Letter(RenderTreeBuilder builder, int x, int y, string letter)
    {
        builder.OpenElement(10, "text");
        builder.AddAttribute(11, "x", x);
        builder.AddAttribute(12, "y", y + 4);
        builder.AddContent(13, letter);
        builder.CloseElement();
    }
}
