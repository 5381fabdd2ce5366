using System.Collections.Immutable;

namespace Dashboard.Monitoring.History;

/// <summary>
/// A series of fixed length in time. A value equal to the last is not stored again while the last two are equal already (a flat line needs its two
/// ends only), so that thousands of idle groups cost next to nothing; a point that stands closer to the one before it than <paramref name="spacing"/> is
/// replaced by the next. Owned by the monitor's loop; <see cref="Copy"/> is what others get.
/// </summary>
sealed class SeriesRing(TimeSpan span, TimeSpan spacing = default)
{
    readonly List<Point> points = new(4);
    int first;

    public bool IsEmpty => points.Count == first;

    public Point Last => points[^1];

    public void Add(DateTimeOffset at, double value)
    {
        if (points.Count - first >= 2 && ((points[^1].Value == value && points[^2].Value == value) || points[^1].At - points[^2].At < spacing))
        {
            points[^1] = new Point(at, value);
        }
        else
        {
            points.Add(new Point(at, value));
        }

        var oldest = at - span;
        while (points.Count - first > 2 && points[first + 1].At <= oldest)
        {
            first++;
        }

        // moving the rest to the front is paid for by the points dropped since the last time
        if (first > 32 && first > points.Count / 2)
        {
            points.RemoveRange(0, first);
            first = 0;
        }
    }

    /// <summary>The value at a time within the span, between its neighbours in a straight line; null before the first point.</summary>
    public double? At(DateTimeOffset time)
    {
        if (IsEmpty || time < points[first].At)
        {
            return null;
        }

        var after = FirstAfter(time);
        if (after == points.Count)
        {
            return Last.Value;
        }

        var (left, right) = (points[after - 1], points[after]);
        var share = (time - left.At) / (right.At - left.At);
        return left.Value + ((right.Value - left.Value) * share);
    }

    /// <summary>The least value from one time to another; null when the series began later.</summary>
    public double? Least(DateTimeOffset from, DateTimeOffset to)
    {
        if (At(from) is not { } least)
        {
            return null;
        }

        for (var i = FirstAfter(from); i < points.Count && points[i].At <= to; i++)
        {
            least = Math.Min(least, points[i].Value);
        }

        return least;
    }

    /// <summary>How many points are stored after a time; a flat line has two at most.</summary>
    public int CountAfter(DateTimeOffset time) => points.Count - FirstAfter(time);

    /// <summary>When a series that never falls reached the value; null when that was before the first point, the last time when it has not yet.</summary>
    public DateTimeOffset? Reached(double value)
    {
        if (IsEmpty || value < points[first].Value)
        {
            return null;
        }

        for (var i = points.Count - 1; i > first; i--)
        {
            var (left, right) = (points[i - 1], points[i]);
            if (left.Value <= value && value < right.Value)
            {
                return left.At + ((right.At - left.At) * ((value - left.Value) / (right.Value - left.Value)));
            }
        }

        return Last.At;
    }

    public Series Copy() => new([.. points.Skip(first)]);

    int FirstAfter(DateTimeOffset time)
    {
        var (low, high) = (first, points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (points[middle].At <= time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
