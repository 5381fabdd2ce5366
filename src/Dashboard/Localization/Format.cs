using System.Globalization;

namespace Dashboard.Localization;

/// <summary>Figures as people read them: thousands separators, 24 h with seconds in the reader's zone, powers of 1,000 for bytes.</summary>
public static class Format
{
    public const string None = "–";

    static readonly string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(long? value) => value is { } number ? Number(number) : None;

    /// <summary>Two digits after the point below 10, one below 100, none above.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        < 0.05 => "0", // not "-0"
        < 100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };

    /// <summary>"437.0 GB".</summary>
    public static string Bytes(double? bytes)
    {
        if (bytes is not { } value)
        {
            return None;
        }
        var unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }
        return unit == 0
            ? $"{value.ToString("0", CultureInfo.InvariantCulture)} B"
            : $"{value.ToString("0.0", CultureInfo.InvariantCulture)} {units[unit]}";
    }

    /// <summary>"693 /s".</summary>
    public static string PerSecond(double? rate) => rate is { } value ? $"{Short(value)} /s" : None;

    /// <summary>"41.2 kB/s".</summary>
    public static string BytesPerSecond(double? rate) => rate is null ? None : $"{Bytes(rate)}/s";

    /// <summary>A change with its sign, none where what is shown of it is zero.</summary>
    /// <param name="words">Its size as it is shown.</param>
    public static string Signed(double change, string words) =>
        words is ['0', not '.', ..] ? words : change < 0 ? "−" + words : "+" + words;

    public static string Percent(double share) => $"{(share * 100).ToString("0", CultureInfo.InvariantCulture)} %";

    public static string Clock(TimeZoneInfo zone, DateTimeOffset at) => In(zone, at, "HH:mm:ss");

    public static string ClockMs(TimeZoneInfo zone, DateTimeOffset at) => In(zone, at, "HH:mm:ss.fff");

    public static string Minute(TimeZoneInfo zone, DateTimeOffset at) => In(zone, at, "HH:mm");

    /// <summary>The time of day below an axis: with seconds where minutes would repeat themselves.</summary>
    public static string Axis(TimeZoneInfo zone, DateTimeOffset at, TimeSpan span) =>
        span < TimeSpan.FromMinutes(5) ? Clock(zone, at) : Minute(zone, at);

    /// <summary>The time of day, with its date when that is not today's.</summary>
    public static string Time(Text text, TimeZoneInfo zone, DateTimeOffset at, DateTimeOffset now) =>
        IsToday(zone, at, now) ? Clock(zone, at) : In(zone, at, text["Unit_Date"]);

    /// <summary>Whether it is the reader's same day.</summary>
    public static bool IsToday(TimeZoneInfo zone, DateTimeOffset at, DateTimeOffset now) =>
        TimeZoneInfo.ConvertTime(at, zone).Date == TimeZoneInfo.ConvertTime(now, zone).Date;

    /// <summary>To the millisecond, with its date, in an order that sorts: "2026-11-28 17:14:36.123".</summary>
    public static string Moment(TimeZoneInfo zone, DateTimeOffset at) => In(zone, at, "yyyy-MM-dd HH:mm:ss.fff");

    static string In(TimeZoneInfo zone, DateTimeOffset at, string format) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>"4 min 12 s", "1 h": the two largest units, whole seconds; a smaller unit of zero is left out.</summary>
    public static string Duration(Text text, TimeSpan span)
    {
        var seconds = Math.Max(0, (long)span.TotalSeconds);
        var (days, hours, minutes) = (seconds / 86400, seconds / 3600 % 24, seconds / 60 % 60);
        return (days, hours, minutes) switch
        {
            ( > 0, _, _) => Units(days, "Unit_Day", hours, "Unit_Hour"),
            (_, > 0, _) => Units(hours, "Unit_Hour", minutes, "Unit_Minute"),
            (_, _, > 0) => Units(minutes, "Unit_Minute", seconds % 60, "Unit_Second"),
            _ => $"{seconds} {text["Unit_Second"]}",
        };

        string Units(long large, string unit, long small, string smaller) =>
            small == 0 ? $"{large} {text[unit]}" : $"{large} {text[unit]} {small} {text[smaller]}";
    }

    /// <summary>As <see cref="Duration(Text, TimeSpan)"/>, with a digit after the point below 10 s.</summary>
    public static string Seconds(Text text, double? seconds) => seconds switch
    {
        null => None,
        0 => $"0 {text["Unit_Second"]}",
        < 10 => $"{seconds.Value.ToString("0.#", CultureInfo.InvariantCulture)} {text["Unit_Second"]}",
        _ => Duration(text, TimeSpan.FromSeconds(seconds.Value)),
    };

    public static string Ago(Text text, DateTimeOffset at, DateTimeOffset now) => now - at < TimeSpan.FromSeconds(1)
        ? text["Age_JustNow"]
        : text["Age_Ago", Duration(text, now - at)];

    public static string Zxid(long? zxid) => zxid is { } value ? $"0x{value.ToString("x", CultureInfo.InvariantCulture)}" : None;

    /// <summary>A number that names something: a broker, an epoch. Nothing separates its digits.</summary>
    public static string Id(long? id) => id is { } value ? value.ToString(CultureInfo.InvariantCulture) : None;

    /// <summary>At most so many characters as people count them: neither an emoji nor a letter with its accents is cut in two.</summary>
    public static string Clip(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var starts = StringInfo.ParseCombiningCharacters(text);
        return starts.Length <= length ? text : text[..starts[length - 1]] + "…";
    }

    public static string Ids(IEnumerable<int> ids) => string.Join(", ", ids);
}
