using System.Globalization;
using System.Threading.Channels;
using Kafka.Broker.Registration;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Client;

namespace Kafka.Broker.Configs;

/// <summary>What happens on a change of overrides; called one at a time.</summary>
public interface IConfigListener
{
    Task TopicChangedAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Settings of this broker or of all brokers changed.</summary>
    Task BrokerChangedAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Follows /config/changes: each notice names an entity whose overrides are then read again. Notices older than 15 minutes are removed, as Kafka does.
/// One loop owns how far it has read.
/// </summary>
public sealed partial class ConfigWatcher(Func<IZooKeeper> zooKeeper, int brokerId, IConfigListener listener, TimeProvider time, PauseGate gate, ILoggerFactory loggers)
    : IAsyncDisposable
{
    static readonly TimeSpan expiry = TimeSpan.FromMinutes(15);
    readonly ILogger<ConfigWatcher> logger = loggers.CreateLogger<ConfigWatcher>();
    readonly Channel<bool> wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource stopping = new();
    long lastSeen = -1;
    Task loop = Task.CompletedTask;

    /// <summary>What is announced already counts as seen: logs and settings were read at start. Changes from now on are followed.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var notices = await zooKeeper().ChildrenAsync(ZkPaths.ConfigChanges, Wake, cancellationToken).ConfigureAwait(false);
        lastSeen = notices.Select(Sequence).DefaultIfEmpty(-1).Max();
        loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>In a new session, whose watches are still to be set.</summary>
    public void Wake() => wakeUps.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static long Sequence(string name) =>
        long.TryParse(name.AsSpan(name.LastIndexOf('_') + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : -1;

    async Task RunAsync()
    {
        while (await wakeUps.Reader.WaitToReadAsync(stopping.Token).ConfigureAwait(false))
        {
            wakeUps.Reader.TryRead(out _);
            await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
            try
            {
                await FollowAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
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
                if (await session.GetAsync(path, null, stopping.Token).ConfigureAwait(false) is { } node && AdminZNodes.DecodeConfigChange(node.Data) is { } entity)
                {
                    await ApplyAsync(entity).ConfigureAwait(false);
                }

                lastSeen = number;
            }
            else
            {
                await PurgeAsync(session, path).ConfigureAwait(false);
            }
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
        catch (ZooKeeperException e) when (e.Code == ZooKeeper.Protocol.ZooKeeperError.NoNode)
        {
            // another broker was faster
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Overrides of {Entity} changed")]
    partial void LogChanged(string entity);

    [LoggerMessage(Level = LogLevel.Error, Message = "Changes of overrides could not be followed")]
    partial void LogFailed(Exception exception);
}
