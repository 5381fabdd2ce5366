using Wire.Files;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// A snapshot that makes all other files useless. A log with a gap between its end and the snapshot looks complete to a later reader, so it
/// is deleted; older snapshots go with it, since without the log they would bring an old state back.
/// </summary>
sealed class Supersession(IDisk disk, StoreFiles files)
{
    /// <summary>
    /// Writes the snapshot first: what this server has acknowledged is in it or in the old files at every moment. Then the logs go and then
    /// the other snapshots, so that a crash in between leaves either the old history without its end, or the new one.
    /// </summary>
    public void Install(SnapshotImage image)
    {
        if (files.ListSnapshots() is [var oldest, ..] && oldest.Zxid <= image.Zxid)
        {
            // what the leader does not have must not be replayed over its snapshot
            new LogTruncation(disk, files).CutAfter(image.Zxid);
        }

        SnapshotFile.Write(disk, files, image);
        RemoveAllBut(image.Zxid);
    }

    /// <summary>
    /// Whether the log ends before a snapshot: it was installed, and a crash kept the rest from being removed (or the log lost its end,
    /// which is in the snapshot).
    /// </summary>
    /// <param name="snapshot">Zxid of the newest snapshot.</param>
    /// <param name="lastLogged">Zxid of the last transaction read from the last log file.</param>
    public bool IsLogBehind(long snapshot, long lastLogged) =>
        files.ListLogs() is [.., var newest] && newest.Zxid <= snapshot && lastLogged < snapshot;

    public void RemoveAllBut(long snapshot)
    {
        foreach (var (_, path) in files.ListLogs())
        {
            disk.Delete(path);
        }

        disk.SyncDirectory(files.Logs);
        // newest first: after a crash on the way, a start takes the newest that is left
        foreach (var (zxid, path) in Enumerable.Reverse(files.ListSnapshots()))
        {
            if (zxid != snapshot)
            {
                disk.Delete(path);
            }
        }

        disk.SyncDirectory(files.Snapshots);
    }
}
