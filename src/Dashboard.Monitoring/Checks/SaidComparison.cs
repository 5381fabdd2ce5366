using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Checks;

/// <summary>A difference of one pass.</summary>
/// <param name="Topic">What has to be read again to look twice; null: nothing of a topic.</param>
/// <param name="Version">Of what the reference says: another one is another state, which may just be on its way to the brokers.</param>
sealed record FoundDifference(
    DifferenceKind Kind, string Where, string? Said, ImmutableArray<BrokerSaying> Brokers, string? Topic, long Version)
{
    /// <summary>Seen once more, and nothing moved in between. Logs may grow, of course.</summary>
    public bool IsSame(FoundDifference again) =>
        Said == again.Said && Version == again.Version
        && (Kind is DifferenceKind.OrphanedLog or DifferenceKind.StrayLog
            ? Brokers.Select(b => b.Broker).SequenceEqual(again.Brokers.Select(b => b.Broker))
            : Brokers.SequenceEqual(again.Brokers));
}

/// <summary>What one pass finds. Pure.</summary>
static class SaidComparison
{
    /// <summary>What of a partition is compared, and how a person reads it.</summary>
    static readonly (DifferenceKind Kind, Func<PartitionSaid, PartitionSaid, bool> Differs, Func<PartitionSaid, string> Words)[] aspects =
    [
        (DifferenceKind.Leader, (a, b) => b.Leader is { } leader && leader != a.Leader, p => Number(p.Leader ?? -1)),
        // the epoch of another leader is another one anyway
        (DifferenceKind.LeaderEpoch,
            (a, b) => b.LeaderEpoch >= 0 && b.LeaderEpoch != a.LeaderEpoch && (b.Leader is null || b.Leader == a.Leader),
            p => Number(p.LeaderEpoch)),
        (DifferenceKind.Isr, (a, b) => !a.Isr.AsSpan().SequenceEqual(b.Isr), p => List(p.Isr)),
        (DifferenceKind.Replicas, (a, b) => !a.Replicas.AsSpan().SequenceEqual(b.Replicas), p => List(p.Replicas)),
    ];

    public static IEnumerable<FoundDifference> Of(SaidByAll all) =>
        [.. Controllers(all), .. Registrations(all), .. Topics(all), .. Configs(all), .. Logs(all)];

    static IEnumerable<FoundDifference> Controllers(SaidByAll all)
    {
        if (all.Reference.Cluster.ControllerId is not { } named)
        {
            yield break;
        }

        var others = all.Brokers.Where(b => b.Value.ControllerId is { } id && id != named).OrderBy(b => b.Key)
            .Select(b => new BrokerSaying(b.Key, Number(b.Value.ControllerId!.Value))).ToImmutableArray();
        var none = all.Brokers.Count > 0 && all.Brokers.Values.All(b => b.ControllerId != named);
        if (none || !all.Reference.Cluster.Brokers.Contains(named))
        {
            yield return new(DifferenceKind.StaleController, Number(named), Number(named), others, null, all.Reference.ControllerVersion);
        }
        else if (others.Length > 0)
        {
            yield return new(DifferenceKind.Controller, Number(named), Number(named), others, null, all.Reference.ControllerVersion);
        }
    }

    static IEnumerable<FoundDifference> Registrations(SaidByAll all)
    {
        var registered = all.Reference.Cluster.Brokers;
        var known = all.Brokers.Values.SelectMany(b => b.Brokers).Union(registered).Order();
        foreach (var id in known)
        {
            var isThere = registered.Contains(id);
            var others = Others(all, b => b.Brokers.Contains(id) != isThere, _ => isThere ? null : Number(id));
            if (others.Length > 0)
            {
                var kind = isThere ? DifferenceKind.BrokerUnknown : DifferenceKind.BrokerNotRegistered;
                yield return new(kind, Number(id), isThere ? Number(id) : null, others, null, 0);
            }
        }
    }

    static IEnumerable<FoundDifference> Topics(SaidByAll all)
    {
        var (reference, names) = (all.Reference, all.Reference.Names);
        foreach (var name in reference.Marked.Order(StringComparer.Ordinal))
        {
            var still = Others(all, b => b.Topics.ContainsKey(name), _ => name);
            // shown even when brokers agree: a deletion that does not end is what people look for
            yield return new(DifferenceKind.DeletionPending, name, name, still, name, 0);
        }

        var extra = all.Brokers.Values.SelectMany(b => b.Topics.Keys).Where(t => !names.Contains(t)).Distinct();
        foreach (var name in extra.Order(StringComparer.Ordinal))
        {
            yield return new(DifferenceKind.TopicGone, name, null, Others(all, b => b.Topics.ContainsKey(name), _ => name), name, 0);
        }

        foreach (var (name, topic) in reference.Cluster.Topics.Where(t => !reference.Marked.Contains(t.Key)))
        {
            foreach (var found in Topic(all, name, topic))
            {
                yield return found;
            }
        }
    }

