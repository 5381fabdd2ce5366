namespace Dashboard.Monitoring.Positions;

/// <summary>Why an offset is not the one that was asked for.</summary>
public enum OffsetClamp
{
    None,

    /// <summary>The log begins after it.</summary>
    Begin,

    /// <summary>The log ends before it.</summary>
    End,
}

/// <summary>What becomes of a group's place in one partition.</summary>
/// <param name="Before">Null: no commit.</param>
/// <param name="After">Null: the commit is to go.</param>
/// <param name="Begin">The first offset of the log when this was worked out.</param>
/// <param name="End">Its end (high watermark) then.</param>
public sealed record PlannedOffset(string Topic, int Partition, long? Before, long? After, long Begin, long End)
{
    public OffsetClamp Clamp { get; init; }

    /// <summary>When the record was written that is read next; null: there is none, or it is not known.</summary>
    public DateTimeOffset? BeforeAt { get; init; }

    public DateTimeOffset? AfterAt { get; init; }

    public bool Changes => Before != After;

    public long? Difference => After - Before;

    public long? LagBefore => Before is null ? null : Math.Max(0, End - Before.Value);

    public long? LagAfter => After is null ? null : End - After;

    /// <summary>Records that were read and will be again; those that are deleted by now cannot be.</summary>
    public long ReadAgain => After is { } after && Before is { } before ? Math.Max(0, Math.Min(before, End) - after) : 0;

    /// <summary>Records that would have been read next and will not be.</summary>
    public long Skipped => After is { } after && Before is { } before ? Math.Max(0, after - Math.Max(before, Begin)) : 0;

    /// <summary>Within the log: an offset outside of it would be replaced by the reader's auto.offset.reset, in either direction.</summary>
    public static PlannedOffset Of(string topic, int partition, long? before, long? wanted, long begin, long end) =>
        new(topic, partition, before, wanted is null ? null : Math.Clamp(wanted.Value, begin, Math.Max(begin, end)), begin, end)
        {
            Clamp = wanted < begin ? OffsetClamp.Begin : wanted > end ? OffsetClamp.End : OffsetClamp.None,
        };
}
