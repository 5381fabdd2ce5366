using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Dashboard.Monitoring.History;

namespace Dashboard.Components.Pictures;

/// <summary>
/// A series as SVG paths: x from 0 to 100 over the last 15 minutes, however much of them is known, y from the height (0) to the top (its
/// greatest value). Where nothing was read there is no line.
/// </summary>
public sealed record Plot(string Line, string Area, DateTimeOffset From, DateTimeOffset To, double Top)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>More points than this are not told apart in a sparkline.</summary>
    const int MaxPoints = 90;

    /// <summary>A sparkline moves on so far at a time: half a pixel where it is a hundred wide.</summary>
    static readonly TimeSpan step = TimeSpan.FromSeconds(5);

    static readonly ConditionalWeakTable<Series, Sparkline> sparklines = [];

    /// <summary>
    /// Without an axis. It is drawn once for all who look, and stays the same until there is another value or time has moved on by a step:
    /// lists of fifty are asked for several times a second.
    /// </summary>
    public static Plot Small(Series series, DateTimeOffset now, int height)
    {
        var end = new DateTimeOffset(now.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero);
        if (!sparklines.TryGetValue(series, out var known) || (known.End, known.Height) != (end, height))
        {
            known = new(end, height, Of(series, end, height));
            sparklines.AddOrUpdate(series, known);
        }

        return known.Plot;
    }

    /// <param name="top">The value at the upper edge; null: a little above the greatest.</param>
    public static Plot Of(Series series, DateTimeOffset now, int height, double? top = null)
    {
        var points = Thin(series, height < 24 ? MaxPoints / 2 : MaxPoints);
        var end = points[^1].At > now ? points[^1].At : now;
        var start = end - Window;
        // room above the highest point; and never 0, by which is divided
        var greatest = top ?? Math.Max(1e-9, points.Max(p => p.Value) * 1.15);
        var (line, area) = (new StringBuilder(), new StringBuilder());
        for (var from = 0; from < points.Count;)
        {
            var to = from + 1;
            // a gap stays one: a line across it would say what was not measured
            while (to < points.Count && !points[to].IsAfterGap)
            {
                to++;
            }

            Draw(
                line, area, points[from..to], at => Math.Clamp((at - start) / Window * 100, 0, 100),
                value => height - Math.Clamp(value / greatest, 0, 1) * (height - 1) - 0.5, height);
            from = to;
        }

        return new(line.ToString(), area.ToString(), start, end, greatest);
    }

    /// <summary>What lies between two gaps; a single value is a dot.</summary>
    static void Draw(
        StringBuilder line, StringBuilder area, List<Point> points, Func<DateTimeOffset, double> x, Func<double, double> y, int height)
    {
        var path = string.Join('L', points.Select(p => $"{Text(x(p.At))} {Text(y(p.Value))}"));
        // a path of one point draws nothing
        line.Append('M').Append(path).Append(points.Count == 1 ? "h0.4" : "");
        area.Append('M').Append(Text(x(points[0].At))).Append(' ').Append(height).Append('L').Append(path).Append('L')
            .Append(Text(x(points[^1].At))).Append(' ').Append(height).Append('z');
    }

    public double X(DateTimeOffset at) => (at - From).TotalMilliseconds / Math.Max(1, (To - From).TotalMilliseconds) * 100;

    /// <summary>Where a chart's axis ends: a little above, and round when cut in three.</summary>
    public static double RoundUp(double value)
    {
        if (value <= 0)
        {
            return 3;
        }
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        // all of these divide into three equal parts with short labels
        return (value / power) switch
        {
            <= 1.5 => 1.5 * power,
            <= 3 => 3 * power,
            <= 6 => 6 * power,
            <= 9 => 9 * power,
            _ => 15 * power,
        };
    }

    /// <summary>Every so many; the ends of a gap stay.</summary>
    static List<Point> Thin(Series series, int most)
    {
        var all = series.Points;
        var step = Math.Max(1, all.Length / most);
        var points = new List<Point>(most + 2);
        for (var i = 0; i < all.Length; i++)
        {
            // the newest point, and both sides of gaps, whatever the step
            if (i % step == 0 || i == all.Length - 1 || all[i].IsAfterGap || all[i + 1].IsAfterGap)
            {
                points.Add(all[i]);
            }
        }
        return points;
    }

    static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    sealed record Sparkline(DateTimeOffset End, int Height, Plot Plot);
}
