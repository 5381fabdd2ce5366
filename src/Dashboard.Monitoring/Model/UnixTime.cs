namespace Dashboard.Monitoring;

/// <summary>Which unit a number that should be ms since 1970 looks like.</summary>
public enum TimeUnit
{
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

/// <summary>Times as Kafka and ZooKeeper keep them: a number that the writer may have filled with anything.</summary>
public static class UnixTime
{
    static readonly long least = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    static readonly long most = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The moment; null for one that no calendar here holds (before year 1, after 9999).</summary>
    public static DateTimeOffset? At(long milliseconds) =>
        milliseconds < least || milliseconds > most ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>
    /// What to ask for offsets with (ListOffsets): numbers below 0 are none of times there, -1 the end of a log, -2 its beginning, -3 its
    /// youngest record (KIP-734). No record is older than 1970.
    /// </summary>
    public static long ForOffsets(DateTimeOffset at) => Math.Max(0, at.ToUnixTimeMilliseconds());

    /// <summary>By its size: each unit from 1973 to 5138. Smaller numbers are taken for what they should be.</summary>
    public static TimeUnit UnitOf(long value) => value switch
    {
        >= 100_000_000_000_000_000 => TimeUnit.Nanoseconds,
        >= 100_000_000_000_000 => TimeUnit.Microseconds,
        >= 100_000_000_000 => TimeUnit.Milliseconds,
        >= 100_000_000 => TimeUnit.Seconds,
        _ => TimeUnit.Milliseconds,
    };

    /// <summary>The moment that is meant if the number is of the unit it looks like; null when no calendar holds it.</summary>
    public static DateTimeOffset? Meant(long value) => UnitOf(value) switch
    {
        TimeUnit.Nanoseconds => At(value / 1_000_000),
        TimeUnit.Microseconds => At(value / 1000),
        TimeUnit.Seconds => At(value * 1000),
        _ => At(value),
    };
}
