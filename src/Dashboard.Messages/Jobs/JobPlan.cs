using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Messages.Jobs;

/// <summary>What a job would do. What is started is exactly this.</summary>
public sealed record JobPlan(string Kind, string Topic) : CommandPlan
{
    /// <summary>Records, or offsets where <see cref="IsAtMost"/>; null where it cannot be known before.</summary>
    public long? Total { get; init; }

    /// <summary>The total counts offsets: markers and holes are among them.</summary>
    public bool IsAtMost { get; init; }

    /// <summary>Topics that are written to.</summary>
    public ImmutableArray<JobTarget> Targets { get; init; } = [];

    /// <summary>Records that are left out, by the key of their <see cref="SkipReason"/>.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, long> Skipped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The same by the reason in English.</summary>
    [JsonPropertyName("skipped")]
    public ImmutableSortedDictionary<string, long> SkippedInWords => SkipReason.InWords(Skipped);

    /// <summary>The first records that are written, and rows that become none; empty where they are those of a range.</summary>
    public ImmutableArray<RecordPreview> Preview { get; init; } = [];

    /// <summary>The first rows of a file that become no records.</summary>
    public ImmutableArray<RowFault> Wrong { get; init; } = [];

    /// <summary>How far records were counted; null where they need not be.</summary>
    public CountedPart? Counted { get; init; }

    /// <summary>All it takes, what shows only while it is planned among it.</summary>
    [JsonIgnore]
    public ImmutableArray<Permission> Needs { get; init; } = [];

    /// <summary>Where it begins: the first checkpoint. Null for a kind that has none.</summary>
    [JsonIgnore]
    public JsonElement? Start { get; init; }
}

/// <param name="Records">Null: not counted, or not known beforehand.</param>
public sealed record JobTarget(string Cluster, string Topic, long? Records);

/// <summary>A count that may have ended before the end of the range.</summary>
/// <param name="Looked">Offsets looked at.</param>
/// <param name="Of">Offsets in the range.</param>
public sealed record CountedPart(long Looked, long Of, bool IsComplete);
