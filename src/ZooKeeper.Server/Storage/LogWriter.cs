using System.Threading.Channels;
using Wire;
using Wire.Files;
using ZooKeeper.Server.Statistics;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Storage;

/// <summary>
/// The stage that appends to the log: one reader takes everything that waits, writes it with one write and one fsync, and then says so.
/// A write or fsync that fails is final: it is reported once, nothing more is written, nothing more becomes durable, and flushes throw.
/// </summary>
sealed class LogWriter
{
    /// <summary>
    /// A group is not longer than this many bytes, so that its first transaction does not wait for all that comes after it.
    /// </summary>
    const int GroupLimit = 4 << 20;

    // What limits it is the backlog: the loop appends, and must neither wait nor lose a transaction. Past the limit the sockets are not
    // read (RoomAsync); what has been read already still comes, so that the queue may exceed it by what the server's loop holds.
    readonly Channel<Item> items = Channel.CreateUnbounded<Item>(new UnboundedChannelOptions { SingleReader = true });
    readonly WireWriter group = new(1 << 16);
    readonly IDisk disk;
    readonly StoreFiles files;
    readonly PauseGate gate;
    readonly TimeProvider time;
    readonly StoreOptions options;
    readonly Func<long, ValueTask> durable;
    readonly Action<Exception> failed;
    readonly PauseGate room = new();
    readonly Lock roomLock = new();
    readonly Task running;
    long backlog;
    IDiskFile? file;
    long position;
    long allocated;
    long lastZxid;
    long taken;
    bool fileIsNew;
    volatile bool killed;
    volatile Exception? failure;

    /// <param name="disk">Where it writes.</param>
    /// <param name="files">Names of the files.</param>
    /// <param name="options">Its Preallocation is what a file grows by at a time, so that most fsyncs do not change its length.</param>
    /// <param name="gate">Closed while the node is paused.</param>
    /// <param name="time">For the time an fsync takes.</param>
    /// <param name="durable">Called with the highest zxid after each fsync.</param>
    /// <param name="failed">Called once, with the first write that failed.</param>
    public LogWriter(
        IDisk disk,
        StoreFiles files,
        StoreOptions options,
        PauseGate gate,
        TimeProvider time,
        Func<long, ValueTask> durable,
        Action<Exception> failed)
    {
        this.disk = disk;
        this.files = files;
        this.options = options;
        this.gate = gate;
        this.time = time;
        this.durable = durable;
        this.failed = failed;
        running = Task.Run(RunAsync);
    }

    public FsyncStatistics Statistics { get; } = new();

    /// <summary>Any thread, in zxid order. Never waits: see <see cref="RoomAsync"/>.</summary>
    public void Append(Proposal proposal)
    {
        if (items.Writer.TryWrite(new Item(proposal, null, null))
            && Interlocked.Add(ref backlog, proposal.Serialized.Length) > options.Backlog)
        {
            MeasureRoom();
        }
    }

    /// <summary>
    /// Returns at once, or, while more than <see cref="StoreOptions.Backlog"/> waits for the disk, when enough of it is written; also when
    /// the writer has ended.
    /// </summary>
    public ValueTask RoomAsync(CancellationToken cancellationToken) => room.WaitAsync(cancellationToken);

    /// <summary>
    /// Runs something between two groups, with everything before it on disk and the file closed; the next transaction opens a new file.
    /// </summary>
    public Task RunAsync(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!items.Writer.TryWrite(new Item(null, action, done)))
        {
            done.SetException(Ended());
        }

