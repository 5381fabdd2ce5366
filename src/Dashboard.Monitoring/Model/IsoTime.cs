using System.Globalization;
using System.Text.RegularExpressions;

namespace Dashboard.Monitoring;

/// <summary>
/// Times as ISO 8601 has them: a date, or a date and a time, with a zone or without. Nothing else: "10:00" or "1.5" would be taken for a
/// moment that nobody meant, and records be deleted up to it.
/// </summary>
public static partial class IsoTime
{
    /// <summary>The moment; null where it is none.</summary>
    /// <param name="zone">Of what says none; UTC unless given.</param>
    public static DateTimeOffset? Read(string text, TimeZoneInfo? zone = null)
    {
        if (Shape().Match(text) is not { Success: true } shape
            || !DateTimeOffset.TryParse(
                text.Replace(',', '.'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time))
        {
            return null;
        }

        return shape.Groups["zone"].Success || zone is null ? time : In(zone, time.DateTime);
    }

    /// <summary>Null for an hour at either end of what a calendar holds, which would be beyond it in UTC.</summary>
    static DateTimeOffset? In(TimeZoneInfo zone, DateTime local)
    {
        var ticks = local.Ticks - zone.GetUtcOffset(local).Ticks;
        return ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    [GeneratedRegex(
        """
        ^[0-9]{4}-[0-9]{2}-[0-9]{2}
        (?:[Tt\ ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Shape();
}
