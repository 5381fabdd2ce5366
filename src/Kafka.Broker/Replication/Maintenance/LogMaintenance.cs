using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication.Maintenance;

/// <summary>
/// What is done from time to time: checkpoints, retention, expiry of producers, flush.ms, compaction. Changes of logs run on the replica
/// loop, files are written beside it. A checkpoint that cannot be written takes its directory offline.
/// </summary>
sealed partial class LogMaintenance(ReplicaManager replicas, ILogger logger)
{
    /// <summary>How often it is looked for, as Kafka's producer.id.expiration.check.interval.ms has it by default.</summary>
    static readonly TimeSpan producerExpiry = TimeSpan.FromMinutes(10);

    /// <summary>flush.ms is kept with this precision: topics may have any value, and one timer serves them all.</summary>
    static readonly TimeSpan flushCheck = TimeSpan.FromSeconds(1);

    /// <summary>Both kinds of checkpoint replace the same file of high watermarks.</summary>
    readonly SemaphoreSlim writing = new(1);

    public Task RunAsync(CancellationToken stopping)
    {
        var config = replicas.Config;
        return Task.WhenAll(
            EveryAsync(config.HighWatermarkCheckpointInterval, () => CheckpointAsync(full: false), stopping),
            EveryAsync(config.RecoveryPointCheckpointInterval, () => CheckpointAsync(full: true), stopping),
            EveryAsync(config.LogRetentionCheckInterval, ApplyRetentionAsync, stopping),
            EveryAsync(producerExpiry, ExpireProducersAsync, stopping),
            EveryAsync(flushCheck, FlushDueAsync, stopping),
            config.LogCleaner
                ? EveryAsync(config.LogCleanerBackoff, new Cleaner(replicas, logger).CleanDirtiestAsync, stopping)
                : Task.CompletedTask);
    }

    /// <summary>Retention of every log, now.</summary>
    public async Task ApplyRetentionAsync()
    {
        foreach (var name in replicas.Logs.Partitions)
        {
            // one log a turn: with thousands of them, the loop serves requests in between
            await replicas.Loop.InvokeAsync(() => OnLog(name, log =>
            {
                if (log.DropOldSegments() is > 0 and var count)
                {
                    LogDropped(name, count, log.LogStartOffset);
                }
            })).ConfigureAwait(false);
        }
    }

    async Task EveryAsync(TimeSpan interval, Func<Task> work, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await Task.Delay(interval, replicas.Time, stopping).ConfigureAwait(false);
                await replicas.Gate.WaitAsync(stopping).ConfigureAwait(false);
                await DoAsync(work).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the broker ends
        }
    }

    async Task DoAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // one failed round must not end the rounds
            LogFailed(e, work.Method.Name);
        }
    }

    async Task CheckpointAsync(bool full)
    {
        await writing.WaitAsync(replicas.Stopping).ConfigureAwait(false);
        try
        {
            foreach (var directory in replicas.Logs.Directories.Where(each => !each.IsOffline))
            {
                await CheckpointAsync(directory, full).ConfigureAwait(false);
            }
        }
        finally
        {
            writing.Release();
        }
    }

    async Task CheckpointAsync(LogDir directory, bool full)
    {
        var logs = replicas.Logs.LogsOf(directory);
        try
        {
            if (full)
            {
                // read while the loop moves them: an offset of a moment ago holds as well, and a start clamps what lies past the log's end
                directory.Checkpoint(logs);
            }
            else
            {
                directory.CheckpointHighWatermarks(logs);
            }
        }
        catch (IOException e)
        {
            await replicas.Loop.InvokeAsync(() => replicas.FailDirectory(directory, e.Message)).ConfigureAwait(false);
        }
    }

    Task ExpireProducersAsync()
    {
        var before = (replicas.Time.GetUtcNow() - replicas.Config.ProducerIdExpiration).ToUnixTimeMilliseconds();
        return EachLogAsync(log => log.Producers.ExpireBefore(before));
    }

    Task FlushDueAsync()
    {
        var now = replicas.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return EachLogAsync(log =>
        {
            // off by default; where a topic sets it, fsync runs on the loop, in order with its appends
            if (log.LogEndOffset > log.RecoveryPoint && now - log.LastFlush >= log.Config.FlushMs)
            {
                log.Flush();
            }
        });
    }

    Task EachLogAsync(Action<PartitionLog> work) => replicas.Loop.InvokeAsync(() =>
    {
        foreach (var name in replicas.Logs.Partitions)
        {
            OnLog(name, work);
        }
    });

    void OnLog(TopicPartition name, Action<PartitionLog> work)
    {
        if (replicas.Logs.Find(name) is not { } entry)
        {
            return;
        }

        try
        {
            work(entry.Log);
        }
        catch (IOException e)
        {
            replicas.FailDirectory(entry.Directory, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: {Count} old segments dropped, the log starts at {Start}")]
    partial void LogDropped(TopicPartition partition, int count, long start);

    [LoggerMessage(Level = LogLevel.Error, Message = "Maintenance failed: {Work}")]
    partial void LogFailed(Exception exception, string work);
}
