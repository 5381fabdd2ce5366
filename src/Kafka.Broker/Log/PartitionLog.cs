using Kafka.Broker.Configuration;
using Kafka.Broker.Producers;
using Kafka.Broker.Records;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// What an append did. Offsets are those of the first and last record; of the earlier ones when <paramref name="Duplicate"/>.
/// </summary>
readonly record struct LogAppend(
    ErrorCode Error, string? Message, long FirstOffset, long LastOffset, long AppendTime = -1, bool Duplicate = false, int Records = 0)
{
    /// <summary>The records for which a batch was refused; none when it is the batch itself.</summary>
    public IReadOnlyList<RecordError> Culprits { get; init; } = [];
}

/// <summary>
/// The log of one replica: segments, the leader epochs of its batches, its producers. Owned by the replica loop, which alone changes it;
/// any thread may read the offsets and through <see cref="Slice"/>. Appends reach the page cache only, as Kafka's do: replication is what
/// makes them safe. When a write throws <see cref="IOException"/> the log is not used any more and its directory goes offline.
/// </summary>
sealed partial class PartitionLog : IDisposable
{
    readonly IDisk disk;
    readonly TimeProvider time;
    readonly List<BatchHeader> headers = [];
    readonly TailPositions tail = new();
    volatile LogSegment[] segments;
    long logStartOffset;
    long logEndOffset;
    long highWatermark;

    public PartitionLog(LogState state, LogConfig config, IDisk disk, TimeProvider time)
    {
        this.disk = disk;
        this.time = time;
        TopicPartition = state.TopicPartition;
        Directory = state.Directory;
        Config = config;
        segments = [.. state.Segments];
        logStartOffset = state.LogStartOffset;
        logEndOffset = state.LogEndOffset;
        // the checkpoint is written now and then: a torn tail may have been cut below it, DeleteRecords may have moved the start above it
        highWatermark = Math.Max(logStartOffset, Math.Min(state.HighWatermark, logEndOffset));
        Epochs = state.Epochs;
        Producers = state.Producers;
        RecoveryPoint = state.RecoveryPoint;
        LastFlush = Now;
    }

    public TopicPartition TopicPartition { get; }

    /// <summary>Its directory; another one once it is deleted.</summary>
    public string Directory { get; private set; }

    public LogConfig Config { get; set; }

    public LeaderEpochs Epochs { get; }

    public ProducerStates Producers { get; }

    /// <summary>First offset that can be read: raised by retention and DeleteRecords.</summary>
    public long LogStartOffset => Volatile.Read(ref logStartOffset);

    /// <summary>The offset the next record gets.</summary>
    public long LogEndOffset => Volatile.Read(ref logEndOffset);

    /// <summary>What is below it is on all in-sync replicas, and never truncated by a clean election.</summary>
    public long HighWatermark
    {
        get => Volatile.Read(ref highWatermark);
        set => Volatile.Write(ref highWatermark, value);
    }

    public IReadOnlyList<LogSegment> Segments => segments;

    public LogSegment Active => segments[^1];

    /// <summary>Bytes of all segments.</summary>
    public long Size => segments.Sum(segment => (long)segment.Size);

    long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Validates, gives the batches their offsets and the leader epoch in place, and writes them. Nothing was written unless the error is
    /// none.
    /// </summary>
    public LogAppend AppendAsLeader(Memory<byte> batches, int leaderEpoch, bool fromClient)
    {
        var now = Now;
        var span = batches.Span;
        var (error, message) = BatchChecks.Split(span, headers);
        // as Kafka. The checks of sequences below rely on it: they do not know of batches earlier in the same request
        if (error == ErrorCode.None && fromClient && headers.Count > 1)
        {
            (error, message) = (ErrorCode.InvalidRecord, "Compressed outer record or batches of format 2 must be alone in a request.");
        }

        if (error != ErrorCode.None)
        {
            return new LogAppend(error, message, -1, -1);
        }

        var at = 0;
        var records = 0;
        var culprits = new RecordErrors();
        var rules = new RecordRules(TopicPartition, Config, now);
        var first = logEndOffset;
        var next = first;
        for (var i = 0; i < headers.Count; i++)
        {
            var header = headers[i];
            if (header.SizeInBytes > Config.MaxMessageBytes)
            {
                message = $"The record batch size in the append to {TopicPartition} is {header.SizeInBytes} bytes "
                    + $"which exceeds the maximum configured value of {Config.MaxMessageBytes}.";
                return new LogAppend(ErrorCode.MessageTooLarge, message, -1, -1);
            }

            if (fromClient)
            {
                (error, message) = BatchChecks.CheckClient(batches.Slice(at, header.SizeInBytes), header, rules, culprits);
                if (error == ErrorCode.None && header.HasProducer)
                {
                    (error, message, var duplicate) = Producers.Check(header);
                    // a retry whose first attempt was written: to the client it has succeeded, with the offsets of then
                    if (duplicate is not null)
                    {
                        return new LogAppend(ErrorCode.None, null, duplicate.BaseOffset, duplicate.LastOffset, Duplicate: true);
                    }
                }

                if (error != ErrorCode.None)
                {
                    return new LogAppend(error, message, -1, -1) { Culprits = culprits.Culprits };
                }
            }

            var batch = span.Slice(at, header.SizeInBytes);
            RecordBatch.SetBaseOffset(batch, next);
            RecordBatch.SetPartitionLeaderEpoch(batch, leaderEpoch);
            if (Config.LogAppendTime)
            {
                RecordBatch.SetMaxTimestamp(batch, TimestampType.LogAppendTime, now);
            }

            headers[i] = new BatchHeader(batch);
            next += header.LastOffsetDelta + 1;
            records += header.RecordCount;
            at += header.SizeInBytes;
        }

        Write(span, next);
        return new LogAppend(ErrorCode.None, null, first, next - 1, Config.LogAppendTime ? now : -1, Records: records);
    }

