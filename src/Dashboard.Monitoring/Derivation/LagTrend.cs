using Dashboard.Monitoring.History;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Whether a group falls behind for good. Lag goes up and down with every commit and every batch, so its floor is looked at: the least of
/// each half minute. It grows once the floor rose twice in a row, by enough to matter, and the group is late by then; it no longer does
/// when the floor is no higher than a minute before. What lies between the two changes nothing, so that the answer does not flap.
/// </summary>
static class LagTrend
{
    static readonly TimeSpan window = TimeSpan.FromSeconds(30);

    /// <summary>How long the lag must be known before anything is said of it: three floors.</summary>
    public static readonly TimeSpan Span = 3 * window;

    /// <summary>Fewer readings than these, over the three floors, are chance.</summary>
    const int LeastReadings = 6;

    /// <summary>Over the three floors: this many records, and this share of what there was.</summary>
    const double LeastGrowth = 100, LeastShare = 0.1;

    /// <summary>A group that is late by less keeps up, however many records that is.</summary>
    const double LeastSecondsBehind = 30;

    /// <param name="lag">The readings so far.</param>
    /// <param name="current">The lag now.</param>
    /// <param name="secondsBehind">Null: the next record to read is older than anything remembered.</param>
    public static bool Grows(bool before, SeriesRing lag, double current, double? secondsBehind, DateTimeOffset now)
    {
        if (lag.Least(now - Span, now - (2 * window)) is not { } first
            || lag.Least(now - (2 * window), now - window) is not { } second
            || lag.Least(now - window, now) is not { } recent)
        {
            return before;
        }

        var last = Math.Min(recent, current);
        return before
            ? last > first
            : first < second && second < last && last - first >= Math.Max(LeastGrowth, first * LeastShare)
                && lag.CountAfter(now - Span) >= LeastReadings && !(secondsBehind < LeastSecondsBehind);
    }
}
