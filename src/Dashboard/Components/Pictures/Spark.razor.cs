using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.History;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pictures;

/// <summary>A line of a series' last 15 minutes, without axes.</summary>
public partial class Spark : UiComponent
{
    string? path;
    string? area;
    string? markX;

    [Parameter, EditorRequired]
    public Series? Series { get; set; }

    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    [Parameter]
    public int Height { get; set; } = 16;

    [Parameter]
    public bool Warn { get; set; }

    /// <summary>A vertical line at this time: when trouble began.</summary>
    [Parameter]
    public DateTimeOffset? Mark { get; set; }

    protected override void OnParametersSet()
    {
        (path, area, markX) = (null, null, null);
        if (Series is not { Points.Length: > 1 } series)
        {
            return;
        }
        var plot = Plot.Of(series, Now, Height);
        (path, area) = (plot.Line, plot.Area);
        if (Mark is { } mark && plot.X(mark) is >= 0 and <= 100)
        {
            markX = plot.X(mark).ToString("0.#", CultureInfo.InvariantCulture) + " 0";
        }
    }
}
