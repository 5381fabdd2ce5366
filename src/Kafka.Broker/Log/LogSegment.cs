using System.Globalization;
using Kafka.Broker.Records;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// One .log file of whole v2 batches with its two indexes. The replica loop alone appends and truncates; reads run anywhere, at positions
/// below <see cref="Size"/>. Appends reach the page cache only; <see cref="Flush"/> is fsync. A failed write leaves bytes past
/// <see cref="Size"/> that the next append overwrites and recovery cuts off.
/// </summary>
sealed class LogSegment : IDisposable
{
    public const string LogSuffix = ".log";
    public const string IndexSuffix = ".index";
    public const string TimeIndexSuffix = ".timeindex";
    public const string DeletedSuffix = ".deleted";

    /// <summary>index.interval.bytes' default, where the topic's own is not at hand: it only decides how far a lookup scans.</summary>
    const int DefaultIndexInterval = 4096;

    readonly IDisk disk;
    long size;
    int bytesSinceIndex;
    string suffix;
    volatile bool isNamed;

    LogSegment(IDisk disk, string directory, long baseOffset, DateTimeOffset created, string suffix = "")
    {
        this.suffix = suffix;
        this.disk = disk;
        Directory = directory;
        BaseOffset = baseOffset;
        Created = created;
        File = disk.Open(PathOf(LogSuffix), FileMode.OpenOrCreate);
    }

    public string Directory { get; }

    public long BaseOffset { get; }

    public IDiskFile File { get; }

    public OffsetIndex Index { get; private set; } = new();

    public TimeIndex Times { get; private set; } = new();

    /// <summary>Bytes of whole batches.</summary>
    public int Size => (int)Volatile.Read(ref size);

    /// <summary>Largest timestamp in it, -1 without any, and the last offset of the batch that has it.</summary>
    public (long Timestamp, long Offset) Newest { get; private set; } = (-1, -1);

    /// <summary>Largest timestamp of its first batch: time-based rolling counts from it. -1 while empty.</summary>
    public long FirstTimestamp { get; private set; } = -1;

    /// <summary>When it was made, or its file last written before this process opened it.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>An empty segment; a file of that name is overwritten.</summary>
    public static LogSegment Create(IDisk disk, string directory, long baseOffset, DateTimeOffset now)
    {
        var segment = new LogSegment(disk, directory, baseOffset, now);
        // a file of that name is what a cut that did not get to its end left behind
        segment.File.SetLength(0);
        segment.SaveIndexes();
        return segment;
    }

    /// <summary>
    /// A segment of an orderly stop: its indexes are read, and rebuilt without looking into the batches when they cannot be its own.
    /// </summary>
    public static LogSegment Open(IDisk disk, string directory, long baseOffset)
    {
        var segment = new LogSegment(disk, directory, baseOffset, LastWrite(directory, baseOffset));
        segment.size = segment.File.Length;
        using var index = disk.Open(segment.PathOf(IndexSuffix), FileMode.OpenOrCreate);
        using var times = disk.Open(segment.PathOf(TimeIndexSuffix), FileMode.OpenOrCreate);
        if (OffsetIndex.Load(index, segment.size) is { } loaded && TimeIndex.Load(times) is { } loadedTimes
            // two empty files beside batches are indexes that were never written
            && (loaded.Count > 0 || segment.size == 0 || loadedTimes.Count > 0))
        {
            segment.Index = loaded;
            segment.Times = loadedTimes;
            segment.Newest = loadedTimes.Count > 0 ? (loadedTimes.Last.Timestamp, baseOffset + loadedTimes.Last.Offset) : (-1, -1);
            segment.FirstTimestamp = segment.TryReadHeader(0, out var first) ? first.MaxTimestamp : -1;
        }
        else
        {
            segment.Rebuild(DefaultIndexInterval, checksums: false, onBatch: null);
        }

        return segment;
    }

    /// <summary>
    /// A segment of which nothing is known: every batch is checked, what follows the last good one is cut off. Returns the bytes cut.
    /// </summary>
    public static (LogSegment Segment, long Cut) Recover(
        IDisk disk, string directory, long baseOffset, int indexInterval, Action<BatchHeader>? onBatch, string suffix = "")
    {
        var segment = new LogSegment(disk, directory, baseOffset, LastWrite(directory, baseOffset), suffix);
        var length = segment.File.Length;
        segment.size = length;
        segment.Rebuild(indexInterval, checksums: true, onBatch);
        // at once: a shorter append would leave the end of the torn tail behind it, which may look like a batch
        segment.File.SetLength(segment.size);
        segment.SaveIndexes();
        return (segment, length - segment.size);
    }

    /// <summary>Name of a segment's file: its base offset in 20 digits.</summary>
    public static string FileName(long offset, string suffix) => offset.ToString("D20", CultureInfo.InvariantCulture) + suffix;

    public string PathOf(string kind) => Path.Combine(Directory, FileName(BaseOffset, kind) + suffix);

    /// <summary>Writes whole batches at the end. <paramref name="headers"/> are theirs, offsets already assigned.</summary>
    public void Append(ReadOnlySpan<byte> batches, ReadOnlySpan<BatchHeader> headers, int indexInterval)
    {
        File.Write(batches, size);
        var position = size;
        foreach (ref readonly var header in headers)
        {
            Note(header, position, indexInterval);
            position += header.SizeInBytes;
        }

        // last: readers go up to it without a lock, so every byte below it must be written
        Volatile.Write(ref size, position);
    }

