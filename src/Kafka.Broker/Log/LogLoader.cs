using System.Globalization;
using Kafka.Broker.Configuration;
using Kafka.Broker.Producers;
using Kafka.Protocol;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>What a log directory holds of one partition, read and repaired. <paramref name="CutBytes"/> were torn and are gone.</summary>
sealed record LogState(
    TopicPartition TopicPartition,
    string Directory,
    IReadOnlyList<LogSegment> Segments,
    LeaderEpochs Epochs,
    ProducerStates Producers,
    long LogStartOffset,
    long LogEndOffset,
    long RecoveryPoint,
    long HighWatermark,
    long CutBytes);

/// <summary>The checkpoints of a log directory that concern one log.</summary>
sealed record LogHints(bool CleanShutdown, long RecoveryPoint = 0, long LogStartOffset = 0, long HighWatermark = 0);

/// <summary>
/// Opens a partition's directory. After an orderly stop the files are taken at their word. Otherwise every batch from the recovery point on
/// is checked, and the log is cut at the first that is not whole, with everything behind it.
/// </summary>
static class LogLoader
{
    public static LogState Load(TopicPartition partition, string directory, LogConfig config, LogHints hints, IDisk disk, TimeProvider time)
    {
        Directory.CreateDirectory(directory);
        Tidy(directory, disk);
        var epochs = new LeaderEpochs(disk, Path.Combine(directory, "leader-epoch-checkpoint"));
        var epochsKnown = epochs.TryLoad();
        var segments = new List<LogSegment>();
        var cut = 0L;
        var bases = SegmentBases(directory);
        var broken = false;
        for (var i = 0; i < bases.Count; i++)
        {
            // a log has no holes: what lies behind a torn batch goes even where it is whole. The leader still has it
            if (broken)
            {
                cut += new FileInfo(Path.Combine(directory, LogSegment.FileName(bases[i], LogSegment.LogSuffix))).Length;
                DeleteSegmentFiles(directory, bases[i], disk);
                continue;
            }

            var end = i + 1 < bases.Count ? bases[i + 1] : long.MaxValue;
            // below the recovery point everything was fsynced
            if (hints.CleanShutdown || end <= hints.RecoveryPoint)
            {
                segments.Add(LogSegment.Open(disk, directory, bases[i]));
                if (!epochsKnown)
                {
                    NoteEpochs(epochs, segments[^1]);
                }

                continue;
            }

            var (segment, lost) = LogSegment.Recover(disk, directory, bases[i], config.IndexIntervalBytes, header =>
            {
                // the epochs' file is written without fsync: what a power cut took from it is still in the batches
                epochs.Note(header.LeaderEpoch, header.BaseOffset);
            });
            segments.Add(segment);
            cut += lost;
            broken = lost > 0;
        }

        // new, or every segment is lost: offsets that were given out once must not be given out again
        if (segments.Count == 0)
        {
            segments.Add(LogSegment.Create(disk, directory, hints.LogStartOffset, time.GetUtcNow()));
        }

        var logEnd = Math.Max(segments[^1].ReadEndOffset(), segments[^1].BaseOffset);
        // DeleteRecords may have put it within a segment; after a torn tail the checkpoint may lie past what is left
        var start = Math.Min(Math.Max(hints.LogStartOffset, segments[0].BaseOffset), logEnd);
        // an empty log keeps the epoch that begins at its end: retention took the records, and the epoch of the last one must stay known
        epochs.TruncateFromEnd(logEnd + (logEnd == start ? 1 : 0));
        epochs.TruncateFromStart(start);
        var producers = new ProducerStates();
        LoadProducers(producers, directory, segments, logEnd);
        DropSnapshots(directory, segments, disk);
        return new LogState(
            partition,
            directory,
            segments,
            epochs,
            producers,
            start,
            logEnd,
            Math.Min(hints.RecoveryPoint, logEnd),
            hints.HighWatermark,
            cut);
    }

