namespace Kafka.Broker.Log;

/// <summary>How far the log is on disk for certain.</summary>
sealed partial class PartitionLog
{
    // flushes may run beside the loop, cuts run on it
    readonly Lock recovery = new();
    int cuts;

    /// <summary>What is below it was fsynced.</summary>
    public long RecoveryPoint { get; private set; }

    public long LastFlush { get; set; }

    /// <summary>fsync of everything so far.</summary>
    public void Flush()
    {
        FlushTo(logEndOffset);
        LastFlush = Now;
    }

    /// <summary>
    /// fsync of every segment that may hold unsynced records below the offset, then the recovery point follows. May run beside the loop;
    /// whichever of two runs ends first, no record below the recovery point is only in the page cache.
    /// </summary>
    public void FlushTo(long offset)
    {
        // first: a cut after this is noticed below, one before it shows in the recovery point
        var cutsBefore = Volatile.Read(ref cuts);
        var from = RecoveryPoint;
        // a flush that a roll asked for may begin after a cut below its offset
        offset = Math.Min(offset, LogEndOffset);
        if (offset <= from)
        {
            return;
        }

        var all = segments;
        for (var i = 0; i < all.Length && all[i].BaseOffset < offset; i++)
        {
            if (i + 1 == all.Length || all[i + 1].BaseOffset > from)
            {
                all[i].Flush();
            }
        }

        lock (recovery)
        {
            // after a cut below it, other records have these offsets, and those are not flushed
            RecoveryPoint = cuts == cutsBefore ? Math.Max(RecoveryPoint, offset) : RecoveryPoint;
        }
    }

    void CutRecoveryPoint(long offset)
    {
        lock (recovery)
        {
            cuts++;
            RecoveryPoint = offset;
        }
    }
}
