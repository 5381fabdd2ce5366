using System.Globalization;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Scanning;

public enum ScanBoundKind
{
    Newest,
    Oldest,
    Offset,
    Time,
}

/// <summary>
/// One end of what is read: <c>newest</c>, <c>oldest</c>, <c>offset:N</c> or <c>time:ISO8601</c>. A time becomes, in each partition, the
/// offset of the first record that is not older, as Kafka finds it.
/// </summary>
/// <param name="Value">An offset, or ms since 1970; 0 of the others.</param>
public readonly record struct ScanBound(ScanBoundKind Kind, long Value = 0)
{
    const string OffsetPrefix = "offset:", TimePrefix = "time:";

    public static ScanBound Newest => new(ScanBoundKind.Newest);

    public static ScanBound Oldest => new(ScanBoundKind.Oldest);

    public static ScanBound Time(DateTimeOffset at) => new(ScanBoundKind.Time, UnixTime.ForOffsets(at));

    /// <exception cref="FormatException">Says what there is.</exception>
    public static ScanBound Parse(string text)
    {
        if (text is "newest" or "oldest")
        {
            return text == "newest" ? Newest : Oldest;
        }

        if (text.StartsWith(OffsetPrefix, StringComparison.Ordinal))
        {
            return long.TryParse(text.AsSpan(OffsetPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
                ? new(ScanBoundKind.Offset, offset)
                : throw new FormatException($"\"{text}\": an offset is a number from 0 on, as in offset:1200.");
        }

        if (text.StartsWith(TimePrefix, StringComparison.Ordinal))
        {
            return IsoTime.Read(text[TimePrefix.Length..]) is { } time
                ? Time(time)
                : throw new FormatException($"\"{text}\": a time is written as in time:2026-11-21T14:03:00Z.");
        }

        throw new FormatException($"\"{text}\" is none of newest, oldest, offset:N and time:ISO8601.");
    }

    public override string ToString() => Kind switch
    {
        ScanBoundKind.Newest => "newest",
        ScanBoundKind.Oldest => "oldest",
        ScanBoundKind.Offset => $"{OffsetPrefix}{Value}",
        _ => $"{TimePrefix}{DateTimeOffset.FromUnixTimeMilliseconds(Value):yyyy-MM-dd'T'HH:mm:ss.FFF'Z'}",
    };
}