        return done.Task;
    }

    /// <summary>Ends when everything appended so far is on disk.</summary>
    public Task FlushAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!items.Writer.TryWrite(new Item(null, null, done)))
        {
            done.SetException(Ended());
        }

        return done.Task;
    }

    /// <summary>Writes what waits and closes the file.</summary>
    public Task StopAsync()
    {
        items.Writer.TryComplete();
        return running;
    }

    /// <summary>Closes the file without writing what waits.</summary>
    public Task KillAsync()
    {
        killed = true;
        items.Writer.TryComplete();
        return running;
    }

    async Task RunAsync()
    {
        try
        {
            while (await items.Reader.WaitToReadAsync().ConfigureAwait(false))
            {
                // a paused node writes nothing, like a stopped process
                await gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                await WriteGroupAsync().ConfigureAwait(false);
            }

            CloseFile();
        }
        catch (Exception e)
        {
            failure = e;
            items.Writer.TryComplete();
            failed(e);
        }

        file?.Dispose();
        while (items.Reader.TryRead(out var item))
        {
            item.Done?.TrySetException(Ended());
        }

        // nothing will be written any more: what waits for room must not wait for ever
        Interlocked.Exchange(ref backlog, 0);
        MeasureRoom();

        group.Dispose();
    }

    async ValueTask WriteGroupAsync()
    {
        var appended = false;
        // what has come while the fsync before this one ran shares the next one
        while (group.Length < GroupLimit && items.Reader.TryRead(out var item))
        {
            if (killed)
            {
                item.Done?.TrySetException(Ended());
                continue;
            }

            if (item.Proposal is { } proposal)
            {
                if (file is null && group.Length == 0)
                {
                    OpenFile(proposal.Zxid);
                }

                LogFile.WriteEntry(group, proposal.Serialized.Span);
                taken += proposal.Serialized.Length;
                lastZxid = proposal.Zxid;
                appended = true;
                continue;
            }

            await FlushBeforeAsync(item, appended).ConfigureAwait(false);
            appended = false;
            RunItem(item);
        }

        await FlushGroupAsync(appended).ConfigureAwait(false);
    }

    async ValueTask FlushBeforeAsync(Item item, bool appended)
    {
        try
        {
            await FlushGroupAsync(appended).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            item.Done?.TrySetException(e);
            throw;
        }
    }

    void RunItem(Item item)
    {
        try
        {
            if (item.Action is { } action)
            {
                CloseFile();
                action();
            }

            item.Done?.TrySetResult();
        }
        catch (Exception e)
        {
            item.Done?.TrySetException(e);
            throw;
        }
    }

    async ValueTask FlushGroupAsync(bool appended)
    {
        // after a kill nothing is written, not even what is in the group already
        if (!appended || killed)
        {
            return;
        }

        var start = time.GetTimestamp();
        if (position + group.Length > allocated)
        {
            allocated = position + group.Length + options.Preallocation;
            file!.SetLength(allocated);
        }

        file!.Write(group.WrittenSpan, position);
        file.Sync();
        position += group.Length;
        group.Clear();
        Interlocked.Add(ref backlog, -taken);
        taken = 0;
        MeasureRoom();
        // before anything in it counts as durable: a file without a name after a power cut is lost with its transactions
        if (fileIsNew)
        {
            fileIsNew = false;
            disk.SyncDirectory(files.Logs);
        }

        Statistics.Add(time.GetElapsedTime(start));
        await durable(lastZxid).ConfigureAwait(false);
    }

    /// <summary>
    /// Closes the gate above the limit and opens it below. Under a lock: else one side could close it on a number that the other has just
    /// made small.
    /// </summary>
    void MeasureRoom()
    {
        lock (roomLock)
        {
            if (Interlocked.Read(ref backlog) > options.Backlog)
            {
                room.Pause();
            }
            else
            {
                room.Resume();
            }
        }
    }

    void OpenFile(long zxid)
    {
        // what is on disk is never overwritten: recovery and truncation remove a file that would have this name
        file = disk.Open(files.LogPath(zxid), FileMode.CreateNew);
        fileIsNew = true;
        position = 0;
        allocated = 0;
        LogFile.WriteHeader(group);
    }

    /// <summary>Gives back the room that was made in advance.</summary>
    void CloseFile()
    {
        if (file is null)
        {
            return;
        }

        if (!killed)
        {
            file.SetLength(position);
            file.Sync();
        }

        file.Dispose();
        file = null;
    }

    IOException Ended() => new(
        failure is null ? "The transaction log is closed." : $"The transaction log failed: {failure.Message}", failure);

    readonly record struct Item(Proposal? Proposal, Action? Action, TaskCompletionSource? Done);
}
