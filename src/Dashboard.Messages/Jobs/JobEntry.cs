using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring.Access;
using Wire;

namespace Dashboard.Messages.Jobs;

public enum JobState
{
    /// <summary>Waits for others to end.</summary>
    Queued,
    Running,

    /// <summary>By a user, or because who runs it may not any longer. Can go on.</summary>
    Stopped,
    Done,

    /// <summary>With a reason. Can go on.</summary>
    Failed,

    /// <summary>This program ended while it ran, or before it was its turn. Can go on.</summary>
    Interrupted,
}

/// <summary>One job, as it is kept. Immutable.</summary>
/// <param name="Cluster">Whose job it is: that of its address.</param>
/// <param name="Request">As it was asked for.</param>
/// <param name="User">Who began it, or went on with it last.</param>
public sealed record JobEntry(string Id, string Kind, string Cluster, string Topic, JsonElement Request, string User, DateTimeOffset Made)
{
    public ImmutableArray<Permission> Needs { get; init; } = [];

    public ImmutableArray<JobTarget> Targets { get; init; } = [];

    public JobState State { get; init; }

    /// <summary>Of the state.</summary>
    public DateTimeOffset Since { get; init; } = Made;

    /// <summary>Why it failed or was stopped; null where nothing is to be said.</summary>
    public string? Reason { get; init; }

    /// <summary>The same with its code; null where it has none, as in files of before there were codes.</summary>
    public CodedText? Why { get; init; }

    /// <summary>What it waits for while it runs; null: it does not.</summary>
    public JobWaiting? Waiting { get; init; }

    public JobProgress Progress { get; init; } = new();

    /// <summary>Where it goes on, in its kind's own words.</summary>
    public JsonElement? Checkpoint { get; init; }

    /// <summary>
    /// What Kafka called the clusters that it works on when it began, by our ids, as far as that was known: under the same id and address
    /// may be another cluster later, with topics of the same names.
    /// </summary>
    public ImmutableSortedDictionary<string, string> ClusterIds { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>By our ids: of its address, and those that it reads and writes.</summary>
    [JsonIgnore]
    public IEnumerable<string> Clusters => Needs.Select(need => need.Cluster).OfType<string>().Append(Cluster).Distinct();

    [JsonIgnore]
    public bool IsActive => State is JobState.Queued or JobState.Running;

    [JsonIgnore]
    public bool CanGoOn => State is JobState.Stopped or JobState.Failed or JobState.Interrupted;
}

/// <summary>How far a job is.</summary>
/// <param name="Done">Records that are through, those left out among them.</param>
/// <param name="Total">Null: unknown.</param>
/// <param name="IsAtMost">The total counts offsets: there are no more records than that.</param>
public sealed record JobProgress(long Done = 0, long? Total = null, bool IsAtMost = false)
{
    /// <summary>Of keys, values and headers.</summary>
    public long Bytes { get; init; }

    /// <summary>Places of the source looked at, of a kind that leaves some of them out; else 0.</summary>
    public long Looked { get; init; }

    /// <summary>How much of it is through, 0 to 1; null: not known.</summary>
    public double? Share { get; init; }

    /// <summary>Records written, by topic.</summary>
    public ImmutableSortedDictionary<string, long> ByTopic { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Records left out, by the key of their <see cref="SkipReason"/>.</summary>
    public ImmutableSortedDictionary<string, long> Skipped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>What a kind found that is no count of records, such as statistics; null for those that write.</summary>
    public JsonElement? Result { get; init; }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(JobEntry))]
sealed partial class JobJson : JsonSerializerContext;
