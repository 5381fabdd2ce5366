using Microsoft.Extensions.Logging;
using Wire.Files;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// What a server does with its files when it starts: the newest good snapshot, then the log over it. A torn tail (an entry that a crash cut
/// short, never acknowledged) is cut off and logged; a bad entry with good ones after it is damage, and the server does not start.
/// </summary>
sealed class Recovery(IDisk disk, StoreFiles files, ILogger logger)
{
    long lastLogged;

    /// <exception cref="InvalidDataException">Damage that starting would hide.</exception>
    public RestoredState Run()
    {
        var state = LoadSnapshot() ?? Fresh();
        var snapshot = state.Tree.LastProcessedZxid;
        foreach (var (_, path) in files.LogsAfter(state.Tree.LastProcessedZxid))
        {
            Replay(path, state);
        }

        var rest = new Supersession(disk, files);
        if (rest.IsLogBehind(snapshot, lastLogged))
        {
            rest.RemoveAllBut(snapshot);
        }

        StoreLog.Restored(logger, state.Tree.LastProcessedZxid, state.Tree.NodeCount, state.Sessions.Count);
        return state;
    }

    RestoredState? LoadSnapshot()
    {
        var snapshots = files.ListSnapshots();
        for (var i = snapshots.Count - 1; i >= 0; i--)
        {
            try
            {
                return SnapshotFile.Read(snapshots[i].Path, snapshots[i].Zxid);
            }
            catch (InvalidDataException e)
            {
                StoreLog.SnapshotSkipped(logger, snapshots[i].Path, e.Message);
            }
        }

        // to start with an empty tree would hide that everything is lost
        return snapshots.Count == 0
            ? null
            : throw new InvalidDataException($"{files.Snapshots}: none of the {snapshots.Count} snapshots can be read.");
    }

    RestoredState Fresh()
    {
        if (files.ListLogs() is [var first, ..])
        {
            throw new InvalidDataException(
                $"{first.Path}: there is a transaction log but no snapshot to replay it over. Something is broken.");
        }

        // also what Apache does: its servers refuse a log without a snapshot
        var state = new RestoredState(new DataTree(), []);
        SnapshotFile.Write(disk, files, SnapshotCodec.Write(state.Tree, state.Sessions));
        return state;
    }

    void Replay(string path, RestoredState state)
    {
        var end = new LogEnd();
        foreach (var (proposal, _) in LogFile.Read(path, end))
        {
            lastLogged = proposal.Zxid;
            if (proposal.Zxid > state.Tree.LastProcessedZxid)
            {
                TransactionStore.Replay(state, proposal);
            }
        }

        if (end.Problem is null)
        {
            return;
        }

        if (end.ResumesAt > 0 && HasEntryAt(path, end.ResumesAt))
        {
            throw new InvalidDataException(
                $"{path} is damaged at byte {end.Position} ({end.Problem}), with good entries after it: what was acknowledged would be "
                + "lost. Restore the file, or empty this server's data so that it copies the leader's.");
        }

        var length = new FileInfo(path).Length;
        if (end.Position == 0)
        {
            // without a header there is nothing in it, and the name must be free for the next transaction
            disk.Delete(path);
        }
        else
        {
            using var file = disk.Open(path, FileMode.Open);
            file.SetLength(end.Position);
            file.Sync();
        }

        disk.SyncDirectory(files.Logs);
        StoreLog.TailCut(logger, path, end.Position, length - end.Position, end.Problem);
    }

    static bool HasEntryAt(string path, long position)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return LogFile.HasEntryAt(stream, position);
    }
}