    static IEnumerable<FoundDifference> Topic(SaidByAll all, string name, TopicSaid topic)
    {
        if (Others(all, b => !b.Topics.ContainsKey(name) && !b.Hidden.Contains(name), _ => null) is { Length: > 0 } ignorant)
        {
            yield return new(DifferenceKind.TopicUnknown, name, name, ignorant, name, topic.Version);
        }

        bool IsOther(ClusterSaid b) => b.Topics.TryGetValue(name, out var said) && topic.Id != Guid.Empty && said.Id != Guid.Empty
            && said.Id != topic.Id;
        if (Others(all, IsOther, b => KafkaUuid.ToText(b.Topics[name].Id)) is { Length: > 0 } others)
        {
            yield return new(DifferenceKind.TopicId, name, KafkaUuid.ToText(topic.Id), others, name, topic.Version);
            yield break; // nothing of another topic can be compared
        }

        foreach (var (number, partition) in topic.Partitions.OrderBy(p => p.Key))
        {
            foreach (var found in Partition(all, new(name, number), partition, topic.Version))
            {
                yield return found;
            }
        }
    }

    static IEnumerable<FoundDifference> Partition(SaidByAll all, TopicPartition key, PartitionSaid partition, long topicVersion)
    {
        PartitionSaid? Of(ClusterSaid broker) => broker.Topics.GetValueOrDefault(key.Topic)?.Partitions.GetValueOrDefault(key.Partition);
        var ignorant = Others(all, b => b.Topics.ContainsKey(key.Topic) && Of(b) is null, _ => null);
        if (ignorant.Length > 0)
        {
            yield return new(DifferenceKind.PartitionUnknown, key.ToString(), key.ToString(), ignorant, key.Topic, topicVersion);
        }

        foreach (var (kind, differs, words) in aspects)
        {
            var others = Others(all, b => Of(b) is { } said && differs(partition, said), b => words(Of(b)!));
            if (others.Length > 0)
            {
                var version = kind == DifferenceKind.Replicas ? topicVersion : partition.Version;
                yield return new(kind, key.ToString(), words(partition), others, key.Topic, version);
            }
        }
    }

    /// <summary>Brokers keep sensitive values to themselves: these cannot be compared.</summary>
    static IEnumerable<FoundDifference> Configs(SaidByAll all)
    {
        foreach (var (topic, said) in all.Reference.Configs ?? new Dictionary<string, ConfigSaid>())
        {
            if (!all.Reference.Names.Contains(topic))
            {
                yield return new(DifferenceKind.OrphanedConfig, topic, List(said.Overrides.Keys), [], topic, said.Version);
                continue;
            }

            if (all.Reference.Announcements?.Untold(topic, said) is { Count: > 0 } untold)
            {
                var written = List(said.Overrides.Select(o => $"{o.Key}={o.Value}"));
                yield return new(
                    DifferenceKind.ConfigUntold, topic, written, [.. untold.Select(b => new BrokerSaying(b, null))], topic, said.Version);
            }

            if (!all.Configs.TryGetValue(topic, out var told) || all.Reference.Marked.Contains(topic))
            {
                continue;
            }

            foreach (var key in said.Overrides.Keys.Union(told.Keys).Order(StringComparer.Ordinal))
            {
                var (mine, theirs) = (said.Overrides.GetValueOrDefault(key), told.GetValueOrDefault(key));
                // null for a key that is there: sensitive
                if (mine != theirs && !(told.ContainsKey(key) && theirs is null))
                {
                    yield return new(DifferenceKind.Config, $"{topic} {key}", mine, [new(-1, theirs)], topic, said.Version);
                }
            }
        }
    }

    static IEnumerable<FoundDifference> Logs(SaidByAll all)
    {
        var (names, marked, topics) = (all.Reference.Names, all.Reference.Marked, all.Reference.Cluster.Topics);
        foreach (var log in all.Logs.GroupBy(l => l.Key.Partition).OrderBy(l => l.Key))
        {
            var (key, partition) = (log.Key, topics.GetValueOrDefault(log.Key.Topic)?.Partitions.GetValueOrDefault(log.Key.Partition));
            // a topic that this principal may not see looks like one that is gone
            var isHidden = all.Brokers.Values.Any(b => b.Hidden.Contains(key.Topic));
            if (!names.Contains(key.Topic) && !isHidden)
            {
                yield return new(DifferenceKind.OrphanedLog, key.ToString(), null, Sizes(log), key.Topic, 0);
            }
            else if (partition is not null && !marked.Contains(key.Topic)
                && Sizes(log.Where(l => !partition.Replicas.Contains(l.Key.Broker))) is { Length: > 0 } stray)
            {
                yield return new(DifferenceKind.StrayLog, key.ToString(), List(partition.Replicas), stray, key.Topic, 0);
            }
        }
    }

    static ImmutableArray<BrokerSaying> Sizes(IEnumerable<KeyValuePair<(TopicPartition Partition, int Broker), long>> logs) =>
    [
        .. logs.OrderBy(l => l.Key.Broker)
            .Select(l => new BrokerSaying(l.Key.Broker, $"{l.Value.ToString(CultureInfo.InvariantCulture)} bytes")),
    ];

    static ImmutableArray<BrokerSaying> Others(SaidByAll all, Func<ClusterSaid, bool> differs, Func<ClusterSaid, string?> words)
    {
        ImmutableArray<BrokerSaying>.Builder? others = null;
        foreach (var (id, said) in all.Brokers)
        {
            if (differs(said))
            {
                (others ??= ImmutableArray.CreateBuilder<BrokerSaying>()).Add(new(id, words(said)));
            }
        }

        others?.Sort((a, b) => a.Broker.CompareTo(b.Broker));
        return others?.ToImmutable() ?? [];
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string List<T>(IEnumerable<T> items) => string.Join(", ", items);
}
