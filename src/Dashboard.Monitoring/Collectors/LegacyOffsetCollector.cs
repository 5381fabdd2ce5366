using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Protocol;
using Kafka.Protocol.Znodes;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Offsets that old consumers keep in ZooKeeper. Where there are none, which is the rule, that costs one small request each time.
/// </summary>
sealed class LegacyOffsetCollector(CollectorContext context, ZooKeeperLink link) : Collector(context)
{
    /// <summary>Requests on their way at once.</summary>
    const int AtOnce = 100;

    protected override TimeSpan Interval =>
        // such consumers commit every minute by default (auto.commit.interval.ms of 0.8)
        Context.Current().LegacyGroups.Value is { Total: > 0 } ? TimeSpan.FromSeconds(15) : TimeSpan.FromMinutes(1);

    protected override ErrorSource Source => ErrorSource.Ensemble;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { LegacyGroups = state.Snapshot.LegacyGroups.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var client = link.Client;
        var all = await ChildrenAsync(client, ZkPaths.Consumers, cancellationToken).ConfigureAwait(false);
        var groups = ImmutableArray.CreateBuilder<LegacyGroup>();
        var offsets = 0;
        var before = CommittedBefore();
        foreach (var name in all.Order(StringComparer.Ordinal).Take(LegacyGroupTable.MostGroups))
        {
            if (offsets >= LegacyGroupTable.MostOffsets)
            {
                break;
            }

            var group = await GroupAsync(client, name, LegacyGroupTable.MostOffsets - offsets, cancellationToken).ConfigureAwait(false);
            offsets += group.Offsets.Length;
            groups.Add(group with
            {
                Offsets = [.. group.Offsets.Select(o => o with { IsBeyondEnd = o.Committed > o.End && Was(o) })],
            });

            bool Was(LegacyOffset o) => before.GetValueOrDefault((group.GroupId, new(o.Topic, o.Partition)), -1) == o.Committed;
        }

        var (table, now) = (new LegacyGroupTable(groups.ToImmutable(), all.Count), Context.Now);
        Context.Post(state => state with
        {
            Snapshot = state.Snapshot with { LegacyGroups = state.Snapshot.LegacyGroups.Read(table, now) },
        });
    }

    /// <summary>What was committed before the ends were read that are known now. A newer commit may be beyond them in all honour.</summary>
    Dictionary<(string, TopicPartition), long> CommittedBefore()
    {
        var snapshot = Context.Current();
        return snapshot.LegacyGroups.Value is { } last && snapshot.Offsets.AsOf > snapshot.LegacyGroups.AsOf
            ? last.Groups.SelectMany(g => g.Offsets, (g, o) => (Key: (g.GroupId, new TopicPartition(o.Topic, o.Partition)), o.Committed))
                .ToDictionary(o => o.Key, o => o.Committed)
            : [];
    }

    async Task<LegacyGroup> GroupAsync(ZooKeeperClient client, string group, int most, CancellationToken cancellationToken)
    {
        var topics = await ChildrenAsync(client, ZkPaths.ConsumerOffsets(group), cancellationToken).ConfigureAwait(false);
        var keys = new List<TopicPartition>();
        // in order, so that with more than are read the same ones are read each time
        foreach (var topic in topics.Order(StringComparer.Ordinal).TakeWhile(_ => keys.Count < most))
        {
            var partitions = await ChildrenAsync(client, ZkPaths.ConsumerOffsets(group, topic), cancellationToken).ConfigureAwait(false);
            keys.AddRange(partitions.Where(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Select(p => new TopicPartition(topic, int.Parse(p, CultureInfo.InvariantCulture))).Order());
        }

        var read = new List<LegacyOffset>();
        // an ensemble stops reading from a client with too many requests on their way
        foreach (var some in keys.Take(most).Chunk(AtOnce))
        {
            var offsets = await Task.WhenAll(some.Select(key => OffsetAsync(client, group, key, cancellationToken))).ConfigureAwait(false);
            read.AddRange(offsets.OfType<LegacyOffset>());
        }

        return new LegacyGroup(group, [.. read]);
    }

    /// <summary>Null for what is gone meanwhile, or is no number.</summary>
    async Task<LegacyOffset?> OffsetAsync(ZooKeeperClient client, string group, TopicPartition key, CancellationToken cancellationToken)
    {
        var offset = TextAsync(client, ZkPaths.ConsumerOffset(group, key), cancellationToken);
        var owner = TextAsync(client, ZkPaths.ConsumerOwner(group, key), cancellationToken);
        await Task.WhenAll(offset, owner).ConfigureAwait(false);
        if (!long.TryParse(await offset.ConfigureAwait(false), NumberStyles.None, CultureInfo.InvariantCulture, out var committed))
        {
            return null;
        }

        var end = Context.Current().Offsets.Value?.Find(key.Topic, key.Partition)?.End;
        return new LegacyOffset(key.Topic, key.Partition, committed, end, await owner.ConfigureAwait(false));
    }

    async Task<List<string>> ChildrenAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetChildrenAsync(link.Chroot + path, null, cancellationToken).ConfigureAwait(false)).Children;
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return [];
        }
    }

    async Task<string?> TextAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            var (data, _) = await client.GetDataAsync(link.Chroot + path, null, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(data);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return null;
        }
    }
}
