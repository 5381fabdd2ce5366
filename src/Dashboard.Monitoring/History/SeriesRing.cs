using System.Collections.Immutable;

namespace Dashboard.Monitoring.History;

/// <param name="Span">How far back a series goes.</param>
/// <param name="Spacing">A point closer to the one before it is replaced by the next.</param>
sealed record SeriesTiming(TimeSpan Span, TimeSpan Spacing = default);

/// <summary>
/// A series of fixed length in time. A value equal to the last is not stored again while the last two are equal already (a flat line needs
/// its two ends only), so that a hundred thousand idle partitions cost about 100 bytes each. After a time without values the next one
/// begins anew: nothing is known of what lies between. Owned by the monitor's loop; <see cref="Copy"/> is what others get.
/// </summary>
sealed class SeriesRing(SeriesTiming timing)
{
    /// <summary>No value for longer than this, and for longer than three times the usual, is a gap.</summary>
    static readonly TimeSpan longestWait = TimeSpan.FromSeconds(12);

    /// <summary>Those from <see cref="first"/> to <see cref="end"/> count.</summary>
    Stored[] points = new Stored[2];
    int first;
    int end;

    /// <summary>From one value to the next; one that came early does not make the others late.</summary>
    TimeSpan usual = TimeSpan.FromMinutes(1);

    /// <summary>What others got since the last value came; null: nobody asked.</summary>
    Series? copy;

    public bool IsEmpty => end == first;

    public Point Last => points[end - 1].Point;

    public void Add(DateTimeOffset at, double value)
    {
        copy = null;
        var step = IsEmpty ? TimeSpan.Zero : at - Last.At;
        var isAfterGap = step > longestWait && step > 3 * usual;
        // falls by half at most: a burst of early readings must not make the next usual one a gap
        usual = IsEmpty || isAfterGap ? usual : TimeSpan.FromTicks(Math.Max(step.Ticks, usual.Ticks / 2));
        // looked at with the one before: a flat line keeps both its ends, and only the newer one moves
        if (!isAfterGap && end - first >= 2 && Replaces(points[end - 2].Point, Last, value))
        {
            end--;
        }

        Append(new Point(at, value, isAfterGap));
        var oldest = at - timing.Span;
        // the last point before the span stays: a flat line may begin there
        while (end - first > 2 && points[first + 1].Point.At <= oldest)
        {
            first++;
        }
    }

    /// <summary>The value at a time within the span, between its neighbours in a straight line; null before the first point.</summary>
    public double? At(DateTimeOffset time)
    {
        if (IsEmpty || time < points[first].Point.At)
        {
            return null;
        }

        var after = FirstAfter(time);
        // the last value holds until the next one
        if (after == end)
        {
            return Last.Value;
        }

        var (left, right) = (points[after - 1].Point, points[after].Point);
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

        for (var i = FirstAfter(from); i < end && points[i].Point.At <= to; i++)
        {
            least = Math.Min(least, points[i].Point.Value);
        }

        return least;
    }

    /// <summary>How many points are stored after a time; a flat line has two at most.</summary>
    public int CountAfter(DateTimeOffset time) => end - FirstAfter(time);

    /// <summary>
    /// When a series that never falls reached the value; null when that was before the first point, the last time when it has not yet.
    /// </summary>
    public DateTimeOffset? Reached(double value)
    {
        if (IsEmpty || value < points[first].Point.Value)
        {
            return null;
        }

        // from the end: commits lie near it, nearly always
        for (var i = end - 1; i > first; i--)
        {
            var (left, right) = (points[i - 1].Point, points[i].Point);
            if (left.Value <= value && value < right.Value)
            {
                return left.At + ((right.At - left.At) * ((value - left.Value) / (right.Value - left.Value)));
            }
        }

        return Last.At;
    }

    /// <summary>The same one for everybody who asks before the next value comes.</summary>
    public Series Copy() => copy ??= new([.. points[first..end].Select(one => one.Point)]);

    /// <summary>Whether the next value takes the place of the last.</summary>
    bool Replaces(Point before, Point last, double next) =>
        !last.IsAfterGap && ((last.Value == next && before.Value == next) || last.At - before.At < timing.Spacing);

    /// <summary>Moving the rest to the front is paid for by the points dropped since the last time.</summary>
    void Append(Point point)
    {
        if (end == points.Length)
        {
            // more than half is free in front: moved instead of grown, so that the buffer has a bound
            var to = first > points.Length / 2 ? points : new Stored[points.Length * 2];
            Array.Copy(points, first, to, 0, end - first);
            (points, first, end) = (to, 0, end - first);
        }

        points[end++] = new Stored(point);
    }

    int FirstAfter(DateTimeOffset time)
    {
        var (low, high) = (first, end);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (points[middle].Point.At <= time)
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

    /// <summary>A point in half its bytes: UTC ticks, negative after a gap.</summary>
    readonly struct Stored(Point point)
    {
        readonly long ticks = point.IsAfterGap ? -point.At.UtcTicks : point.At.UtcTicks;
        readonly double value = point.Value;

        public Point Point => new(new DateTimeOffset(Math.Abs(ticks), TimeSpan.Zero), value, ticks < 0);
    }
}
