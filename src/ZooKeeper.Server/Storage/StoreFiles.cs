using System.Globalization;
using Wire.Files;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// Names of the files: log.ZXID (its first transaction) and snapshot.ZXID (its last), zxid in hex, in the folder version-2 of their
/// directory. A compressed snapshot has the method as a further extension: snapshot.ZXID.gz.
/// </summary>
sealed class StoreFiles
{
    public const string Folder = "version-2";

    public StoreFiles(string dataDirectory, string logDirectory)
    {
        Snapshots = Path.Combine(dataDirectory, Folder);
        Logs = Path.Combine(logDirectory, Folder);
    }

    /// <summary>How new snapshots are written; see <see cref="SnapshotStreams"/>.</summary>
    public string SnapshotCompression { get; init; } = "";

    /// <summary>dataDir/version-2: snapshots and epochs.</summary>
    public string Snapshots { get; }

    /// <summary>dataLogDir/version-2.</summary>
    public string Logs { get; }

    public string LogPath(long zxid) => Path.Combine(Logs, $"log.{zxid:x}");

    public string SnapshotPath(long zxid)
    {
        var ending = SnapshotCompression.Length > 0 ? "." + SnapshotCompression : "";
        return Path.Combine(Snapshots, $"snapshot.{zxid:x}{ending}");
    }

    public void CreateDirectories(IDisk disk)
    {
        disk.CreateDirectory(Snapshots);
        disk.CreateDirectory(Logs);
    }

    /// <summary>Log files by their first zxid, oldest first.</summary>
    public List<(long Zxid, string Path)> ListLogs() => List(Logs, "log");

    /// <summary>Snapshots by zxid, oldest first.</summary>
    public List<(long Zxid, string Path)> ListSnapshots() => List(Snapshots, "snapshot");

    /// <summary>Logs that have transactions after a zxid: those that start after it, and the last that starts at or before it.</summary>
    public List<(long Zxid, string Path)> LogsAfter(long zxid)
    {
        var logs = ListLogs();
        // + 1: a log that begins right behind the zxid needs none before it
        var first = Math.Max(0, logs.FindLastIndex(l => l.Zxid <= zxid + 1));
        return logs[first..];
    }

    public static long SizeOf(string directory) =>
        new DirectoryInfo(directory) is { Exists: true } folder ? folder.EnumerateFiles().Sum(f => f.Length) : 0;

    static List<(long Zxid, string Path)> List(string directory, string prefix)
    {
        var found = new List<(long, string)>();
        if (!Directory.Exists(directory))
        {
            return found;
        }

        foreach (var path in Directory.EnumerateFiles(directory, prefix + ".*"))
        {
            var parts = Path.GetFileName(path).Split('.');
            if (parts.Length > 3 || (parts.Length == 3 && !(prefix == "snapshot" && SnapshotStreams.IsKnown(parts[2]))))
            {
                continue; // an unfinished file, or a copy
            }

            if (long.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var zxid))
            {
                found.Add((zxid, path));
            }
        }

        found.Sort();
        return found;
    }
}
