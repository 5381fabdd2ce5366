using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Wire;

namespace Kafka.Broker.Log;

/// <summary>From the configured directories to open logs: locking, whose they are, recovery.</summary>
sealed partial class LogManager
{
    /// <summary>
    /// Locks the directories. One that cannot be used is left out; <see cref="IOException"/> when none remains, and when another process
    /// has one of them.
    /// </summary>
    public void Open()
    {
        foreach (var path in config.LogDirs)
        {
            try
            {
                directories.Add(LogDir.Open(path, disk));
            }
            catch (IOException e) when (e is not LogDirInUseException)
            {
                if (config.LogDirs.Count == 1)
                {
                    throw new IOException($"Log directory {path} cannot be used: {e.Message}", e);
                }

                LogDirectoryUnusable(e, path);
            }
        }

        if (directories.Count == 0)
        {
            throw new IOException($"None of log.dirs can be used: {string.Join(", ", config.LogDirs)}");
        }
    }

    /// <summary>
    /// The id of server.properties, else that of the directories' last run, else -1. <see cref="ConfigException"/> when they do not agree.
    /// </summary>
    public int KnownBrokerId(int configured)
    {
        foreach (var directory in directories)
        {
            if (directory.ReadMeta() is { BrokerId: >= 0 } meta)
            {
                if (configured >= 0 && configured != meta.BrokerId)
                {
                    throw new ConfigException(
                        $"{directory.Path}/meta.properties: broker.id is {meta.BrokerId}, {config.FileName} says {configured}. "
                        + "Give each broker its own log.dirs.");
                }

                configured = meta.BrokerId;
            }
        }

        return configured;
    }

    /// <summary>Writes meta.properties where it is missing. <see cref="ConfigException"/> for directories of another cluster.</summary>
    public void Claim(string clusterId, int brokerId)
    {
        foreach (var directory in directories)
        {
            var meta = directory.ReadMeta();
            if (meta is { ClusterId: { } written } && written != clusterId)
            {
                throw new ConfigException(
                    $"{directory.Path}/meta.properties: cluster.id is {written}, but the cluster in ZooKeeper is {clusterId}. "
                    + "Wrong zookeeper.connect or wrong log.dirs.");
            }

            if (meta is null || meta.Value.BrokerId != brokerId)
            {
                directory.WriteMeta(clusterId, brokerId, time.GetUtcNow());
            }
        }
    }

    /// <summary>
    /// Opens and repairs every log; topics' overrides come with their first LeaderAndIsr. A directory that fails meanwhile is offline;
    /// <see cref="IOException"/> when none remains.
    /// </summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        // one task a directory: each is meant to be a disk, and two readers on one disk make it slower
        await Task.WhenAll(directories.Select(directory =>
            Task.Run(() => Load(directory, cancellationToken), cancellationToken))).ConfigureAwait(false);
        if (AllOffline)
        {
            var failures = directories.Select(directory => $"{directory.Path}: {directory.Failure}");
            throw new IOException($"Every log directory failed: {string.Join("; ", failures)}");
        }
    }

    void Load(LogDir directory, CancellationToken cancellationToken)
    {
        try
        {
            var logConfig = LogConfig.Create(config.Values, new Dictionary<string, string>());
            foreach (var partition in directory.Partitions())
            {
                cancellationToken.ThrowIfCancellationRequested();
                var path = directory.DirectoryOf(partition);
                var state = LogLoader.Load(partition, path, logConfig, directory.HintsFor(partition), disk, time);
                if (state.CutBytes > 0)
                {
                    LogTornTail(partition, state.CutBytes, state.LogEndOffset);
                }

                Add(state, directory, logConfig);
            }
        }
        catch (IOException e)
        {
            TakeOffline(directory, e.Message);
        }
    }
}
