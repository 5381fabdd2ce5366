using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Scanning;
using Wire;

namespace Dashboard.Messages.Statistics;

/// <summary>
/// What was counted of a range up to where it was read: can be written, read again and gone on with, as if nothing had been in between.
/// Owned by the one read of the range.
/// </summary>
sealed class StatisticsCount
{
    /// <summary>Instead of a count that is not continued.</summary>
    public static readonly JsonElement Nothing = JsonElement.Parse("null");

    ScanProgress? read;

    public TopicTally Tally { get; private init; } = new();

    /// <summary>Where it goes on; null: at the beginning, or it is done.</summary>
    public ScanPosition? Next { get; private set; }

    /// <summary>Partitions that were not read to their ends.</summary>
    public IEnumerable<PartitionProgress> Unread => (read?.Partitions ?? []).Where(one => !one.IsDone).OrderBy(one => one.Error is null);

    /// <summary>Of all that was read, with what is being read.</summary>
    /// <param name="now">Of the part that is being read.</param>
    public ScanProgress With(ScanProgress now) => read is null ? now : now with
    {
        Partitions =
        [
            .. read.Partitions.Concat(now.Partitions).GroupBy(one => one.Partition).OrderBy(one => one.Key)
                .Select(parts => parts.Aggregate(Together)),
        ],
        Scanned = read.Scanned + now.Scanned,
        Bytes = read.Bytes + now.Bytes,
        Took = read.Took + now.Took,
    };

    /// <summary>A part has been read.</summary>
    /// <returns>How far all of it is.</returns>
    public ScanProgress Take(ScanProgress end)
    {
        // together: a count is only true up to the place where it goes on
        (read, Next) = (With(end), end.Next);
        return read;
    }

    /// <summary>Some 100 KiB; as much again where keys are long, and at most some 600 KiB.</summary>
    public JsonElement Write()
    {
        using var packed = new MemoryStream();
        // most registers and counters of a partition are zero
        using (var stream = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var writer = new BinaryWriter(stream, Encoding.UTF8))
        {
            Tally.Write(writer);
        }

        var state = new StatisticsState(
            Next?.Left, [.. (read?.Partitions ?? []).Select(CountedRange.Of)], read?.Scanned ?? 0, read?.Bytes ?? 0,
            read?.Took ?? TimeSpan.Zero, packed.ToArray());
        return JsonSerializer.SerializeToElement(state, StatisticsStateJson.Default.StatisticsState);
    }

    /// <param name="checkpoint">Null: nothing was counted yet.</param>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public static StatisticsCount Read(JsonElement? checkpoint, ScanQuery query)
    {
        if (checkpoint is not { } json)
        {
            return new();
        }

        try
        {
            if (json.Deserialize(StatisticsStateJson.Default.StatisticsState) is not { Tally: not null, Partitions.IsDefault: false } state)
            {
                throw new JsonException("something is missing");
            }

            using var reader = new BinaryReader(
                new BrotliStream(new MemoryStream(state.Tally), CompressionMode.Decompress), Encoding.UTF8);
            var next = state.Left is { } left ? new ScanPosition(left) : null;
            return new()
            {
                Tally = TopicTally.Read(reader),
                Next = next,
                read = new ScanProgress(
                    query, [.. state.Partitions.Select(one => one.Progress)], state.Scanned, state.Bytes, 0, state.Took, true, next),
            };
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidDataException)
        {
            throw new JobFaultException(
                CodedText.Of("countUnread", $"The job's file does not say what was counted. Begin a new job."), e);
        }
    }

    /// <summary>The same partition, read further: what was not read now is as it was.</summary>
    static PartitionProgress Together(PartitionProgress before, PartitionProgress now) => now.Range == OffsetRange.Unknown
        ? before with { Error = now.Error }
        : before.Range == OffsetRange.Unknown ? now
        : now with
        {
            Range = new(before.Range.From, Math.Max(now.Range.To, before.Covered.To)),
            Covered = new(before.Covered.From, Math.Max(now.Covered.To, before.Covered.To)),
            Scanned = before.Scanned + now.Scanned,
            Aborted = before.Aborted + now.Aborted,
        };
}

/// <summary>As it is kept in the job's file.</summary>
/// <param name="Left">Null: nothing is left.</param>
/// <param name="Tally">Packed.</param>
sealed record StatisticsState(
    ImmutableSortedDictionary<int, OffsetRange>? Left, ImmutableArray<CountedRange> Partitions, long Scanned, long Bytes, TimeSpan Took,
    byte[] Tally);

/// <summary>What of a partition was counted.</summary>
sealed record CountedRange(int Partition, OffsetRange Range, OffsetRange Covered, bool IsDone, long Scanned, long Aborted)
{
    [JsonIgnore]
    public PartitionProgress Progress => new(Partition, Range, Covered, IsDone, Scanned) { Aborted = Aborted };

    public static CountedRange Of(PartitionProgress read) =>
        new(read.Partition, read.Range, read.Covered, read.IsDone, read.Scanned, read.Aborted);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StatisticsState))]
sealed partial class StatisticsStateJson : JsonSerializerContext;
