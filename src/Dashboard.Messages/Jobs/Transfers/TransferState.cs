using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Scanning;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// What is written ahead of each batch: that batch n leads from one position to another. Whether n or n-1 holds after a crash, the target
/// cluster knows.
/// </summary>
/// <param name="Batch">n. 0: none was begun.</param>
/// <param name="After">Where the source is read from when n holds.</param>
public sealed record TransferState(long Batch, TransferPosition After)
{
    /// <summary>Where it is read from when n does not hold; null: n holds for sure.</summary>
    public TransferPosition? Before { get; init; }

    /// <summary>The topic whose partition 0 has n as the committed offset of the job's group.</summary>
    public string Anchor { get; init; } = "";

    /// <summary>
    /// Where records of the job are looked for that no state names, by topic and partition: nothing of an unsettled batch lies before.
    /// Empty with transactions.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<long>> Ends { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<long>>.Empty;

    /// <summary>Records planned; null: not counted.</summary>
    public long? Planned { get; init; }

    /// <summary>When this was written.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>What holds, once the target cluster has said which batch does.</summary>
    public TransferState Settled(SettledBatch settled) =>
        this with { Batch = settled.Batch, After = settled.Batch == Batch ? After : Before!, Before = null };

    /// <summary>To be written ahead of the next batch.</summary>
    /// <param name="topic">Of its first record.</param>
    /// <param name="ends">Where records of it alone would be looked for.</param>
    /// <param name="isUnsettled">Records of an earlier attempt have to be found once more: they are looked for from there as well.</param>
    public TransferState Ahead(
        TransferPosition next, string topic, ImmutableSortedDictionary<string, ImmutableArray<long>> ends, bool isUnsettled) => this with
        {
            Batch = Batch + 1,
            Before = After,
            After = next,
            Anchor = Anchor.Length > 0 ? Anchor : topic,
            Ends = isUnsettled ? ends.SetItems(Ends) : ends,
        };

    public static TransferState Read(JsonElement? checkpoint) =>
        checkpoint?.Deserialize(TransferJson.Default.TransferState)
        ?? throw JobFaultException.NoPosition();

    public JsonElement Write() => JsonSerializer.SerializeToElement(this, TransferJson.Default.TransferState);
}

/// <summary>How far the source was read, and what came of it.</summary>
/// <param name="Left">Of each partition that is not done, what is left.</param>
/// <param name="Offsets">All there were.</param>
public sealed record TransferPosition(ImmutableSortedDictionary<int, OffsetRange> Left, long Offsets)
{
    public ImmutableSortedDictionary<string, long> Written { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>By the key of the reason.</summary>
    public ImmutableSortedDictionary<string, long> Skipped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    public long Bytes { get; init; }

    [JsonIgnore]
    public bool IsDone => Left.Values.All(range => range.Length == 0);

    [JsonIgnore]
    public long Looked => Offsets - Left.Values.Sum(range => range.Length);

    public JobProgress Progress(long? planned)
    {
        var done = Written.Values.Sum() + Skipped.Values.Sum();
        return new JobProgress(done, IsDone ? done : planned ?? Offsets, !IsDone && planned is null)
        {
            Bytes = Bytes,
            Looked = Looked,
            Share = Offsets == 0 ? 1 : (double)Looked / Offsets,
            ByTopic = Written,
            Skipped = Skipped,
        };
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(TransferState))]
sealed partial class TransferJson : JsonSerializerContext;
