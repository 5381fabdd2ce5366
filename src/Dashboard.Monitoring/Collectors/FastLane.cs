using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Committed and end offsets of the groups that are on a screen: one request a coordinator and one a leader, at the same moment. Nothing is
/// posted while nothing changed; members, states, errors and share groups, which commit nothing, are left to the reading of everything.
/// </summary>
sealed class FastLane(CollectorContext context, KafkaCluster kafka)
{
    /// <summary>Of the groups together; those past it wait for the reading of everything.</summary>
    const int MaxPartitions = 2000;

    /// <summary>A reading may take this share of the time: a slow cluster is asked less often.</summary>
    const int Share = 4;

    /// <summary>Until the next reading.</summary>
    public TimeSpan Pause { get; private set; } = context.Options.SeenInterval;

    public async Task ReadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var began = context.Time.GetTimestamp();
        if (context.Current() is { Groups.Value: { } known, Topics.Value: { } topics } && Chosen(ids, known) is { Count: > 0 } groups)
        {
            var committing = kafka.FetchOffsetsAsync(ByCoordinator(groups), cancellationToken);
            var ending = kafka.ListOffsetsAsync(ByLeader(groups, topics), ListOffsetsCalls.Latest, cancellationToken);
            await Task.WhenAll(committing, ending).ConfigureAwait(false);
            var ends = (await ending.ConfigureAwait(false))
                .Where(e => e.Value.Succeeded)
                .ToDictionary(e => e.Key, e => e.Value.Value.Offset);
            var offsets = (await committing.ConfigureAwait(false))
                .Where(c => c.Value.Succeeded)
                .ToDictionary(c => c.Key, c => c.Value.Value!);
            var changed = groups
                .Where(g => offsets.TryGetValue(g.GroupId, out var now) && IsNews(g, now, ends))
                .Select(g => g.GroupId)
                .ToList();
            if (changed.Count > 0)
            {
                var now = context.Now;
                context.Post(state => Merge(state, changed, offsets, ends, now));
            }
        }

        var took = context.Time.GetElapsedTime(began) * Share;
        Pause = took > context.Options.SeenInterval ? took : context.Options.SeenInterval;
    }

    static List<GroupInfo> Chosen(IReadOnlyCollection<string> ids, GroupTable known)
    {
        var left = MaxPartitions;
        var found = ids
            .Select(known.Find)
            .OfType<GroupInfo>()
            .Where(g => g is { Error: null, Coordinator: not null, Offsets.Length: > 0, Kind: not GroupKind.Share });
        // in the order of the pages' shares, which InterestBook has made fair
        return [.. found.TakeWhile(g => (left -= g.Offsets.Length) >= 0)];
    }

    static Dictionary<int, IReadOnlyList<string>> ByCoordinator(List<GroupInfo> groups) =>
        groups.GroupBy(g => g.Coordinator!.Value).ToDictionary(c => c.Key, c => (IReadOnlyList<string>)[.. c.Select(g => g.GroupId)]);

    static Dictionary<int, IReadOnlyList<TopicPartition>> ByLeader(List<GroupInfo> groups, TopicTable topics) => groups
        .SelectMany(g => g.Offsets)
        .Select(o => new TopicPartition(o.Topic, o.Partition))
        .Distinct()
        .GroupBy(p => topics.Find(p)?.Leader ?? -1)
        .Where(leader => leader.Key >= 0)
        .ToDictionary(leader => leader.Key, leader => (IReadOnlyList<TopicPartition>)[.. leader]);

    static bool IsNews(GroupInfo group, IReadOnlyList<CommittedOffset> offsets, Dictionary<TopicPartition, long> ends)
    {
        var committed = offsets.ToDictionary(o => new TopicPartition(o.Topic, o.Partition), o => o.Offset);
        return group.Offsets.Any(o => committed.Remove(new(o.Topic, o.Partition), out var now) && now != o.Committed)
            || committed.Count > 0
            || group.Offsets.Any(o => ends.TryGetValue(new(o.Topic, o.Partition), out var end) && end != o.End);
    }

    static MonitorState Merge(
        MonitorState state,
        List<string> changed,
        Dictionary<string, IReadOnlyList<CommittedOffset>> offsets,
        Dictionary<TopicPartition, long> ends,
        DateTimeOffset now)
    {
        if (state.Groups.Value is not { } reading || state.Snapshot.Offsets.Value is not { } table)
        {
            return state;
        }

        var groups = new Dictionary<string, RawGroup>(reading.Groups);
        foreach (var id in changed)
        {
            // the reading of everything may have been posted meanwhile, and knows better
            if (groups.TryGetValue(id, out var group) && group.Error is null)
            {
                groups[id] = group with { Offsets = offsets[id], AsOf = now };
            }
        }

        var partitions = new Dictionary<TopicPartition, PartitionOffsets>(table.Partitions);
        foreach (var (key, end) in ends)
        {
            if (partitions.TryGetValue(key, out var known) && known.End != end)
            {
                partitions[key] = known with { End = end, AsOf = now };
            }
        }

        // both sections stay as old as the reading of everything made them
        var read = table with { Partitions = partitions, ReadTogether = table.RatesFrom };
        return state with
        {
            Groups = state.Groups with { Value = reading with { Groups = groups } },
            Snapshot = state.Snapshot with { Offsets = state.Snapshot.Offsets with { Value = read } },
        };
    }
}
