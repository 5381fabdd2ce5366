using Kafka.Broker.Records;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>How segments come and go.</summary>
sealed partial class PartitionLog
{
    const string SnapshotSuffix = ".snapshot";

    /// <summary>A segment is complete: what lies below the offset can be fsynced beside the loop (<see cref="FlushTo"/>).</summary>
    public event Action<PartitionLog, long>? Rolled;

    /// <summary>Segments renamed to .deleted, to be removed after file.delete.delay.ms.</summary>
    public event Action<PartitionLog, IReadOnlyList<LogSegment>>? Dropped;

    /// <summary>Cuts the log: offsets from <paramref name="offset"/> on are gone. False when there was nothing to cut.</summary>
    public bool TruncateTo(long offset)
    {
        if (offset >= logEndOffset)
        {
            // an epoch that brought no record is forgotten too (KAFKA-10706), or this log would diverge
            // from its leader at the same offset for ever
            Epochs.TruncateFromEnd(logEndOffset);
            return false;
        }

        if (offset < segments[0].BaseOffset)
        {
            TruncateFullyAndStartAt(offset);
            return true;
        }

        tail.Clear();
        var kept = segments.Where((segment, at) => at == 0 || segment.BaseOffset < offset).ToArray();
        if (kept.Length < segments.Length)
        {
            // for good, before anything is appended: a segment that came back after a power cut would hold the same offsets once more
            Drop(segments[kept.Length..], now: true);
            disk.SyncDirectory(Directory);
        }

        var active = kept[^1];
        var (position, header) = active.Find(offset);
        // batches are cut whole: where the offset lies inside one, its earlier records go as well
        var end = position < active.Size ? Math.Min(offset, header.BaseOffset) : offset;
        active.TruncateToPosition(position);
        segments = kept;
        Volatile.Write(ref logEndOffset, Math.Max(end, active.BaseOffset));
        CutRecoveryPoint(Math.Min(RecoveryPoint, logEndOffset));
        HighWatermark = Math.Min(HighWatermark, logEndOffset); // only after an unclean election
        Epochs.TruncateFromEnd(logEndOffset);
        RebuildProducers();
        return true;
    }

    /// <summary>Everything goes; the log is empty and begins at the offset.</summary>
    public void TruncateFullyAndStartAt(long offset)
    {
        tail.Clear();
        Drop(segments, now: true);
        disk.SyncDirectory(Directory);
        segments = [LogSegment.Create(disk, Directory, offset, time.GetUtcNow())];
        Volatile.Write(ref logStartOffset, offset);
        Volatile.Write(ref logEndOffset, offset);
        CutRecoveryPoint(offset);
        HighWatermark = offset;
        Epochs.Clear();
        Producers.Clear();
        DeleteSnapshots(_ => true);
    }

    /// <summary>DeleteRecords, or a follower that learns its leader's start. Segments below it go with the next retention run.</summary>
    public bool RaiseLogStartOffset(long offset)
    {
        if (offset <= logStartOffset || offset > logEndOffset)
        {
            return false;
        }

        Volatile.Write(ref logStartOffset, offset);
        HighWatermark = Math.Max(HighWatermark, offset);
        Epochs.TruncateFromStart(offset);
        return true;
    }

    /// <summary>
    /// Retention by start offset always, by time and size when cleanup.policy says delete. Returns the number of segments dropped.
    /// </summary>
    public int DropOldSegments()
    {
        var now = Now;
        // a segment goes only while the others still have that much, as in Kafka: retention.bytes is what is kept at least
        var excess = Config.RetentionBytes >= 0 ? Size - Config.RetentionBytes : 0;
        var all = segments;
        var count = 0;
        while (count < all.Length)
        {
            var segment = all[count];
            var last = count == all.Length - 1;
            var end = last ? logEndOffset : all[count + 1].BaseOffset;
            // records without timestamps (-1) are as old as their file
            var newest = segment.Newest.Timestamp >= 0 ? segment.Newest.Timestamp : segment.Created.ToUnixTimeMilliseconds();
            var tooOld = Config.Delete && Config.RetentionMs >= 0 && now - newest > Config.RetentionMs;
            var tooMuch = Config.Delete && Config.RetentionBytes >= 0 && !last && excess - segment.Size >= 0;
            var belowStart = !last && end <= logStartOffset;
            // never past the high watermark: followers in the ISR may still have to fetch it
            if (end > HighWatermark || (last && segment.Size == 0) || !(tooOld || tooMuch || belowStart))
            {
                break;
            }

            excess -= segment.Size;
            count++;
        }

        if (count == 0)
        {
            return 0;
        }

        // a new active segment before the last one goes: the end offset of an empty log is the name of its segment
        if (count == all.Length)
        {
            Roll();
        }

        var dropped = segments[..count];
        // before they are renamed: a read planned from now on does not open them
        segments = segments[count..];
        Drop(dropped, now: false);
        RaiseLogStartOffset(segments[0].BaseOffset);
        DeleteSnapshots(offset => offset < segments[0].BaseOffset);
        return count;
    }

