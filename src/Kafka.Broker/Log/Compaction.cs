using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Kafka.Broker.Configuration;
using Kafka.Broker.Records;
using Kafka.Protocol.Records;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// Rewrites segments so that of each key only the last record stays (Kafka's log cleaner). Works on immutable, closed segments outside the
/// loop. The result is written aside (.cleaned), fsynced, renamed to .swap (from here on a crash completes it) and only then put in place.
/// When a write fails the log stays as it was.
/// </summary>
sealed class Compaction(IDisk disk, string directory, LogConfig config, Func<long, long, bool> isLastOfProducer)
{
    public const string CleanedSuffix = ".cleaned";
    public const string SwapSuffix = ".swap";

    /// <summary>What a key costs beside its bytes: its array's header and its place in the table, of which a third is free.</summary>
    const int KeyOverhead = 100;

    readonly Dictionary<Key, long> latest = [];

    /// <summary>
    /// Adds the keys of closed segments from the offset on, as far as there is memory for them: records before the offset that is returned
    /// may be compacted, the others wait for the next run. Null: all of them may be.
    /// </summary>
    /// <param name="memory">Bytes. At least one batch is taken, or a run with too little would get nowhere.</param>
    public long? Map(IEnumerable<LogSegment> segments, long from, long memory)
    {
        var used = 0L;
        // a control record has a key, too, but it is the type of the marker and no key of the topic
        foreach (var batch in segments.SelectMany(ReadBatches).Where(batch => batch.LastOffset >= from && !batch.IsControl))
        {
            if (used > 0 && used >= memory)
            {
                return batch.BaseOffset;
            }

            // a batch that cannot be read is kept whole: older records of its keys stay beside it, and nothing is lost
            foreach (var record in RecordReader.ReadAllOrNull(batch) ?? [])
            {
                if (record.Key is { } key)
                {
                    var copy = new Key(key.ToArray()); // a slice would keep its whole batch in memory
                    used += latest.TryAdd(copy, record.Offset) ? key.Length + KeyOverhead : 0;
                    latest[copy] = record.Offset;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Writes what stays of the segments, which lie side by side, into one segment with the first one's base offset. Tombstones older than
    /// <paramref name="tombstonesBefore"/> (ms) go, but not those from <paramref name="firstDirty"/> on: a reader from the beginning must
    /// still meet a tombstone in whose stead it may have read the value, however old its timestamp claims to be. <see cref="Install"/> puts
    /// it in place.
    /// </summary>
    public LogSegment Write(IReadOnlyList<LogSegment> old, long tombstonesBefore, long firstDirty)
    {
        var path = Path.Combine(directory, LogSegment.FileName(old[0].BaseOffset, LogSegment.LogSuffix));
        using (var file = disk.Open(path + CleanedSuffix, FileMode.Create))
        {
            var position = 0L;
            foreach (var segment in old)
            {
                foreach (var batch in ReadBatches(segment))
                {
                    var kept = Filter(batch, batch.BaseOffset < firstDirty && segment.Newest.Timestamp < tombstonesBefore);
                    file.Write(kept.Span, position);
                    position += kept.Length;
                }
            }

            file.Sync();
        }

        // from here on a start finishes the swap: the name must last before the old segments go
        disk.Rename(path + CleanedSuffix, path + SwapSuffix);
        disk.SyncDirectory(directory);
        return LogSegment.Recover(disk, directory, old[0].BaseOffset, config.IndexIntervalBytes, null, SwapSuffix).Segment;
    }

    /// <summary>Puts the result in the place of the old segments. Owner of the log only.</summary>
    public static void Install(PartitionLog log, IReadOnlyList<LogSegment> old, LogSegment compacted)
    {
        // the old ones first: where a crash leaves both names, the start finds .swap and lets it win
        foreach (var segment in old)
        {
            segment.MarkDeleted();
        }

        compacted.Rename("");
        log.Replace(old, compacted);
    }

    /// <summary>
    /// After a crash between the renames: the old segments that the complete result covers go, the result takes their place.
    /// </summary>
    public static void FinishSwap(IDisk disk, string directory, string swap)
    {
        var final = swap[..^SwapSuffix.Length];
        var first = long.Parse(Path.GetFileNameWithoutExtension(final), CultureInfo.InvariantCulture);
        // where the result ends, only its batches say; an old segment behind them of which nothing was kept survives until the next run
        var last = first;
        using (var file = disk.Open(swap, FileMode.Open))
        {
            using var scan = new SegmentScanner(file, 0, file.Length);
            while (scan.Next())
            {
                last = scan.Header.LastOffset;
            }
        }

        foreach (var covered in LogLoader.SegmentBases(directory).Where(offset => offset >= first && offset <= last))
        {
            LogLoader.DeleteSegmentFiles(directory, covered, disk);
        }

        disk.Rename(swap, final);
    }

    static IEnumerable<RecordBatch> ReadBatches(LogSegment segment)
    {
        using var scan = new SegmentScanner(segment.File, 0, segment.Size);
        while (scan.Next())
        {
            var bytes = new byte[scan.Header.SizeInBytes];
            segment.File.Read(bytes, scan.Position);
            yield return new RecordBatch(bytes);
        }
    }

    /// <summary>
    /// The batch with the records that stay, under its old header: offsets, producer and sequences do not change. Empty memory when none
    /// stay and the header is not needed. What cannot be read is kept whole.
    /// </summary>
    ReadOnlyMemory<byte> Filter(RecordBatch batch, bool dropTombstones)
    {
        // an emptied batch stays while it is the last of its producer: its sequence numbers are read from it after a restart, and without
        // them the producer's next batch would look out of order (RETAIN_EMPTY in Kafka's LogCleaner)
        if (batch.RecordCount == 0 && !isLastOfProducer(batch.ProducerId, batch.LastOffset))
        {
            return default;
        }

        if (batch.IsControl || batch.RecordCount == 0 || RecordReader.ReadAllOrNull(batch) is not { } records)
        {
            return batch.Bytes;
        }

        var payload = RecordCompression.Decompress(batch.Compression, batch.Payload);
        var keep = records.Select(record => Stays(record, dropTombstones)).ToList();
        if (keep.TrueForAll(stays => stays))
        {
            return batch.Bytes;
        }

        var count = keep.Count(stays => stays);
        if (count == 0 && !isLastOfProducer(batch.ProducerId, batch.LastOffset))
        {
            return default;
        }

        return Rewritten(batch, Kept(payload.Span, keep), count);
    }

    /// <summary>The bytes of the records that stay, one behind the other.</summary>
    static byte[] Kept(ReadOnlySpan<byte> payload, IEnumerable<bool> keep)
    {
        var kept = new List<byte>(payload.Length);
        foreach (var stays in keep)
        {
            var start = payload;
            RecordWalk.TryVarInt(ref payload, out var length);
            var size = start.Length - payload.Length + (int)length;
            payload = start[size..];
            if (stays)
            {
                kept.AddRange(start[..size]);
            }
        }

        return [.. kept];
    }

    ReadOnlyMemory<byte> Rewritten(RecordBatch batch, byte[] records, int count)
    {
        // an emptied batch is its header alone
        var codec = count == 0 ? CompressionType.None : CodecFor(batch);
        var written = RecordCompression.Compress(codec, records);
        var bytes = new byte[RecordBatch.HeaderSize + written.Length];
        batch.Bytes.Span[..RecordBatch.HeaderSize].CopyTo(bytes);
        written.CopyTo(bytes.AsMemory(RecordBatch.HeaderSize));
        // fields of format v2: the length at 8, the compression in the low bits of 22, the number of records at 57
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), bytes.Length - RecordBatch.LogOverhead);
        bytes[22] = (byte)((bytes[22] & 0xf8) | (int)codec);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(57), count);
        // the same time: set for the checksum, which it computes anew
        RecordBatch.SetMaxTimestamp(bytes, batch.TimestampType, batch.MaxTimestamp);
        return bytes;
    }

    /// <summary>The topic's, or with compression.type=producer that of the batch, as its producer chose it.</summary>
    CompressionType CodecFor(RecordBatch batch) => config.CompressionType switch
    {
        "uncompressed" => CompressionType.None,
        "gzip" => CompressionType.Gzip,
        "snappy" => CompressionType.Snappy,
        "lz4" => CompressionType.Lz4,
        "zstd" => CompressionType.Zstd,
        _ => batch.Compression,
    };

    bool Stays(in Record record, bool dropTombstones) =>
        record.Key is { } key
        && (!MemoryMarshal.TryGetArray(key, out var bytes)
            || !latest.TryGetValue(new Key(bytes.AsSpan().ToArray()), out var newest)
            || record.Offset >= newest)
        && !(dropTombstones && record.Value is null);

    /// <summary>A record's key, compared by its bytes.</summary>
    readonly struct Key(byte[] bytes) : IEquatable<Key>
    {
        readonly byte[] bytes = bytes;

        public bool Equals(Key other) => bytes.AsSpan().SequenceEqual(other.bytes);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes);
            return hash.ToHashCode();
        }
    }
}
