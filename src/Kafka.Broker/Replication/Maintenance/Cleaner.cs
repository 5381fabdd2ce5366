using Kafka.Broker.Log;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication.Maintenance;

/// <summary>
/// Compacts the dirtiest compacted log. The rewriting runs beside the replica loop on closed segments; what changes the log runs on it.
/// Where the last run ended is in Kafka's cleaner-offset-checkpoint.
/// </summary>
sealed partial class Cleaner(ReplicaManager replicas, ILogger logger)
{
    const string CheckpointFile = "cleaner-offset-checkpoint";

    /// <summary>Logs that cannot be compacted as they are: tried for ever, they would keep all others from it.</summary>
    readonly HashSet<PartitionLog> uncleanable = [];

    /// <summary>
    /// One log at most: the one with the largest dirty share past min.cleanable.dirty.ratio, or with records that have waited for
    /// max.compaction.lag.ms (KIP-354).
    /// </summary>
    public async Task CleanDirtiestAsync()
    {
        var work = await replicas.Loop.InvokeAsync(Choose).ConfigureAwait(false);
        if (work is null)
        {
            return;
        }

        try
        {
            await CleanAsync(work).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // the log keeps what it has; the others are compacted all the same
            uncleanable.Add(work.Log);
            LogUncleanable(e, work.Log.TopicPartition);
        }
    }

    Work? Choose() => replicas.Logs.Partitions.Select(Examine)
        .Where(work => work is not null
            && !uncleanable.Contains(work.Log)
            && (work.IsOverdue || work.DirtyShare >= work.Log.Config.MinCleanableRatio))
        .MaxBy(work => work!.DirtyShare);

    /// <summary>On the loop: the closed segments below the high watermark that are old enough.</summary>
    Work? Examine(TopicPartition name)
    {
        if (replicas.Logs.Find(name) is not { } entry || !entry.Log.Config.Compact || entry.Directory.IsOffline)
        {
            return null;
        }

        var log = entry.Log;
        // where nothing is appended any more the active segment would never close, and its records never be compacted
        log.RollIfOld();
        var now = replicas.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var closed = new List<LogSegment>();
        for (var i = 0; i + 1 < log.Segments.Count; i++)
        {
            var segment = log.Segments[i];
            // above the high watermark a record may still be cut off, and the one it replaced would be gone already
            if (log.Segments[i + 1].BaseOffset > log.HighWatermark || now - segment.Newest.Timestamp < log.Config.MinCompactionLagMs)
            {
                break;
            }

            closed.Add(segment);
        }

        if (closed.Count == 0)
        {
            return null;
        }

        var firstDirty = Checkpoint.ReadOffsets(entry.Directory.PathOf(CheckpointFile)).GetValueOrDefault(name, log.LogStartOffset);
        var end = log.Segments[closed.Count].BaseOffset;
        // a segment in whose middle the last run ended is dirty: it is looked at once more
        var dirty = closed.Where((_, i) => log.Segments[i + 1].BaseOffset > firstDirty).ToList();
        var total = closed.Sum(segment => (long)segment.Size);
        var overdue = dirty.Exists(segment => segment.FirstTimestamp >= 0
            && now - segment.FirstTimestamp > log.Config.MaxCompactionLagMs);
        return firstDirty >= end || total == 0
            ? null
            : new Work(log, entry.Directory, closed, firstDirty, end, (double)dirty.Sum(segment => (long)segment.Size) / total, overdue);
    }

    async Task CleanAsync(Work work)
    {
        var log = work.Log;
        var now = replicas.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var producers = await replicas.Loop.InvokeAsync(() => log.Producers.LastOffsets()).ConfigureAwait(false);
        var compaction = new Compaction(
            work.Directory.Disk,
            log.Directory,
            log.Config,
            (producer, offset) => producers.TryGetValue(producer, out var last) && last == offset);
        try
        {
            var end = compaction.Map(work.Segments, work.FirstDirty, replicas.Config.LogCleanerMemory) ?? work.End;
            var segments = work.Segments.Where(segment => segment.BaseOffset < end).ToList();
            var before = segments.Sum(segment => (long)segment.Size);
            var after = 0L;
            foreach (var group in Group(segments, log.Config.SegmentBytes))
            {
                var compacted = compaction.Write(group, now - log.Config.DeleteRetentionMs, work.FirstDirty);
                after += compacted.Size;
                if (!await replicas.Loop.InvokeAsync(() => Install(work, group, compacted)).ConfigureAwait(false))
                {
                    return;
                }
            }

            // last: after a crash before it the same segments are compacted once more, which changes nothing
            await replicas.Loop.InvokeAsync(() => Remember(work, end)).ConfigureAwait(false);
            LogCleaned(log.TopicPartition, segments.Count, before, after);
        }
        catch (IOException e)
        {
            await replicas.Loop.InvokeAsync(() => replicas.FailDirectory(work.Directory, e.Message)).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // the log was deleted or truncated under the cleaner
        }
    }

    /// <summary>On the loop. False when the log changed meanwhile (truncation, retention, deletion): the result is thrown away.</summary>
    bool Install(Work work, IReadOnlyList<LogSegment> old, LogSegment compacted)
    {
        if (replicas.Logs.Find(work.Log.TopicPartition)?.Log != work.Log || !old.All(work.Log.Segments.Contains))
        {
            compacted.Delete();
            return false;
        }

        Compaction.Install(work.Log, old, compacted);
        return true;
    }

    static void Remember(Work work, long end)
    {
        var path = work.Directory.PathOf(CheckpointFile);
        var offsets = Checkpoint.ReadOffsets(path);
        offsets[work.Log.TopicPartition] = end;
        Checkpoint.WriteOffsets(work.Directory.Disk, path, offsets);
    }

    /// <summary>Neighbours whose sizes together stay within a segment's, and whose offsets fit one.</summary>
    static IEnumerable<IReadOnlyList<LogSegment>> Group(IReadOnlyList<LogSegment> segments, int segmentBytes)
    {
        var group = new List<LogSegment>();
        var size = 0L;
        foreach (var segment in segments)
        {
            // an index holds offsets in 32 bits: half of them, since the last segment reaches beyond its base offset
            if (group.Count > 0 && (size + segment.Size > segmentBytes || segment.BaseOffset - group[0].BaseOffset > int.MaxValue / 2))
            {
                yield return group;
                (group, size) = ([], 0);
            }

            group.Add(segment);
            size += segment.Size;
        }

        yield return group;
    }

    sealed record Work(
        PartitionLog Log,
        LogDir Directory,
        IReadOnlyList<LogSegment> Segments,
        long FirstDirty,
        long End,
        double DirtyShare,
        bool IsOverdue);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Partition}: cannot be compacted, and is not until this broker starts again")]
    partial void LogUncleanable(Exception exception, TopicPartition partition);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: compacted {Segments} segments from {Before} to {After} bytes")]
    partial void LogCleaned(TopicPartition partition, int segments, long before, long after);
}