    /// <summary>
    /// Writes batches as the leader has them. What lies below the log's end is passed over, and so is a last batch that the leader cut off;
    /// a checksum that is wrong is <see cref="ErrorCode.CorruptMessage"/>.
    /// </summary>
    public LogAppend AppendAsFollower(ReadOnlyMemory<byte> batches)
    {
        var span = batches.Span;
        var (error, message) = BatchChecks.Split(span, headers, mayBeCut: true);
        if (error != ErrorCode.None)
        {
            return new LogAppend(error, message, -1, -1);
        }

        var skip = 0;
        var skipped = 0;
        // a leader sends whole batches: the first may begin below the offset that was fetched
        while (skipped < headers.Count && headers[skipped].LastOffset < logEndOffset)
        {
            skip += headers[skipped++].SizeInBytes;
        }

        headers.RemoveRange(0, skipped);
        var next = logEndOffset;
        foreach (var header in headers)
        {
            if (header.BaseOffset < next)
            {
                message = $"Batch at offset {header.BaseOffset} of {TopicPartition} overlaps the log's end {next}.";
                return new LogAppend(ErrorCode.CorruptMessage, message, -1, -1);
            }

            next = header.LastOffset + 1;
        }

        if (headers.Count == 0)
        {
            return new LogAppend(ErrorCode.None, null, -1, -1);
        }

        Write(span[skip..], next);
        return new LogAppend(ErrorCode.None, null, headers[0].BaseOffset, next - 1, Records: headers.Sum(header => header.RecordCount));
    }

    /// <summary>
    /// A plan to read from an offset within the log, up to a limit. Owner only: it looks into the tail's positions; others pass
    /// <paramref name="owner"/> false.
    /// </summary>
    public LogSlice Slice(long offset, long limit, bool owner = true)
    {
        var all = segments;
        var at = SegmentOf(all, offset);
        var hint = owner && tail.TryFind(offset, out var segment, out var position) && ReferenceEquals(segment, all[at]) ? position : -1;
        return new LogSlice(new ArraySegment<LogSegment>(all, at, all.Length - at), offset, Math.Min(limit, LogEndOffset), hint);
    }

    /// <summary>Orderly end: indexes and producers on disk, fsync. Kill is <see cref="Dispose"/> alone.</summary>
    public void Close()
    {
        Active.Seal();
        Flush();
        SaveProducers(logEndOffset);
    }

    public void Dispose()
    {
        foreach (var segment in segments)
        {
            segment.Dispose();
        }
    }

    void Write(ReadOnlySpan<byte> span, long next)
    {
        var at = 0;
        var from = 0;
        while (from < headers.Count)
        {
            // a roll may be due between the batches of one append: write them in runs
            var to = from;
            var run = 0;
            RollIfDue(headers[from]);
            while (to < headers.Count && (to == from || !MustRoll(headers[to], run)))
            {
                run += headers[to++].SizeInBytes;
            }

            WriteRun(span.Slice(at, run), from, to);
            at += run;
            from = to;
        }

        // last: readers must not see an offset whose bytes are not in the file yet
        Volatile.Write(ref logEndOffset, next);
        if (next - RecoveryPoint >= Config.FlushMessages)
        {
            Flush();
        }
    }

    void WriteRun(ReadOnlySpan<byte> run, int from, int to)
    {
        var active = Active;
        var position = active.Size;
        for (var i = from; i < to; i++)
        {
            var header = headers[i];
            // before the batch: an epoch without a batch is dropped at the next start, a batch of an unknown epoch would let replicas
            // diverge (KIP-101)
            Epochs.Assign(header.LeaderEpoch, header.BaseOffset);
            tail.Note(header.BaseOffset, active, position);
            position += header.SizeInBytes;
        }

        active.Append(run, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(headers)[from..to], Config.IndexIntervalBytes);
        for (var i = from; i < to; i++)
        {
            // only now: what could not be written must not count as seen
            Producers.Note(headers[i]);
        }
    }

    static int SegmentOf(LogSegment[] all, long offset)
    {
        var low = 0;
        var high = all.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (all[middle].BaseOffset <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return Math.Max(0, low - 1);
    }
}
