using Microsoft.Extensions.Logging;
using Wire.Files;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// Removes snapshots beyond the newest ones, and logs that none of the kept snapshots needs (org.apache.zookeeper.server.PurgeTxnLog).
/// </summary>
static class Purge
{
    /// <param name="disk">What deletes.</param>
    /// <param name="files">Whose.</param>
    /// <param name="retain">Snapshots to keep, at least 3 with Apache's configuration.</param>
    /// <param name="logger">Each deleted file is logged.</param>
    public static void Run(IDisk disk, StoreFiles files, int retain, ILogger logger)
    {
        var snapshots = files.ListSnapshots();
        if (snapshots.Count <= retain)
        {
            return;
        }

        var kept = snapshots[^retain..];
        // for the oldest one kept: a start falls back to it when the newer ones are damaged
        var needed = files.LogsAfter(kept[0].Zxid).Select(l => l.Path).ToHashSet();
        var old = snapshots[..^retain].Select(s => s.Path).Concat(files.ListLogs().Select(l => l.Path).Where(p => !needed.Contains(p)));
        foreach (var path in old.ToArray())
        {
            disk.Delete(path);
            StoreLog.Purged(logger, path);
        }
    }
}
