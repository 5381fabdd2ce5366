using System.Globalization;
using Kafka.Broker.ZooKeeper;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Loops;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Configs;

/// <summary>What happens on a change of overrides; called one at a time.</summary>
interface IConfigListener
{
    Task TopicChangedAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Settings of this broker or of all brokers changed.</summary>
    Task BrokerChangedAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Follows /config/changes: each notice names an entity whose overrides are then read again. Notices older than 15 minutes are removed, as
/// Kafka does. One loop owns how far it has read.
/// </summary>
sealed partial class ConfigWatcher(
    Func<IZooKeeper> zooKeeper, int brokerId, IConfigListener listener, TimeProvider time, PauseGate gate, ILoggerFactory loggers)
    : IAsyncDisposable
{
    static readonly TimeSpan expiry = TimeSpan.FromMinutes(15);
    readonly ILogger<ConfigWatcher> logger = loggers.CreateLogger<ConfigWatcher>();

    // one waiting signal is enough: a round reads all notices
    readonly Mailbox<bool> wakeUps = new(capacity: 1, gate);
    readonly CancellationTokenSource stopping = new();
    long lastSeen = -1;
    Task loop = Task.CompletedTask;

    /// <summary>What is announced already counts as seen: logs and settings were read at start. Changes from now on are followed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var notices = await zooKeeper().ChildrenAsync(ZkPaths.ConfigChanges, Wake, cancellationToken).ConfigureAwait(false);
        lastSeen = notices.Select(Sequence).DefaultIfEmpty(-1).Max();
        loop = Task.Run(() => wakeUps.RunAsync(_ => TryFollowAsync(), stopping.Token), CancellationToken.None);
    }

    /// <summary>In a new session, whose watches are still to be set.</summary>
    public void Wake() => wakeUps.TryPost(true);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static long Sequence(string name) =>
        long.TryParse(name.AsSpan(name.LastIndexOf('_') + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;

    async Task TryFollowAsync()
    {
        try
        {
            await FollowAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    async Task FollowAsync()
    {
        var session = zooKeeper();
        var notices = (await session.ChildrenAsync(ZkPaths.ConfigChanges, Wake, stopping.Token).ConfigureAwait(false))
            .Select(name => (Name: name, Number: Sequence(name))).OrderBy(notice => notice.Number).ToList();
        foreach (var (name, number) in notices)
        {
            var path = $"{ZkPaths.ConfigChanges}/{name}";
            if (number > lastSeen)
            {
                if (await session.GetAsync(path, null, stopping.Token).ConfigureAwait(false) is { } node
                    && AdminZNodes.DecodeConfigChange(node.Data) is { } entity)
                {
                    await TryApplyAsync(entity).ConfigureAwait(false);
                }

                // only now: a round that the end of the session cuts short begins with this notice again
                lastSeen = number;
            }
            else
            {
                await PurgeAsync(session, path).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Overrides that cannot be applied are passed over: those of others that follow must still be. A lost session is for the whole round.
    /// </summary>
    async Task TryApplyAsync(string entity)
    {
        try
        {
            await ApplyAsync(entity).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ZooKeeperException && !stopping.IsCancellationRequested)
        {
            LogNotApplied(e, entity);
        }
    }

    async Task ApplyAsync(string entity)
    {
        var slash = entity.IndexOf('/');
        var name = entity[(slash + 1)..];
        switch (slash < 0 ? "" : entity[..slash])
        {
            case "topics":
                LogChanged(entity);
                await listener.TopicChangedAsync(name, stopping.Token).ConfigureAwait(false);
                break;
            case "brokers" when name == ZkPaths.DefaultEntity || name == brokerId.ToString(CultureInfo.InvariantCulture):
                LogChanged(entity);
                await listener.BrokerChangedAsync(stopping.Token).ConfigureAwait(false);
                break;
        }
    }

    async Task PurgeAsync(IZooKeeper session, string path)
    {
        try
        {
            if (await session.ExistsAsync(path, null, stopping.Token).ConfigureAwait(false) is { } stat
                && time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(stat.Ctime) > expiry)
            {
                await session.DeleteAsync(path, -1, stopping.Token).ConfigureAwait(false);
            }
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            // another broker was faster
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Overrides of {Entity} changed")]
    partial void LogChanged(string entity);

    [LoggerMessage(Level = LogLevel.Error, Message = "Overrides of {Entity} could not be applied")]
    partial void LogNotApplied(Exception exception, string entity);

    [LoggerMessage(Level = LogLevel.Error, Message = "Changes of overrides could not be followed")]
    partial void LogFailed(Exception exception);
}