    /// <summary>
    /// Rolls an active segment whose first record is older than segment.ms (or max.compaction.lag.ms), so that a quiet log can be cleaned
    /// too.
    /// </summary>
    public void RollIfOld()
    {
        if (Active.Size > 0 && Active.FirstTimestamp >= 0 && Now - Active.FirstTimestamp > Config.RollMs)
        {
            Roll();
        }
    }

    /// <summary>Compaction made one segment of several: readers that are under way finish on the old ones.</summary>
    public void Replace(IReadOnlyList<LogSegment> old, LogSegment compacted)
    {
        tail.Clear();
        var at = Array.IndexOf(segments, old[0]);
        segments = [.. segments[..at], compacted, .. segments[(at + old.Count)..]];
        Dropped?.Invoke(this, old);
    }

    /// <summary>The directory got another name: it is deleted, and files are removed from there.</summary>
    public void Moved(string directory) => Directory = directory;

    void RollIfDue(in BatchHeader incoming)
    {
        // by the time of the records where they have one (KIP-33), so that it is the same on every replica
        var waited = Active.FirstTimestamp >= 0 && incoming.MaxTimestamp >= 0
            ? incoming.MaxTimestamp - Active.FirstTimestamp
            : Now - Active.Created.ToUnixTimeMilliseconds();
        if (Active.Size > 0 && (MustRoll(incoming, 0) || waited > Config.RollMs))
        {
            Roll();
        }
    }

    /// <summary>Whether a batch does not fit behind what is there and <paramref name="more"/> bytes.</summary>
    bool MustRoll(in BatchHeader incoming, int more) =>
        // positions and relative offsets are 32 bits in the indexes, whose entries take 8 and 12 bytes; of the time index one place is
        // left for the entry that sealing appends
        Active.Size + (long)more + incoming.SizeInBytes > Config.SegmentBytes
        || incoming.LastOffset - Active.BaseOffset > int.MaxValue
        || Active.Index.Count >= Config.SegmentIndexBytes / 8 || Active.Times.Count >= Config.SegmentIndexBytes / 12 - 1;

    void Roll()
    {
        var old = Active;
        old.Seal();
        // with a snapshot at each roll, a start reads the headers of the last segment alone to know the producers
        SaveProducers(logEndOffset);
        segments = [.. segments, LogSegment.Create(disk, Directory, logEndOffset, time.GetUtcNow())];
        Rolled?.Invoke(this, logEndOffset);
    }

    void Drop(IReadOnlyList<LogSegment> dropped, bool now)
    {
        foreach (var segment in dropped)
        {
            if (now)
            {
                segment.Delete();
            }
            else
            {
                segment.MarkDeleted();
            }
        }

        if (!now)
        {
            Dropped?.Invoke(this, dropped);
        }
    }

    void SaveProducers(long offset)
    {
        if (Producers.Count > 0)
        {
            disk.WriteWhole(Path.Combine(Directory, LogSegment.FileName(offset, SnapshotSuffix)), Producers.Encode(), durable: false);
        }
    }

    void RebuildProducers()
    {
        DeleteSnapshots(offset => offset > logEndOffset);
        LogLoader.LoadProducers(Producers, Directory, segments, logEndOffset);
    }

    void DeleteSnapshots(Func<long, bool> which)
    {
        foreach (var (path, offset) in LogLoader.Snapshots(Directory).Where(snapshot => which(snapshot.Offset)).ToList())
        {
            disk.Delete(path);
        }
    }
}
