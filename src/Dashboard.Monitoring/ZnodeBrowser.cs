using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace Dashboard.Monitoring;

/// <summary>Znodes for people: read when somebody opens them, watched while they are open.</summary>
sealed class ZnodeBrowser(ZooKeeperLink? link, TimeProvider time) : IZnodeBrowser
{
    /// <summary>After a failure: how long until the znode is read again.</summary>
    static readonly TimeSpan retryAfter = TimeSpan.FromSeconds(1);

    public string Chroot => link?.Chroot ?? "";

    public async Task<ZnodeView> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(Client(), path, null, cancellation).ConfigureAwait(false);
        }
        catch (ZooKeeperException e)
        {
            throw new ZnodeException(ConstantOf(e.Code), e.Message);
        }
    }

    public async IAsyncEnumerable<Section<ZnodeView>> WatchAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var section = Section<ZnodeView>.Unread;
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        Action<WatchEvent> changed = _ => changes.Writer.TryWrite(true);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                section = await NextAsync(path, section, changed, cancellation).ConfigureAwait(false);
                yield return section;
                if (section.Error is not null)
                {
                    await Task.Delay(retryAfter, time, cancellation).ConfigureAwait(false);
                }
                else
                {
                    await changes.Reader.ReadAsync(cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _ = UnwatchAsync(path, changed); // nobody waits for it: the page is gone
        }
    }

    /// <summary>What nobody looks at any more is not watched.</summary>
    async Task UnwatchAsync(string path, Action<WatchEvent> changed)
    {
        try
        {
            await (link?.Client.RemoveWatchAsync(path, changed) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (ZooKeeperException)
        {
            // a server before 3.5 keeps it until it fires; a session that is over has none
        }
    }

    async Task<Section<ZnodeView>> NextAsync(string path, Section<ZnodeView> last, Action<WatchEvent> changed, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        try
        {
            return last.Read(await ReadAsync(Client(), path, changed, cancellation).ConfigureAwait(false), now);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode && last.Value is { } gone)
        {
            // watch for its return
            await Client().ExistsAsync(path, changed, cancellation).ConfigureAwait(false);
            return last.Read(gone with { Exists = false, Children = [] }, now);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            return last.Failed(Errors.From(failure, $"znode {path}", now));
        }
    }

    ZooKeeperClient Client() => link?.Client ?? throw new ZnodeException("UNIMPLEMENTED", NotGiven.ZooKeeper);

    async Task<ZnodeView> ReadAsync(ZooKeeperClient client, string path, Action<WatchEvent>? watch, CancellationToken cancellation)
    {
        var data = client.GetDataAsync(path, watch, cancellation);
        var children = client.GetChildrenAsync(path, watch, cancellation);
        var acl = AclAsync(client, path, cancellation);
        await Task.WhenAll(data, children, acl).ConfigureAwait(false);
        var (bytes, stat) = await data.ConfigureAwait(false);
        var names = (await children.ConfigureAwait(false)).Children;
        return new ZnodeView(
            path, [.. bytes], Of(stat), await acl.ConfigureAwait(false), [.. names.Order(StringComparer.Ordinal)], true, ZnodeMeanings.Of(path, Chroot, bytes));
    }

    /// <summary>Who may not read the ACL may still read the data.</summary>
    static async Task<ImmutableArray<ZnodeAcl>> AclAsync(ZooKeeperClient client, string path, CancellationToken cancellation)
    {
        try
        {
            var (acl, _) = await client.GetAclAsync(path, cancellation).ConfigureAwait(false);
            return [.. acl.Select(entry => new ZnodeAcl(entry.Id.Scheme, entry.Id.Value, Letters(entry.Perms)))];
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoAuth)
        {
            return [];
        }
    }

    static ZnodeStat Of(Stat stat) => new(
        stat.Czxid, stat.Mzxid, DateTimeOffset.FromUnixTimeMilliseconds(stat.Ctime), DateTimeOffset.FromUnixTimeMilliseconds(stat.Mtime), stat.Version, stat.Cversion, stat.Aversion,
        stat.EphemeralOwner, stat.DataLength, stat.NumChildren, stat.Pzxid);

    static string Letters(int perms) => string.Concat("rwcda".Where((_, bit) => (perms & (1 << bit)) != 0).Order());

    static string ConstantOf(ZooKeeperError code) => code.ToString().ToUpperInvariant();
}
