using Kafka.Broker.Metadata;
using Kafka.Broker.ZooKeeper;
using Wire;
using ZooKeeper.Client;

namespace Kafka.Broker.Registration;

/// <summary>
/// Reads in ZooKeeper which topics there are whenever this broker registers. A controller sends its brokers all topics, but not in its
/// first request if it is Apache's, and clients that hear "unknown topic" of a topic that exists give up or create it. Until a controller
/// has sent it, a topic is awaited.
/// </summary>
sealed class AwaitedTopics(
    Func<IZooKeeper> zooKeeper, MetadataCache metadata, TimeProvider time, PauseGate gate, CancellationToken stopping)
{
    /// <summary>A controller sends what it knows within a second of a registration; clients try a request far longer than this.</summary>
    static readonly TimeSpan period = TimeSpan.FromSeconds(5);

    Task loop = Task.CompletedTask;

    /// <summary>Ends when the controller has had its time: a client then gets an answer even though topics are awaited.</summary>
    public Task Grace { get; private set; } = Task.CompletedTask;

    /// <summary>Called before the first client is served.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken).ConfigureAwait(false);
        Grace = Task.Delay(period, time, stopping);
        loop = FollowAsync();
    }

    /// <summary>In a new session: topics may have been made of which this broker has not heard.</summary>
    public void Renew()
    {
        Grace = Task.Delay(period, time, stopping);
        if (loop.IsCompleted)
        {
            loop = FollowAsync();
        }
    }

    /// <summary>Reads again as long as topics are awaited: one that was deleted meanwhile is awaited in vain.</summary>
    async Task FollowAsync()
    {
        do
        {
            try
            {
                await gate.WaitAsync(stopping).ConfigureAwait(false);
                await ReadAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ZooKeeperException or OperationCanceledException)
            {
                // the next session reads again
            }

            await Task.Delay(period, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!stopping.IsCancellationRequested && !metadata.Current.Awaited.IsEmpty);
    }

    async Task ReadAsync(CancellationToken cancellationToken) =>
        metadata.Await(await zooKeeper().ChildrenAsync(ZkPaths.Topics, null, cancellationToken).ConfigureAwait(false));
}
