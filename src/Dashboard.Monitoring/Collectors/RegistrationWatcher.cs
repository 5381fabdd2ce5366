using System.Collections.Immutable;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Protocol.Znodes;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Who is registered and who is controller, from ZooKeeper, by watches: a broker's death is on the page when its znode goes, not at the
/// next poll. One persistent recursive watch over /brokers (ZooKeeper 3.6) reports every change of a partition's state as well, and wakes
/// the metadata tier; older servers are watched at /brokers/ids, /brokers/topics and /controller only.
/// </summary>
sealed class RegistrationWatcher(CollectorContext context, ZooKeeperLink link, Action clusterChanged) : Collector(context)
{
    ZooKeeperClient? watched;

    /// <summary>The watches wake this tier; the interval is for what they may have missed.</summary>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(10);

    protected override ErrorSource Source =>
        ErrorSource.ZooKeeper(string.Join(',', link.Servers.Select(s => HostPort.Format(s.Host, s.Port))));

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Registration = state.Registration.Failed(error) };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var client = link.Client;
        if (!ReferenceEquals(client, watched))
        {
            await WatchAsync(client, cancellationToken).ConfigureAwait(false);
            // only once all watches are set: a failure half way sets them all again
            watched = client;
        }

        var ids = link.Chroot + ZkPaths.BrokerIds;
        // read after the watch is set: what changes in between fires it
        var names = await RegisteredAsync(client, ids, cancellationToken).ConfigureAwait(false);
        var absence = names is null ? await KafkaPlaces.AbsenceAsync(client, link.Chroot, cancellationToken).ConfigureAwait(false) : null;
        if (absence is not null && !await MayBeAbsentAsync(client, cancellationToken).ConfigureAwait(false))
        {
            throw KafkaPlaces.NotThere(absence, ids);
        }

        var read = (names ?? []).Select(name => BrokerAsync(client, $"{ids}/{name}", name, cancellationToken));
        var brokers = await Task.WhenAll(read).ConfigureAwait(false);
        var (controller, since) = await ControllerAsync(client, cancellationToken).ConfigureAwait(false);
        var epoch = await DataAsync(client, link.Chroot + ZkPaths.ControllerEpoch, cancellationToken).ConfigureAwait(false);
        var topics = await TopicsAsync(client, cancellationToken).ConfigureAwait(false);
        var reading = new RegistrationReading(
            [.. brokers.OfType<BrokerAddress>().OrderBy(b => b.Id)],
            controller,
            int.TryParse(epoch, out var number) ? number : null,
            since,
            topics,
            absence);
        var now = Context.Now;
        Context.Post(state => state with { Registration = state.Registration.Read(reading, now) });
    }

    async Task WatchAsync(ZooKeeperClient client, CancellationToken cancellationToken)
    {
        var (ids, topics) = (link.Chroot + ZkPaths.BrokerIds, link.Chroot + ZkPaths.Topics);
        var (brokers, controller) = (link.Chroot + ZkPaths.Brokers, link.Chroot + ZkPaths.Controller);
        try
        {
            await client.AddWatchAsync(brokers, AddWatchMode.PersistentRecursive, Changed, cancellationToken).ConfigureAwait(false);
            await client.AddWatchAsync(controller, AddWatchMode.Persistent, Changed, cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code is ZooKeeperError.Unimplemented or ZooKeeperError.BadArguments)
        {
            // not the partitions' states: one one-time watch each would be thousands to set again and again
            await WatchOnceAsync(fired => ChildrenOrCreationAsync(client, ids, fired, cancellationToken)).ConfigureAwait(false);
            await WatchOnceAsync(fired => ChildrenOrCreationAsync(client, topics, fired, cancellationToken)).ConfigureAwait(false);
            await WatchOnceAsync(fired => client.ExistsAsync(controller, fired, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>A missing parent leaves no watch when its children are asked for: its creation is waited for instead.</summary>
    static async Task ChildrenOrCreationAsync(
        ZooKeeperClient client, string path, Action<WatchEvent> fired, CancellationToken cancellationToken)
    {
        try
        {
            await client.GetChildrenAsync(path, fired, cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            await client.ExistsAsync(path, fired, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>For servers before 3.6: a one-time watch, set again whenever it fired.</summary>
    async Task WatchOnceAsync(Func<Action<WatchEvent>, Task> watch)
    {
        await watch(Again).ConfigureAwait(false);

        void Again(WatchEvent change)
        {
            Changed(change);
            if (change.Type != WatchEventType.None)
            {
                // a failure is the session's, whose end is seen by the next reading
                _ = WatchOnceAsync(watch).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    void Changed(WatchEvent change)
    {
        if (change.Type == WatchEventType.None)
        {
            // a new session has none of the watches of the old one
            watched = change.State is KeeperState.Expired or KeeperState.Closed ? null : watched;
        }
        else
        {
            clusterChanged();
        }

        Wake();
    }

    /// <summary>
    /// Null when it has left meanwhile. One whose znode cannot be read is registered all the same, with no host and port -1.
    /// </summary>
    async Task<BrokerAddress?> BrokerAsync(ZooKeeperClient client, string path, string name, CancellationToken cancellationToken)
    {
        if (!int.TryParse(name, out var id) || await DataAsync(client, path, cancellationToken).ConfigureAwait(false) is not { } data)
        {
            return null;
        }

        var broker = BrokerZNode.Decode(id, data);
        return new BrokerAddress(id, broker?.Plain?.Host ?? "", broker?.Plain?.Port ?? -1, broker?.Rack);
    }

    async Task<(int? Id, DateTimeOffset? Since)> ControllerAsync(ZooKeeperClient client, CancellationToken cancellationToken)
    {
        try
        {
            var (data, stat) = await client.GetDataAsync(link.Chroot + ZkPaths.Controller, null, cancellationToken).ConfigureAwait(false);
            var controller = ControllerZNode.Decode(data)
                ?? throw new InvalidDataException($"{link.Chroot}/controller does not say which broker it is.");
            // the znode is ephemeral and made anew with each election: its age is the controller's
            return (controller.BrokerId, UnixTime.At(stat.Ctime));
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return (null, null);
        }
    }

    /// <summary>
    /// Null: the znode, which is there from a cluster's first broker on, is not, so that this is no place of Kafka's. That is not the same
    /// as no broker.
    /// </summary>
    static async Task<List<string>?> RegisteredAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetChildrenAsync(path, null, cancellationToken).ConfigureAwait(false)).Children;
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return null;
        }
    }

    /// <summary>
    /// An ensemble may be watched for its own sake. Where a Kafka address was given its brokers belong there, and a chroot that does not
    /// exist is a wrong one.
    /// </summary>
    async Task<bool> MayBeAbsentAsync(ZooKeeperClient client, CancellationToken cancellationToken) =>
        Context.Options.Kafka is null
        && (link.Chroot.Length == 0 || await client.ExistsAsync(link.Chroot, null, cancellationToken).ConfigureAwait(false) is not null);

    /// <summary>Empty before the first topic; null where it may not be read: metadata alone then says which exist.</summary>
    async Task<ImmutableHashSet<string>?> TopicsAsync(ZooKeeperClient client, CancellationToken cancellationToken)
    {
        try
        {
            var path = link.Chroot + ZkPaths.Topics;
            return [.. (await client.GetChildrenAsync(path, null, cancellationToken).ConfigureAwait(false)).Children];
        }
        catch (ZooKeeperException e) when (e.Code is ZooKeeperError.NoNode)
        {
            return [];
        }
        catch (ZooKeeperException e) when (e.Code is ZooKeeperError.NoAuth)
        {
            return null;
        }
    }

    static async Task<byte[]?> DataAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetDataAsync(path, null, cancellationToken).ConfigureAwait(false)).Data;
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return null;
        }
    }
}
