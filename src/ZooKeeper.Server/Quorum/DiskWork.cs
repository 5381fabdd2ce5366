using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// The slow work of the disk between terms: one piece after the other, each off the loop, its result taken on the loop. A piece that fails
/// ends the node: log and state may then not fit each other.
/// </summary>
sealed class DiskWork(IServerCore core)
{
    Task last = Task.CompletedTask;

    /// <summary>All that was appended is on disk and applied.</summary>
    public void Recover(Action done) => Add(async () =>
    {
        await core.Store.FlushAsync().ConfigureAwait(false);
        await core.Loop.RunAsync(() =>
        {
            // also what no leader has committed: the vote counts it, and as leader this server would bring it to the others
            core.ReplayLog();
            done();
        }).ConfigureAwait(false);
    });

    /// <summary>Log and state end at the zxid, or nothing was done because there is no snapshot from before it to start from.</summary>
    public void Truncate(long zxid, Action done) => Add(async () =>
    {
        try
        {
            await core.Store.TruncateAfterAsync(zxid).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            await core.Loop.RunAsync(done).ConfigureAwait(false);
            return;
        }

        await LoadAsync(done).ConfigureAwait(false);
    });

    /// <summary>The received state replaces log, snapshots and state.</summary>
    public void Install(long zxid, RestoredState state, Action done) => Add(async () =>
    {
        state.Tree.LastProcessedZxid = zxid;
        await core.Store.InstallSnapshotAsync(SnapshotCodec.Write(state.Tree, state.Sessions)).ConfigureAwait(false);
        await LoadAsync(done).ConfigureAwait(false);
    });

    /// <summary>Logged transactions between two zxids; null when they are too many for a DIFF. Does not wait for the other work.</summary>
    public void ReadHistory(long from, long to, Action<IReadOnlyList<Proposal>?> done) => _ = Task.Run(async () =>
    {
        IReadOnlyList<Proposal>? log = null;
        try
        {
            // a majority commits without this server's disk: what is committed may still wait to be written here
            await core.Store.FlushAsync().ConfigureAwait(false);
            log = Read(from, to);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or Wire.WireFormatException)
        {
            // purged while it was read: a snapshot does as well
        }

        await core.Loop.PostAsync(() => done(log)).ConfigureAwait(false);
    });

    List<Proposal>? Read(long from, long to)
    {
        var log = new List<Proposal>();
        var bytes = 0L;
        foreach (var proposal in core.Store.ReadFrom(from).TakeWhile(p => p.Zxid <= to))
        {
            log.Add(proposal);
            bytes += proposal.Serialized.Length;
            if (bytes > SyncPlan.MaxLogBytes)
            {
                return null;
            }
        }

        return log;
    }

    async Task LoadAsync(Action done)
    {
        var state = await core.Store.LoadAsync().ConfigureAwait(false);
        await core.Loop.RunAsync(() =>
        {
            core.Adopt(state);
            done();
        }).ConfigureAwait(false);
    }

    void Add(Func<Task> work) => last = RunAsync(last, work);

    async Task RunAsync(Task before, Func<Task> work)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // off the loop also when nothing came before
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the loop has ended
        }
        catch (Exception e)
        {
            await core.Loop
                .PostAsync(() => core.Fail($"log and state could not be brought together: {e.Message}", e))
                .ConfigureAwait(false);
        }
    }
}
