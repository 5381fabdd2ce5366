using Dashboard.Monitoring.Model;
using ZooKeeper.Client;

namespace Dashboard.Monitoring.Znodes;

/// <summary>
/// The children's names of every parent that is open on a page, read once for all of them and again when their watch fires. A parent that
/// no page has open any longer is not watched and not kept.
/// </summary>
sealed class ChildrenCache(TimeProvider time)
{
    /// <summary>From so many children on, a change is not followed at once: each costs an answer of megabytes.</summary>
    const int Wide = 1000;

    static readonly TimeSpan wideEvery = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly Dictionary<string, Parent> parents = [];

    /// <summary>A parent that is open. Its listeners are called when the names have changed.</summary>
    sealed class Parent
    {
        public List<Action> Listeners { get; } = [];

        /// <summary>Null: to be read, for the first time or again.</summary>
        public Task<ChildNames>? Names { get; set; }

        public ChildNames? Last { get; set; }

        public long ReadAt { get; set; }

        public ZooKeeperClient? Client { get; set; }

        public Action<WatchEvent>? Watch { get; set; }
    }

    /// <summary>Opens a parent; disposed, it is closed for this listener.</summary>
    public IDisposable Open(string path, Action changed)
    {
        lock (gate)
        {
            if (!parents.TryGetValue(path, out var parent))
            {
                parents[path] = parent = new Parent();
            }

            parent.Listeners.Add(changed);
        }

        return new Closing(() => Close(path, changed));
    }

    /// <summary>The names as they are known while the watch has not fired; null when the parent is not open or was not read yet.</summary>
    public ChildNames? Known(string path)
    {
        lock (gate)
        {
            return parents.GetValueOrDefault(path)?.Names is { IsCompletedSuccessfully: true } read ? read.Result : null;
        }
    }

    /// <summary>The names of a parent that is open: the first who asks after a change reads them for all.</summary>
    public async Task<ChildNames> ReadAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        Task<ChildNames> reading;
        lock (gate)
        {
            var parent = parents[path];
            // another client: the watch was the old session's, and fires no more
            if (parent.Names is null or { IsFaulted: true } or { IsCanceled: true } || !ReferenceEquals(parent.Client, client))
            {
                parent.Watch ??= _ => Changed(path, parent);
                parent.Client = client;
                parent.Names = ReadAsync(client, path, parent);
            }

            reading = parent.Names;
        }

        // the reading itself goes on without this caller: others may wait for it
        return await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task<ChildNames> ReadAsync(ZooKeeperClient client, string path, Parent parent)
    {
        if (parent.Last is { Count: >= Wide } && wideEvery - time.GetElapsedTime(parent.ReadAt) is { Ticks: > 0 } pause)
        {
            await Task.Delay(pause, time).ConfigureAwait(false);
        }

        var names = Of(await client.GetChildNamesAsync(path, parent.Watch).ConfigureAwait(false));
        (parent.Last, parent.ReadAt) = (names, time.GetTimestamp());
        return names;
    }

    public static ChildNames Of((byte[] Utf8, int[] Ends) names) => new(names.Utf8, names.Ends);

    void Changed(string path, Parent parent)
    {
        Action[] listeners;
        lock (gate)
        {
            // before the listeners: the first that asks has to find that it is to be read
            parent.Names = null;
            // closed and opened again, the path has another parent, with a watch of its own
            listeners = parents.GetValueOrDefault(path) == parent ? [.. parent.Listeners] : [];
        }

        // outside the lock: they may ask at once
        foreach (var listener in listeners)
        {
            listener();
        }
    }

    void Close(string path, Action changed)
    {
        Parent? unseen = null;
        lock (gate)
        {
            if (parents.TryGetValue(path, out var parent) && parent.Listeners.Remove(changed) && parent.Listeners.Count == 0)
            {
                parents.Remove(path);
                unseen = parent;
            }
        }

        if (unseen is { Client: { } client, Watch: { } watch })
        {
            _ = ZnodeBrowser.UnwatchAsync(() => client, path, watch); // not awaited: the page is gone
        }
    }

    sealed class Closing(Action close) : IDisposable
    {
        Action? close = close;

        public void Dispose() => Interlocked.Exchange(ref close, null)?.Invoke();
    }
}
