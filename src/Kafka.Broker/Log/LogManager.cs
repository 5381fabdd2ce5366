using System.Collections.Concurrent;
using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// The log directories of a broker and the logs in them. After <see cref="LoadAsync"/> the replica loop owns the logs. A directory whose
/// disk fails goes offline with its logs; a broker without any directory left has failed.
/// </summary>
sealed partial class LogManager(
    BrokerConfig config, IDisk disk, TimeProvider time, ILogger<LogManager> logger) : IDisposable
{
    readonly ConcurrentDictionary<TopicPartition, (PartitionLog Log, LogDir Directory)> logs = [];
    readonly List<LogDir> directories = [];
    /// <summary>Renamed and waiting for their removal, still open since reads may be under way. By its key alone.</summary>
    readonly ConcurrentDictionary<LogSegment, bool> condemned = [];
    readonly CancellationTokenSource closing = new();

    /// <summary>A directory's disk refused an fsync. Raised beside the loop.</summary>
    public event Action<LogDir, string>? FlushFailed;

    public IReadOnlyList<LogDir> Directories => directories;

    public ICollection<TopicPartition> Partitions => logs.Keys;

    public (PartitionLog Log, LogDir Directory)? Find(TopicPartition partition) =>
        logs.TryGetValue(partition, out var found) ? found : null;

    /// <summary>Whether a log may lie in a directory that is offline.</summary>
    public bool AnyOffline => directories.Count < config.LogDirs.Count || directories.Any(directory => directory.IsOffline);

    /// <summary>Nothing can be stored any more.</summary>
    public bool AllOffline => directories.All(directory => directory.IsOffline);

    public IReadOnlyList<PartitionLog> LogsOf(LogDir directory) =>
        [.. logs.Values.Where(entry => ReferenceEquals(entry.Directory, directory)).Select(entry => entry.Log)];

    /// <summary>
    /// Does the file work of replicas this broker is to take, beside the loop and in all directories at once: new logs are made where the
    /// fewest are. One call at a time. Partitions for which no directory works are left out.
    /// </summary>
    public async Task<Dictionary<TopicPartition, PreparedLog>> PrepareAsync(
        IReadOnlyList<WantedLog> wanted, CancellationToken cancellationToken)
    {
        var counts = directories
            .Where(directory => !directory.IsOffline)
            .ToDictionary(directory => directory, directory => LogsOf(directory).Count);
        var work = new List<(WantedLog Wanted, LogDir Directory, bool Exists)>();
        foreach (var each in wanted)
        {
            if (Find(each.TopicPartition) is { } found)
            {
                work.Add((each, found.Directory, true));
            }
            else if (counts.Count > 0)
            {
                var directory = counts.MinBy(pair => pair.Value).Key;
                counts[directory]++; // one order may bring hundreds of partitions
                work.Add((each, directory, false));
            }
        }

        var prepared = new ConcurrentDictionary<TopicPartition, PreparedLog>();
        await Task.WhenAll(work.GroupBy(item => item.Directory).Select(group => Task.Run(
            () =>
            {
                foreach (var (each, directory, exists) in group.TakeWhile(_ => !cancellationToken.IsCancellationRequested))
                {
                    prepared[each.TopicPartition] = PreparedLog.Prepare(each, directory, exists, disk, time);
                }
            },
            CancellationToken.None))).ConfigureAwait(false);
        return new Dictionary<TopicPartition, PreparedLog>(prepared);
    }

    /// <summary>
    /// Makes a prepared log one of this broker's; null when its directory went offline meanwhile. <see cref="IOException"/> when preparing
    /// it failed.
    /// </summary>
    public (PartitionLog Log, LogDir Directory)? Adopt(TopicPartition partition, PreparedLog prepared, LogConfig logConfig)
    {
        if (prepared.Failure is { } failure)
        {
            throw failure;
        }

        closing.Token.ThrowIfCancellationRequested();
        return prepared.Directory.IsOffline ? null
            : prepared.TakeMade() is { } state ? Add(state, prepared.Directory, logConfig)
            : Find(partition);
    }

    /// <summary>The partition is not ours any more: its directory is renamed now and removed once no reader has it open.</summary>
    public void Delete(TopicPartition partition)
    {
        if (!logs.TryRemove(partition, out var entry))
        {
            return;
        }

        var doomed = entry.Directory.DeletedDirectoryOf(partition);
        // first: the topic may be created anew under its old name before the files are gone
        Directory.Move(entry.Log.Directory, doomed);
        entry.Log.Moved(doomed); // open files move along, the paths of indexes and snapshots do not
        _ = RemoveLaterAsync(entry.Log, doomed);
    }

    /// <summary>Takes the logs of a failed directory away. Their files stay as they are.</summary>
    public IReadOnlyList<TopicPartition> TakeOffline(LogDir directory, string reason)
    {
        // first, so that no new replica is put there meanwhile
        directory.Fail(reason);
        var gone = logs.Where(pair => ReferenceEquals(pair.Value.Directory, directory)).Select(pair => pair.Key).ToList();
        foreach (var partition in gone)
        {
            if (logs.TryRemove(partition, out var entry))
            {
                entry.Log.Dispose();
            }
        }

        LogDirectoryFailed(directory.Path, reason, gone.Count);
        return gone;
    }

    /// <summary>
    /// Orderly end: everything flushed, checkpoints, the marker that spares the next start its checks. A <see cref="Dispose"/> meanwhile
    /// ends it with an exception.
    /// </summary>
    public void Close()
    {
        foreach (var directory in directories.Where(directory => !directory.IsOffline))
        {
            try
            {
                var own = LogsOf(directory);
                foreach (var log in own)
                {
                    log.Close();
                }

                closing.Token.ThrowIfCancellationRequested(); // let go meanwhile: not clean
                directory.Checkpoint(own);
                directory.MarkClean();
            }
            catch (IOException e)
            {
                directory.Fail(e.Message);
                LogDirectoryUnusable(e, directory.Path);
            }
        }
    }

    /// <summary>Lets every file go, without writing anything: all that a kill does.</summary>
    public void Dispose()
    {
        closing.Cancel();
        foreach (var (log, _) in logs.Values)
        {
            log.Dispose();
        }

        foreach (var segment in condemned.Keys)
        {
            segment.Dispose();
        }

        logs.Clear();
        directories.ForEach(directory => directory.Dispose());
    }

    (PartitionLog Log, LogDir Directory) Add(LogState state, LogDir directory, LogConfig logConfig)
    {
        closing.Token.ThrowIfCancellationRequested();
        var log = new PartitionLog(state, logConfig, disk, time);
        log.Dropped += (owner, segments) => _ = RemoveLaterAsync(owner, segments);
        log.Rolled += (owner, offset) => FlushRolled(owner, directory, offset);
        logs[state.TopicPartition] = (log, directory);
        return (log, directory);
    }

    /// <summary>
    /// fsync of closed segments beside the loop. A failed one is not tried again: the system may have dropped the pages, and a second one
    /// would succeed without them.
    /// </summary>
    void FlushRolled(PartitionLog log, LogDir directory, long offset) => _ = Task.Run(() =>
    {
        try
        {
            log.FlushTo(offset);
        }
        catch (ObjectDisposedException)
        {
            // the log was taken away meanwhile
        }
        catch (IOException e)
        {
            FlushFailed?.Invoke(directory, e.Message);
        }
    });

    async Task RemoveLaterAsync(PartitionLog log, IReadOnlyList<LogSegment> segments)
    {
        foreach (var segment in segments)
        {
            condemned[segment] = true;
        }

        if (!await WaitAsync(log).ConfigureAwait(false))
        {
            return;
        }

        foreach (var segment in segments.Where(segment => condemned.TryRemove(segment, out _)))
        {
            try
            {
                segment.Delete();
            }
            catch (IOException e)
            {
                LogRemovalFailed(e, log.TopicPartition); // the next start removes it
            }
        }
    }

    async Task RemoveLaterAsync(PartitionLog log, string directory)
    {
        var due = await WaitAsync(log).ConfigureAwait(false);
        log.Dispose();
        if (!due)
        {
            return;
        }

        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (IOException e)
        {
            LogRemovalFailed(e, log.TopicPartition);
        }
    }

    /// <summary>False when everything closes first; the next start removes what waited.</summary>
    async Task<bool> WaitAsync(PartitionLog log)
    {
        try
        {
            // the key is a long, and Task.Delay takes some weeks at most
            var delay = TimeSpan.FromMilliseconds(Math.Min(log.Config.FileDeleteDelayMs, int.MaxValue));
            await Task.Delay(delay, time, closing.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Log directory {Path} cannot be used")]
    partial void LogDirectoryUnusable(Exception exception, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "Log directory {Path} failed: {Reason}; {Count} partitions in it are offline")]
    partial void LogDirectoryFailed(string path, string reason, int count);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Partition}: {Bytes} bytes at the end were torn and are cut off; the log ends at {EndOffset}")]
    partial void LogTornTail(TopicPartition partition, long bytes, long endOffset);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Partition}: files could not be removed")]
    partial void LogRemovalFailed(Exception exception, TopicPartition partition);
}
