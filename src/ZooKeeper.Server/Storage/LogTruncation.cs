using Wire.Files;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// Cuts off what a leader does not have (TRUNC). Snapshots that hold some of it go first: a crash on the way leaves a log that still has
/// all of it and is cut again.
/// </summary>
sealed class LogTruncation(IDisk disk, StoreFiles files)
{
    /// <exception cref="InvalidDataException">No snapshot is old enough to start from.</exception>
    public void CutAfter(long zxid)
    {
        var snapshots = files.ListSnapshots();
        if (snapshots.Count > 0 && snapshots[0].Zxid > zxid)
        {
            throw new InvalidDataException($"The log cannot be cut after 0x{zxid:x}: the oldest snapshot is of 0x{snapshots[0].Zxid:x}.");
        }

        foreach (var (_, path) in snapshots.Where(s => s.Zxid > zxid))
        {
            disk.Delete(path);
        }

        disk.SyncDirectory(files.Snapshots);
        // from the end: what a crash on the way leaves is still a log without a gap
        foreach (var (first, path) in Enumerable.Reverse(files.ListLogs()))
        {
            if (first > zxid)
            {
                disk.Delete(path);
                continue;
            }

            Cut(path, zxid);
            break;
        }

        disk.SyncDirectory(files.Logs);
    }

    void Cut(string path, long zxid)
    {
        var end = (long)LogFile.HeaderLength;
        foreach (var (proposal, after) in LogFile.Read(path))
        {
            if (proposal.Zxid > zxid)
            {
                break;
            }

            end = after;
        }

        using var file = disk.Open(path, FileMode.Open);
        file.SetLength(end);
        file.Sync();
    }
}