    static void NoteEpochs(LeaderEpochs epochs, LogSegment segment)
    {
        using var scan = new SegmentScanner(segment.File, 0, segment.Size);
        while (scan.Next())
        {
            epochs.Note(scan.Header.LeaderEpoch, scan.Header.BaseOffset);
        }
    }

    /// <summary>The newest snapshot that is not past the end, then every batch behind it.</summary>
    public static void LoadProducers(ProducerStates producers, string directory, IReadOnlyList<LogSegment> segments, long logEnd)
    {
        producers.Clear();
        var from = segments[0].BaseOffset;

        // a snapshot past the end is of records that were cut
        var snapshots = Snapshots(directory).Where(snapshot => snapshot.Offset <= logEnd);
        foreach (var (path, offset) in snapshots.OrderByDescending(snapshot => snapshot.Offset))
        {
            if (producers.TryDecode(File.ReadAllBytes(path)))
            {
                from = offset;
                break;
            }
        }

        for (var i = 0; i < segments.Count; i++)
        {
            var end = i + 1 < segments.Count ? segments[i + 1].BaseOffset : logEnd;
            if (end <= from)
            {
                continue;
            }

            using var scan = new SegmentScanner(segments[i].File, segments[i].Find(from).Position, segments[i].Size);
            while (scan.Next())
            {
                if (scan.Header.BaseOffset >= from)
                {
                    producers.Note(scan.Header);
                }
            }
        }
    }

    /// <summary>Each orderly stop leaves a snapshot at the log's end: only the newest and those of segments are of use.</summary>
    static void DropSnapshots(string directory, List<LogSegment> segments, IDisk disk)
    {
        var useful = segments.Select(segment => segment.BaseOffset).ToHashSet();
        var older = Snapshots(directory).OrderByDescending(snapshot => snapshot.Offset).Skip(1);
        foreach (var (path, _) in older.Where(snapshot => !useful.Contains(snapshot.Offset)).ToList())
        {
            disk.Delete(path);
        }
    }

    public static IEnumerable<(string Path, long Offset)> Snapshots(string directory) =>
        Directory.EnumerateFiles(directory, "*.snapshot")
            .Select(path => (Path: path, Offset: OffsetOf(path)))
            .Where(snapshot => snapshot.Offset >= 0);

    /// <summary>The offset that a file is named after; -1 for one that is not.</summary>
    static long OffsetOf(string path) =>
        long.TryParse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture, out var offset) ? offset : -1;

    /// <summary>
    /// Ends what a crash left half done: a compaction whose result was complete is put in place, everything else is removed.
    /// </summary>
    static void Tidy(string directory, IDisk disk)
    {
        var unfinished = Directory.EnumerateFiles(directory).Where(file => Path.GetExtension(file) is ".deleted" or ".cleaned" or ".tmp");
        foreach (var path in unfinished.ToList())
        {
            disk.Delete(path);
        }

        foreach (var swap in Directory.EnumerateFiles(directory, "*" + LogSegment.LogSuffix + Compaction.SwapSuffix).ToList())
        {
            Compaction.FinishSwap(disk, directory, swap);
        }

        // an index alone: its .log has its final name already, and the start rebuilds indexes
        foreach (var rest in Directory.EnumerateFiles(directory, "*" + Compaction.SwapSuffix).ToList())
        {
            disk.Delete(rest);
        }
    }

    public static List<long> SegmentBases(string directory) =>
    [
        .. Directory.EnumerateFiles(directory, "*" + LogSegment.LogSuffix)
            .Select(OffsetOf).Where(offset => offset >= 0).Order(),
    ];

    public static void DeleteSegmentFiles(string directory, long baseOffset, IDisk disk)
    {
        foreach (var kind in (string[])[LogSegment.LogSuffix, LogSegment.IndexSuffix, LogSegment.TimeIndexSuffix])
        {
            disk.Delete(Path.Combine(directory, LogSegment.FileName(baseOffset, kind)));
        }
    }
}
