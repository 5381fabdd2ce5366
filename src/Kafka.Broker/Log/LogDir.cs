using System.Globalization;
using System.Text;
using Kafka.Protocol;
using Wire;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// One of log.dirs with its checkpoints, locked for this process. When a write fails it goes offline for good (until a restart); the broker
/// goes on with the others.
/// </summary>
sealed class LogDir : IDisposable
{
    const string CleanShutdownFile = ".kafka_cleanshutdown";
    const string DeletedSuffix = "-delete";

    readonly IDisk disk;
    readonly LockFile? owner;
    readonly Dictionary<TopicPartition, long> recoveryPoints = [];
    readonly Dictionary<TopicPartition, long> startOffsets = [];
    readonly Dictionary<TopicPartition, long> highWatermarks = [];
    volatile string? failure;

    LogDir(string path, IDisk disk)
    {
        Path = path;
        this.disk = disk;
        try
        {
            Directory.CreateDirectory(path);
            owner = LockFile.TryTake(PathOf(".lock")) ?? throw new LogDirInUseException(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public string Path { get; }

    public IDisk Disk => disk;

    /// <summary>Whether the broker that last used it stopped in order.</summary>
    public bool WasClean { get; private set; }

    /// <summary>Why it is offline; null while it works.</summary>
    public string? Failure => failure;

    public bool IsOffline => failure is not null;

    /// <summary>
    /// Locks the directory and reads its checkpoints. <see cref="LogDirInUseException"/> when another process has it,
    /// <see cref="IOException"/> when it cannot be used.
    /// </summary>
    public static LogDir Open(string path, IDisk disk)
    {
        var directory = new LogDir(System.IO.Path.GetFullPath(path), disk);
        try
        {
            directory.WasClean = File.Exists(directory.PathOf(CleanShutdownFile));
            disk.Delete(directory.PathOf(CleanShutdownFile));
            if (directory.WasClean)
            {
                // for good, before anything is written: a marker that came back after a power cut would vouch for torn logs
                disk.SyncDirectory(directory.Path);
            }

            Read(directory.recoveryPoints, directory.PathOf("recovery-point-offset-checkpoint"));
            Read(directory.startOffsets, directory.PathOf("log-start-offset-checkpoint"));
            Read(directory.highWatermarks, directory.PathOf("replication-offset-checkpoint"));
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the first reason: it is the cause, and later ones follow from it.</summary>
    public void Fail(string reason) => failure ??= reason;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public LogHints HintsFor(TopicPartition partition) => new(
        WasClean,
        recoveryPoints.GetValueOrDefault(partition),
        startOffsets.GetValueOrDefault(partition),
        highWatermarks.GetValueOrDefault(partition));

    /// <summary>The partitions that have a directory here. Leftovers of deleted ones are removed.</summary>
    public IReadOnlyList<TopicPartition> Partitions()
    {
        var found = new List<TopicPartition>();
        foreach (var path in Directory.EnumerateDirectories(Path))
        {
            var name = System.IO.Path.GetFileName(path);
            if (name.EndsWith(DeletedSuffix, StringComparison.Ordinal))
            {
                Directory.Delete(path, recursive: true); // the broker ended before file.delete.delay.ms had passed
            }
            // the last one: names of topics may have dashes of their own
            else if (name.LastIndexOf('-') is > 0 and var dash
                && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var partition))
            {
                found.Add(new TopicPartition(name[..dash], partition));
            }
        }

        return found;
    }

    public string DirectoryOf(TopicPartition partition) => PathOf(partition.ToString());

    /// <summary>
    /// The name under which a partition's directory waits for its removal (Kafka cuts the topic so that 255 characters suffice).
    /// </summary>
    public string DeletedDirectoryOf(TopicPartition partition)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"-{partition.Partition}.{Guid.NewGuid():N}{DeletedSuffix}");
        return PathOf(partition.Topic[..Math.Min(partition.Topic.Length, 255 - suffix.Length)] + suffix);
    }

    /// <summary>The topic id a partition's directory belongs to; empty when it does not say.</summary>
    public Guid ReadTopicId(TopicPartition partition)
    {
        var path = System.IO.Path.Combine(DirectoryOf(partition), "partition.metadata");
        const string field = "topic_id: ";
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) : null;
        try
        {
            return line is null ? Guid.Empty : KafkaUuid.Parse(line[field.Length..]);
        }
        catch (FormatException)
        {
            return Guid.Empty; // torn: the next LeaderAndIsr writes it again
        }
    }

    public void WriteTopicId(TopicPartition partition, Guid id) => disk.WriteWhole(
        System.IO.Path.Combine(DirectoryOf(partition), "partition.metadata"),
        Encoding.UTF8.GetBytes($"version: 0\ntopic_id: {KafkaUuid.ToText(id)}"),
        durable: false);

    /// <summary>meta.properties: which cluster and broker the directory belongs to; null when it is new.</summary>
    public (string? ClusterId, int BrokerId)? ReadMeta()
    {
        var path = PathOf("meta.properties");
        if (!File.Exists(path))
        {
            return null;
        }

        var values = Properties.Parse(Properties.ReadLines(path))
            .GroupBy(property => property.Key).ToDictionary(group => group.Key, group => group.Last().Trimmed);
        return (values.GetValueOrDefault("cluster.id"), int.TryParse(values.GetValueOrDefault("broker.id"), out var id) ? id : -1);
    }

    public void WriteMeta(string clusterId, int brokerId, DateTimeOffset now) => disk.WriteWhole(
        PathOf("meta.properties"),
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"#\n#{now:ddd MMM dd HH:mm:ss 'UTC' yyyy}\nbroker.id={brokerId}\nversion=0\ncluster.id={clusterId}\n")));

    /// <summary>Writes how far the logs in this directory are.</summary>
    public void Checkpoint(IReadOnlyCollection<PartitionLog> logs)
    {
        Log.Checkpoint.WriteOffsets(disk, PathOf("recovery-point-offset-checkpoint"), Offsets(logs, log => log.RecoveryPoint));
        // the start of any other log is in the name of its first segment
        var trimmed = logs.Where(log => log.LogStartOffset > log.Segments[0].BaseOffset);
        Log.Checkpoint.WriteOffsets(disk, PathOf("log-start-offset-checkpoint"), Offsets(trimmed, log => log.LogStartOffset));
        CheckpointHighWatermarks(logs);
    }

    public void CheckpointHighWatermarks(IEnumerable<PartitionLog> logs) =>
        Log.Checkpoint.WriteOffsets(disk, PathOf("replication-offset-checkpoint"), Offsets(logs, log => log.HighWatermark));

    /// <summary>The last thing an orderly stop writes. The broker epoch in it is for KRaft alone (KIP-966).</summary>
    public void MarkClean() => disk.WriteWhole(PathOf(CleanShutdownFile), "{\"version\":0,\"brokerEpoch\":-1}"u8);

    public void Dispose() => owner?.Dispose();

    static IEnumerable<KeyValuePair<TopicPartition, long>> Offsets(IEnumerable<PartitionLog> logs, Func<PartitionLog, long> offset) =>
        logs.Select(log => KeyValuePair.Create(log.TopicPartition, offset(log)));

    static void Read(Dictionary<TopicPartition, long> into, string path)
    {
        foreach (var (partition, offset) in Log.Checkpoint.ReadOffsets(path))
        {
            into[partition] = offset;
        }
    }
}
