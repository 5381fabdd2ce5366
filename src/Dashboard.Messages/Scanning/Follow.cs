using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Messages.Scanning;

/// <summary>What was written since the last step, as it came.</summary>
/// <param name="Found">Of one partition by offset; between partitions in no order but that in which they came.</param>
public sealed record FollowStep(ImmutableArray<FoundRecord> Found, FollowProgress Progress);

/// <param name="Since">Since when it follows.</param>
/// <param name="Scanned">Records looked at.</param>
/// <param name="Bytes">Read from the cluster.</param>
public sealed record FollowProgress(
    ScanQuery Query, DateTimeOffset Since, long Scanned, long Bytes, long Found, ImmutableArray<FollowedPartition> Partitions)
{
    /// <summary>Offsets that were passed over, because more came than who follows wanted to be behind.</summary>
    public long Skipped => Partitions.Sum(p => p.Skipped);

    /// <summary>Offsets that were deleted before they were read.</summary>
    public long Lost => Partitions.Sum(p => p.Lost);

    /// <summary>Offsets that are there and were not read yet.</summary>
    public long Behind => Partitions.Sum(p => p.Behind);

    /// <summary>With <see cref="Position"/>, what comes after what was given: for a scan, or for another follower.</summary>
    public ScanQuery Rest => Query with { From = ScanBound.Oldest, To = null, Continue = null };

    public ScanPosition Position => new(Partitions.ToImmutableSortedDictionary(
        p => p.Partition, p => p.Position is { } at ? new OffsetRange(at, OffsetRange.AsAsked) : OffsetRange.Unknown));
}

/// <summary>One partition that is followed.</summary>
/// <param name="From">Where it began; null: no leader told yet where its end is, and it is not followed.</param>
/// <param name="Position">After the last record that was looked at.</param>
public sealed record FollowedPartition(int Partition, long? From, long? Position)
{
    public long Behind { get; init; }

    public long Skipped { get; init; }

    public long Lost { get; init; }

    public long Aborted { get; init; }

    /// <summary>Records that were searched as bytes, since they could not be decoded, and do not fit as such.</summary>
    public long Undecoded { get; init; }

    /// <summary>Offsets past the last stable one: an open transaction holds them up.</summary>
    public long HeldUp { get; init; }

    /// <summary>Its log became shorter than what was read of it: it is followed from its end on since.</summary>
    public bool WasCut { get; init; }

    /// <summary>Why nothing comes of it now; it is asked again.</summary>
    public SectionError? Error { get; init; }

    /// <summary>Batches that could not be read.</summary>
    public int Unreadable { get; init; }
}
