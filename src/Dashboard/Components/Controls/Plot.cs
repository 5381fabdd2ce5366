using System.Globalization;
using System.Text;
using Dashboard.Monitoring.History;

namespace Dashboard.Components.Controls;

/// <summary>A series as SVG paths: x from 0 to 100 over its time, y from the height (0) to the top (its greatest value).</summary>
public sealed record Plot(string Line, string Area, DateTimeOffset From, DateTimeOffset To, double Top)
{
    /// <summary>More points than this are not told apart in a sparkline.</summary>
    const int MaxPoints = 90;

    /// <param name="from">The left edge; null: the first point.</param>
    /// <param name="top">The value at the upper edge; null: a little above the greatest.</param>
    public static Plot Of(Series series, DateTimeOffset now, int height, DateTimeOffset? from, double? top = null)
    {
        var points = Thin(series, height < 24 ? MaxPoints / 2 : MaxPoints);
        var start = from ?? points[0].At;
        var end = points[^1].At > now ? points[^1].At : now;
        var span = Math.Max(1, (end - start).TotalMilliseconds);
        var greatest = top ?? Math.Max(1e-9, points.Max(p => p.Value) * 1.15);
        var line = new StringBuilder();
        foreach (var point in points)
        {
            var x = Math.Clamp((point.At - start).TotalMilliseconds / span * 100, 0, 100);
            var y = height - Math.Clamp(point.Value / greatest, 0, 1) * (height - 1) - 0.5;
            line.Append(line.Length == 0 ? 'M' : 'L').Append(Text(x)).Append(' ').Append(Text(y));
        }
        var first = Text(Math.Clamp((points[0].At - start).TotalMilliseconds / span * 100, 0, 100));
        var last = Text(Math.Clamp((points[^1].At - start).TotalMilliseconds / span * 100, 0, 100));
        return new(line.ToString(), $"M{first} {height}L{line.ToString()[1..]}L{last} {height}z", start, end, greatest);
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
        return (value / power) switch
        {
            <= 1.5 => 1.5 * power,
            <= 3 => 3 * power,
            <= 6 => 6 * power,
            <= 9 => 9 * power,
            _ => 15 * power,
        };
    }

    static List<Point> Thin(Series series, int most)
    {
        var step = Math.Max(1, series.Points.Length / most);
        var points = new List<Point>(most + 2);
        for (var i = 0; i < series.Points.Length - 1; i += step)
        {
            points.Add(series.Points[i]);
        }
        points.Add(series.Points[^1]);
        return points;
    }

    static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