    public bool TryReadHeader(long position, out BatchHeader header)
    {
        Span<byte> bytes = stackalloc byte[BatchHeader.Size];
        var whole = position + BatchHeader.Size <= Size && File.Read(bytes, position) == bytes.Length;
        header = whole ? new BatchHeader(bytes) : default;
        return whole && header.IsPlausible;
    }

    /// <summary>Position of the first batch whose last offset is at or after the offset; the size when there is none.</summary>
    public (int Position, BatchHeader Header) Find(long offset, int from = 0)
    {
        // below the base when an earlier segment has nothing at or behind the offset
        var relative = (int)Math.Clamp(offset - BaseOffset, 0, int.MaxValue);
        using var scan = new SegmentScanner(File, Math.Max(from, Index.Lookup(relative)), Size);
        while (scan.Next())
        {
            if (scan.Header.LastOffset >= offset)
            {
                return ((int)scan.Position, scan.Header);
            }
        }

        return (Size, default);
    }

    /// <summary>Offset after the last batch; the base offset when empty.</summary>
    public long ReadEndOffset()
    {
        var end = BaseOffset;
        using var scan = new SegmentScanner(File, Index.LastPosition, Size);
        while (scan.Next())
        {
            end = scan.Header.LastOffset + 1;
        }

        Volatile.Write(ref size, scan.End);
        return end;
    }

    /// <summary>Cuts the file at a batch boundary.</summary>
    public void TruncateToPosition(int position)
    {
        // first: no reader begins behind the new end any more
        Volatile.Write(ref size, position);
        File.SetLength(position);
        // without checksums, as the loop waits for it: what is below the cut was checked when it was appended
        Rebuild(DefaultIndexInterval, checksums: false, onBatch: null);
        SaveIndexes();
    }

    /// <summary>The final entry of the time index goes in when nothing more will be appended.</summary>
    public void Seal()
    {
        if (Newest.Timestamp >= 0)
        {
            Times.Append(Newest.Timestamp, (int)(Newest.Offset - BaseOffset));
        }

        SaveIndexes();
    }

    public void SaveIndexes()
    {
        using var index = disk.Open(PathOf(IndexSuffix), FileMode.OpenOrCreate);
        Index.Save(index);
        using var times = disk.Open(PathOf(TimeIndexSuffix), FileMode.OpenOrCreate);
        Times.Save(times);
    }

    /// <summary>
    /// fsync of the file, and the first time of the directories that lead to it: a file that a power cut leaves without a name is lost with
    /// all its records. Not when it is made: that is on the replica loop, and nothing counts as flushed before this.
    /// </summary>
    public void Flush()
    {
        File.Sync();
        if (isNamed)
        {
            return;
        }

        try
        {
            disk.SyncDirectory(Directory);
            disk.SyncDirectory(Path.GetDirectoryName(Directory)!);
            isNamed = true;
        }
        catch (DirectoryNotFoundException)
        {
            // the partition was deleted meanwhile: its directory has another name, and nothing in it need last
        }
    }

    /// <summary>Renames its files so that a start removes them; reads that are under way go on.</summary>
    public void MarkDeleted() => Rename(DeletedSuffix);

    /// <summary>Gives its three files another suffix.</summary>
    public void Rename(string newSuffix)
    {
        foreach (var kind in (string[])[LogSuffix, IndexSuffix, TimeIndexSuffix])
        {
            disk.Rename(PathOf(kind), Path.Combine(Directory, FileName(BaseOffset, kind)) + newSuffix);
        }

        suffix = newSuffix;
    }

    public void Delete()
    {
        Dispose();
        foreach (var kind in (string[])[LogSuffix, IndexSuffix, TimeIndexSuffix])
        {
            disk.Delete(PathOf(kind));
        }
    }

    public void Dispose() => File.Dispose();

    static DateTimeOffset LastWrite(string directory, long baseOffset) =>
        new(System.IO.File.GetLastWriteTimeUtc(Path.Combine(directory, FileName(baseOffset, LogSuffix))), TimeSpan.Zero);

    void Note(in BatchHeader header, long position, int indexInterval)
    {
        if (FirstTimestamp < 0)
        {
            FirstTimestamp = header.MaxTimestamp;
        }

        if (header.MaxTimestamp > Newest.Timestamp)
        {
            Newest = (header.MaxTimestamp, header.LastOffset);
        }

        // before this batch is counted, as in Kafka: the first batch of a segment needs no entry
        if (bytesSinceIndex > indexInterval)
        {
            Index.Append((int)(header.LastOffset - BaseOffset), (int)position);
            // the latest so far, not this batch's: a lookup relies on no record before the entry being later
            Times.Append(Newest.Timestamp, (int)(Newest.Offset - BaseOffset));
            bytesSinceIndex = 0;
        }

        bytesSinceIndex += header.SizeInBytes;
    }

    void Rebuild(int indexInterval, bool checksums, Action<BatchHeader>? onBatch)
    {
        Index = new OffsetIndex();
        Times = new TimeIndex();
        Newest = (-1, -1);
        FirstTimestamp = -1;
        bytesSinceIndex = 0;
        using var scan = new SegmentScanner(File, 0, Size);
        var end = 0L;
        var nextOffset = BaseOffset;
        // offsets must grow: what an earlier life of the file left behind the end may look like a whole batch
        while (scan.Next() && scan.Header.BaseOffset >= nextOffset && (!checksums || scan.IsIntact()))
        {
            Note(scan.Header, scan.Position, indexInterval);
            onBatch?.Invoke(scan.Header);
            nextOffset = scan.Header.LastOffset + 1;
            end = scan.End;
        }

        Volatile.Write(ref size, end);
    }
}
