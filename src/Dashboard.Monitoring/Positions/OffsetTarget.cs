using System.Globalization;
using System.Xml;

namespace Dashboard.Monitoring.Positions;

public enum OffsetTargetKind
{
    Earliest,
    Latest,

    /// <summary>The first record that was written then or later.</summary>
    Time,

    /// <summary>The same, so long ago.</summary>
    Duration,

    /// <summary>The same offset in each partition.</summary>
    Offset,

    /// <summary>So many records on from the commit, or back.</summary>
    Shift,

    /// <summary>Where another group is.</summary>
    Group,

    /// <summary>An offset for each partition, as a file has it.</summary>
    List,

    /// <summary>What was committed before an action of the audit log.</summary>
    Undo,
}

/// <summary>
/// Where offsets of a group are to go, as text: <c>earliest</c>, <c>latest</c>, <c>time:2026-11-21T13:55:00Z</c> (without a zone: UTC, as
/// Kafka's tools take it), <c>duration:36h</c> or ISO 8601, <c>offset:100</c>, <c>shift:-1000</c>, <c>group:other</c>, <c>list</c> (the
/// offsets stand beside it), <c>undo:</c> and the time of the entry in the audit log.
/// </summary>
public sealed record OffsetTarget(OffsetTargetKind Kind)
{
    /// <summary>Of <see cref="OffsetTargetKind.Time"/> and <see cref="OffsetTargetKind.Undo"/>.</summary>
    public DateTimeOffset At { get; init; }

    public TimeSpan Ago { get; init; }

    /// <summary>An offset, or by how many records.</summary>
    public long Number { get; init; }

    public string Group { get; init; } = "";

    public ListedOffsets List { get; init; } = ListedOffsets.None;

    /// <exception cref="FormatException">Says what is wrong, and what is right.</exception>
    public static OffsetTarget Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (word, rest) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..].Trim());
        return word switch
        {
            "earliest" when colon < 0 => new(OffsetTargetKind.Earliest),
            "latest" when colon < 0 => new(OffsetTargetKind.Latest),
            "list" when colon < 0 => new(OffsetTargetKind.List),
            "time" => new(OffsetTargetKind.Time) { At = Time(rest) },
            "undo" => new(OffsetTargetKind.Undo) { At = Time(rest) },
            "duration" => new(OffsetTargetKind.Duration) { Ago = Duration(rest) },
            "offset" => new(OffsetTargetKind.Offset) { Number = Long(rest, least: 0, "an offset, as in offset:100") },
            "shift" => new(OffsetTargetKind.Shift) { Number = Long(rest, long.MinValue, "a number of records, as in shift:-1000") },
            "group" when rest.Length > 0 => new(OffsetTargetKind.Group) { Group = rest },
            _ => throw new FormatException(
                $"\"{text}\" is no place in a log: write earliest, latest, time:2026-11-21T13:55:00Z, duration:36h, offset:100, "
                + "shift:-1000, group:NAME or list."),
        };
    }

    public override string ToString() => Kind switch
    {
        OffsetTargetKind.Earliest => "earliest",
        OffsetTargetKind.Latest => "latest",
        OffsetTargetKind.List => "list",
        OffsetTargetKind.Time => "time:" + Text(At),
        OffsetTargetKind.Undo => "undo:" + Text(At),
        OffsetTargetKind.Duration => "duration:" + XmlConvert.ToString(Ago),
        OffsetTargetKind.Offset => string.Create(CultureInfo.InvariantCulture, $"offset:{Number}"),
        OffsetTargetKind.Shift => string.Create(CultureInfo.InvariantCulture, $"shift:{Number:+0;-0;0}"),
        _ => "group:" + Group,
    };

    /// <summary>To the tick: entries of the audit log are told apart by it.</summary>
    public static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    static DateTimeOffset Time(string text) =>
        IsoTime.Read(text)
            ?? throw new FormatException($"\"{text}\" is no time: write it as 2026-11-21T13:55:00Z, or with another zone, +01:00.");

    static TimeSpan Duration(string text)
    {
        try
        {
            var span = text.StartsWith('P') ? XmlConvert.ToTimeSpan(text) : Units(text);
            // "so long ago": a negative one would be in the future
            if (span >= TimeSpan.Zero)
            {
                return span;
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            // said below, in one form
        }

        throw new FormatException($"\"{text}\" is no duration: write 90s, 15m, 36h, 7d, or ISO 8601, PT36H.");
    }

    static TimeSpan Units(string text)
    {
        var number = double.Parse(text.AsSpan(0, Math.Max(0, text.Length - 1)).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            'w' => TimeSpan.FromDays(7 * number),
            _ => throw new FormatException(),
        };
    }

    static long Long(string text, long least, string what) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new FormatException($"\"{text}\" is not {what}.");
}
