using Microsoft.Extensions.Logging;
using Wire;
using Wire.Files;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Statistics;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// Log, snapshots and epochs of one server in files. A write that fails ends the store (see <see cref="LogWriter"/>) and is reported
/// through the constructor's failed; a snapshot that cannot be written does the same, as with Apache.
/// </summary>
sealed class TransactionStore : ITransactionStore, IAsyncDisposable
{
    readonly IDisk disk;
    readonly StoreFiles files;
    readonly EpochFiles epochs;
    readonly ILogger logger;
    readonly Action<Exception> failed;
    readonly LogWriter writer;
    readonly int snapCount;
    long accepted;
    long current;
    int sinceSnapshot;
    int nextSnapshot;
    Task snapshotting = Task.CompletedTask;

    /// <param name="files">Where it is; the directories are made.</param>
    /// <param name="disk">What writes.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="gate">Closed while the node is paused.</param>
    /// <param name="time">For fsync times.</param>
    /// <param name="post">Posts to the server's loop.</param>
    /// <param name="failed">Called once, with the first write that failed, on any thread.</param>
    /// <param name="logger">For cut tails and skipped snapshots.</param>
    public TransactionStore(
        StoreFiles files,
        IDisk disk,
        StoreOptions options,
        PauseGate gate,
        TimeProvider time,
        Func<Action, ValueTask> post,
        Action<Exception> failed,
        ILogger logger)
    {
        this.disk = disk;
        this.files = files;
        this.logger = logger;
        this.failed = failed;
        snapCount = options.SnapCount;
        files.CreateDirectories(disk);
        epochs = new EpochFiles(disk, files.Snapshots);
        accepted = epochs.Read("acceptedEpoch");
        current = epochs.Read("currentEpoch");
        writer = new LogWriter(disk, files, options, gate, time, zxid => post(() => Durable?.Invoke(zxid)), failed);
        ScheduleSnapshot();
    }

    public long LastLoggedZxid { get; private set; }

    /// <summary>
    /// Called on the loop after each group fsync with the highest zxid that is on disk. Set once, before the first append, to the
    /// replicator's.
    /// </summary>
    public Action<long>? Durable { get; set; }

    public FsyncStatistics Fsyncs => writer.Statistics;

    public bool SnapshotDue => sinceSnapshot >= nextSnapshot && snapshotting.IsCompleted;

    public long FirstLoggedZxid => files.ListLogs() is [var first, ..] ? first.Zxid : long.MaxValue;

    public long AcceptedEpoch
    {
        get => accepted;
        set
        {
            // the file first: a promise that is not on disk must not be acted on
            epochs.Write("acceptedEpoch", value);
            accepted = value;
        }
    }

    public long CurrentEpoch
    {
        get => current;
        set
        {
            // the file first, as above
            epochs.Write("currentEpoch", value);
            current = value;
        }
    }

    public void Append(Proposal proposal)
    {
        LastLoggedZxid = proposal.Zxid;
        sinceSnapshot++;
        writer.Append(proposal);
    }

    public ValueTask RoomAsync(CancellationToken cancellationToken) => writer.RoomAsync(cancellationToken);

    public Task FlushAsync() => writer.FlushAsync();

    public IEnumerable<Proposal> ReadFrom(long zxid)
    {
        foreach (var (_, path) in files.LogsAfter(zxid - 1))
        {
            foreach (var (proposal, _) in LogFile.Read(path))
            {
                if (proposal.Zxid >= zxid)
                {
                    yield return proposal;
                }
            }
        }
    }

    public async Task TruncateAfterAsync(long zxid)
    {
        // a snapshot that is still being written may hold what is to be cut
        await snapshotting.ConfigureAwait(false);
        await writer.RunAsync(() => new LogTruncation(disk, files).CutAfter(zxid)).ConfigureAwait(false);
        LastLoggedZxid = Math.Min(LastLoggedZxid, zxid);
    }

    public Task<RestoredState> LoadAsync() => Task.Run(async () =>
    {
        await snapshotting.ConfigureAwait(false);
        RestoredState? state = null;
        // between two groups of the writer: what recovery takes for a torn tail must not be a write that is under way
        await writer.RunAsync(() => state = new Recovery(disk, files, logger).Run()).ConfigureAwait(false);
        LastLoggedZxid = state!.Tree.LastProcessedZxid;
        return state;
    });

    public Task SaveSnapshotAsync(SnapshotImage image)
    {
        // at the beginning: what is logged while it is written counts for the next one
        sinceSnapshot = 0;
        ScheduleSnapshot();
        var before = snapshotting;
        snapshotting = Task.Run(async () =>
        {
            try
            {
                await before.ConfigureAwait(false);
                // the next transaction goes to a new file, so that purging can remove the older ones
                // and all that the image holds is in the log by then
                await writer.RunAsync(() => { }).ConfigureAwait(false);
                SnapshotFile.Write(disk, files, image);
                StoreLog.SnapshotWritten(logger, image.Zxid, image.Length);
            }
            catch (Exception e)
            {
                failed(e);
            }
        });
        return snapshotting;
    }

    public async Task InstallSnapshotAsync(SnapshotImage image)
    {
        await snapshotting.ConfigureAwait(false);
        await writer.RunAsync(() => new Supersession(disk, files).Install(image)).ConfigureAwait(false);
        LastLoggedZxid = image.Zxid;
        sinceSnapshot = 0;
        StoreLog.SnapshotWritten(logger, image.Zxid, image.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.StopAsync().ConfigureAwait(false);
        await snapshotting.ConfigureAwait(false);
    }

    /// <summary>Closes the files; what was not written yet is lost.</summary>
    public Task KillAsync() => writer.KillAsync();

    /// <summary>Applies a transaction to a state that is being restored.</summary>
    public static void Replay(RestoredState state, Proposal proposal)
    {
        state.Tree.Apply(proposal.Header, proposal.Txn);
        ReplaySession(state.Sessions, proposal);
        state.Recent.Add(proposal);
    }

    /// <summary>What a transaction means for the table of open sessions.</summary>
    public static void ReplaySession(Dictionary<long, int> sessions, Proposal proposal)
    {
        if (proposal.Txn is CreateSessionTxn open)
        {
            sessions[proposal.Header.ClientId] = open.TimeOut;
        }
        else if (proposal.Header.Type == (int)OpCode.CloseSession)
        {
            sessions.Remove(proposal.Header.ClientId);
        }
    }

    /// <summary>Between half and all of snapCount, so that the servers of an ensemble do not all write at once.</summary>
    void ScheduleSnapshot() => nextSnapshot = (snapCount / 2) + Random.Shared.Next(Math.Max(1, snapCount / 2));
}

/// <param name="SnapCount">Transactions between two snapshots, about.</param>
/// <param name="Preallocation">Bytes by which log files grow.</param>
/// <param name="Backlog">Bytes of transactions that may wait for the disk before their senders are made to wait: some seconds of a slow
/// disk.</param>
sealed record StoreOptions(int SnapCount = 100_000, int Preallocation = 4 << 20, long Backlog = 64 << 20);
