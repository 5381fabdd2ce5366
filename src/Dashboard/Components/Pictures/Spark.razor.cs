using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.History;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Pictures;

/// <summary>A line of a series' last 15 minutes, without axes.</summary>
public partial class Spark : UiComponent
{
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

    protected override object?[] DrawnFrom => [PlotOf(Series, Now, Height), Label, Height, Warn, Mark];

    /// <summary>What is drawn of a series; null before there are two points: a gap, never a zero.</summary>
    public static Plot? PlotOf(Series? series, DateTimeOffset now, int height = 16) =>
        series is { Points.Length: > 1 } ? Plot.Small(series, now, height) : null;

    /// <summary>The same without a component, for lists with one a row.</summary>
    public static RenderFragment? Of(
        Plot? plot, string label, int height = 16, bool warn = false, DateTimeOffset? mark = null) => plot is null ? null : builder =>
    {
        builder.OpenElement(0, "svg");
        builder.AddAttribute(1, "class", warn ? "spark is-warn" : "spark");
        builder.AddAttribute(2, "viewBox", $"0 0 100 {height}");
        builder.AddAttribute(3, "preserveAspectRatio", "none");
        builder.AddAttribute(4, "role", "img");
        builder.AddAttribute(5, "aria-label", label);
        builder.OpenElement(6, "path");
        builder.AddAttribute(7, "class", "area");
        builder.AddAttribute(8, "d", plot.Area);
        builder.CloseElement();
        if (mark is { } at && plot.X(at) is >= 0 and <= 100 and var x)
        {
            builder.OpenElement(9, "path");
            builder.AddAttribute(10, "class", "mark");
            builder.AddAttribute(11, "d", string.Create(CultureInfo.InvariantCulture, $"M{x:0.#} 0V{height}"));
            builder.CloseElement();
        }

        builder.OpenElement(12, "path");
        builder.AddAttribute(13, "d", plot.Line);
        builder.CloseElement();
        builder.CloseElement();
    };
}
