using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace Dashboard.Monitoring.Znodes;

/// <summary>Znodes for people: read when a page opens them, watched while they are open.</summary>
sealed class ZnodeBrowser(ZooKeeperLink? link, TimeProvider time) : IZnodeBrowser
{
    /// <summary>After a failure: how long until the znode is read again.</summary>
    static readonly TimeSpan retryAfter = TimeSpan.FromSeconds(1);

    readonly ChildrenCache children = new(time);
    readonly RecentChildren recent = new(time);

    public string Chroot => link?.Chroot ?? "";

    public Task<ZnodeView> ReadAsync(string path, CancellationToken cancellationToken, bool withChildren = true) =>
        AskAsync(path, client =>
        {
            var known = withChildren ? children.Known(path) : ChildNames.None;
            return ReadAsync(client, path, known is null ? null : Task.FromResult(known), null, cancellationToken);
        });

    public Task<ZnodeStat?> StatAsync(string path, CancellationToken cancellationToken) => AskAsync(path, async client =>
        await client.ExistsAsync(path, null, cancellationToken).ConfigureAwait(false) is { } stat ? Of(stat) : null);

    /// <summary>ZooKeeper's refusals in the words of pages.</summary>
    async Task<T> AskAsync<T>(string path, Func<ZooKeeperClient, Task<T>> read)
    {
        if (ZnodePath.Problem(path) is { } problem)
        {
            throw new ZnodeException(ZooKeeperError.BadArguments, CodedText.Of("NoZnodePath", $"{path} is no znode's path: {problem}."));
        }

        try
        {
            return await read(Client()).ConfigureAwait(false);
        }
        catch (ZooKeeperException e)
        {
            throw new ZnodeException(e.Code, e.Told) { Reason = e.Reason };
        }
    }

    public async IAsyncEnumerable<Section<ZnodeView>> WatchAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken, bool withChildren = true)
    {
        var section = Section<ZnodeView>.Unread;
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Action<WatchEvent> changed = _ => changes.Writer.TryWrite(true);
        using var open = children.Open(path, () => changes.Writer.TryWrite(true));
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                section = await NextAsync(path, section, changed, withChildren, cancellationToken).ConfigureAwait(false);
                yield return section;
                if (section.Error is not null)
                {
                    await Task.Delay(retryAfter, time, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await changes.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _ = UnwatchAsync(() => link?.Client, path, changed); // not awaited: the page is gone
        }
    }

    /// <summary>Takes the watch off a znode that is no longer open.</summary>
    internal static async Task UnwatchAsync(Func<ZooKeeperClient?> client, string path, Action<WatchEvent> changed)
    {
        try
        {
            await (client()?.RemoveWatchAsync(path, changed) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (ZooKeeperException)
        {
            // a server before 3.5 keeps it until it fires; a session that is over has none
        }
    }

    async Task<Section<ZnodeView>> NextAsync(
        string path, Section<ZnodeView> last, Action<WatchEvent> changed, bool withChildren, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        try
        {
            var client = Client();
            // sent before the data: a wide parent takes longest
            var names = withChildren ? children.ReadAsync(client, path, cancellationToken) : Task.FromResult(ChildNames.None);
            var view = await ReadAsync(client, path, names, changed, cancellationToken).ConfigureAwait(false);
            recent.Forget(path); // while it is open its names are in the other cache
            return last.Read(view, now);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode && last.Value is { } gone)
        {
            // watch for its return
            await Client().ExistsAsync(path, changed, cancellationToken).ConfigureAwait(false);
            return last.Read(gone with { Exists = false, Children = ChildNames.None }, now);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return last.Failed(Errors.From(failure, $"znode {path}", now));
        }
    }

    ZooKeeperClient Client() => link?.Client ?? throw new ZnodeException(ZooKeeperError.Unimplemented, NotGiven.ZooKeeper);

    /// <param name="names">Of its children; null: to be read with the rest.</param>
    async Task<ZnodeView> ReadAsync(
        ZooKeeperClient client, string path, Task<ChildNames>? names, Action<WatchEvent>? watch, CancellationToken cancellationToken)
    {
        var data = client.GetDataAsync(path, watch, cancellationToken);
        var acl = AclAsync(client, path, cancellationToken);
        names ??= NamesAsync(client, path, data, cancellationToken);
        await Task.WhenAll(data, names, acl).ConfigureAwait(false);
        var (bytes, stat) = await data.ConfigureAwait(false);
        return new ZnodeView(
            path,
            ZnodeSecrets.Shown(path, bytes),
            Of(stat),
            await acl.ConfigureAwait(false),
            await names.ConfigureAwait(false),
            Exists: true,
            ZnodeMeanings.Of(path, Chroot, bytes));
    }

    /// <summary>Asked for at once, unless the answer may be known: then the stat, which comes with the data, is waited for.</summary>
    async Task<ChildNames> NamesAsync(
        ZooKeeperClient client, string path, Task<(byte[] Data, Stat Stat)> data, CancellationToken cancellationToken)
    {
        if (recent.Has(path) && recent.Find(path, (await data.ConfigureAwait(false)).Stat.Pzxid) is { } known)
        {
            return known;
        }

        var names = ChildrenCache.Of(await client.GetChildNamesAsync(path, null, cancellationToken).ConfigureAwait(false));
        // a session answers in order: the names are not older than the stat
        recent.Keep(path, (await data.ConfigureAwait(false)).Stat.Pzxid, names);
        return names;
    }

    /// <summary>Who may not read the ACL may still read the data.</summary>
    static async Task<ImmutableArray<ZnodeAcl>> AclAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            var (acl, _) = await client.GetAclAsync(path, cancellationToken).ConfigureAwait(false);
            return [.. acl.Select(entry => new ZnodeAcl(entry.Id.Scheme, entry.Id.Value, Letters(entry.Perms)))];
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoAuth)
        {
            return [];
        }
    }

    static ZnodeStat Of(Stat stat) => new(
        stat.Czxid, stat.Mzxid, UnixTime.At(stat.Ctime), UnixTime.At(stat.Mtime), stat.Version, stat.Cversion, stat.Aversion,
        stat.EphemeralOwner, stat.DataLength, stat.NumChildren, stat.Pzxid);

    // the bits of ZooDefs.Perms, in their order: 1 read, 2 write, 4 create, 8 delete, 16 admin
    static string Letters(int perms) => string.Concat("rwcda".Where((_, bit) => (perms & (1 << bit)) != 0).Order());
}
