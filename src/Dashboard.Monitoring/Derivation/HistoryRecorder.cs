using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>Writes new readings into the series. Only the monitor's loop calls it.</summary>
static class HistoryRecorder
{
    /// <summary>End offsets first: lag in time is worked out from them.</summary>
    public static void RecordEnds(HistoryStore history, ClusterSnapshot before, ClusterSnapshot after)
    {
        if (after.Offsets.Value is { } offsets && !ReferenceEquals(before.Offsets.Value, offsets))
        {
            foreach (var (key, value) in offsets.Partitions)
            {
                // one whose leader did not answer keeps its old time: recorded again it would be a flat line that never was
                if (before.Offsets.Value?.Partitions.GetValueOrDefault(key)?.AsOf != value.AsOf)
                {
                    history.Add(new(SeriesKind.EndOffset, key.Topic, Number: key.Partition), value.AsOf, value.End);
                }
            }
        }
    }

    public static void Record(HistoryStore history, ClusterSnapshot before, ClusterSnapshot after, DateTimeOffset now)
    {
        if (after.Groups.Value is { } groups && !ReferenceEquals(before.Groups.Value, groups))
        {
            RecordGroups(history, groups, before.Groups.Value, now);
        }

        if (after.Ensemble.Value is { } ensemble && !ReferenceEquals(before.Ensemble.Value, ensemble))
        {
            DateTimeOffset? ReadBefore(ServerInfo server) =>
                before.Ensemble.Value?.Servers.FirstOrDefault(old => old.Address == server.Address)?.AsOf;

            var answered = ensemble.Servers.Where(s => s is { LatencyMs: not null, Error: null });
            foreach (var server in answered.Where(s => s.AsOf != ReadBefore(s)))
            {
                history.Add(new(SeriesKind.ServerLatency, Number: server.ServerId), now, server.LatencyMs!.Value);
            }
        }

        if (after.Rates is { } rates && !ReferenceEquals(before.Rates, rates))
        {
            if (rates.BytesInPerSecond is { } bytes)
            {
                history.Add(new(SeriesKind.BytesIn), now, bytes);
            }

            history.Add(new(SeriesKind.RecordsIn), now, rates.RecordsInPerSecond);
            foreach (var (topic, rate) in rates.RecordsInByTopic)
            {
                history.Add(new(SeriesKind.TopicRecordsIn, topic), now, rate);
            }

            foreach (var (broker, rate) in rates.RecordsInByBroker)
            {
                history.Add(new(SeriesKind.BrokerRecordsIn, Number: broker), now, rate);
            }
        }

        Forget(history, before, after);
    }

    /// <summary>Those that were read since: what is not known anew is not written down as if it were.</summary>
    static void RecordGroups(HistoryStore history, GroupTable groups, GroupTable? before, DateTimeOffset now)
    {
        foreach (var (group, _) in groups.Beside(before).Where(pair => pair.Before?.AsOf != pair.Group.AsOf))
        {
            if (group.TotalLag is { } lag)
            {
                history.Add(new(SeriesKind.GroupLag, group.GroupId), now, lag);
            }

            // beyond the end it is no lag
            foreach (var offset in group.Offsets.Where(o => o.Lag >= 0))
            {
                history.Add(new(SeriesKind.PartitionLag, group.GroupId, offset.Topic, offset.Partition), now, offset.Lag!.Value);
            }
        }

        history.Add(new(SeriesKind.TotalLag), now, groups.Groups.Sum(g => g.TotalLag ?? 0));
    }

    static void Forget(HistoryStore history, ClusterSnapshot before, ClusterSnapshot after)
    {
        var topics = after.Topics.Value;
        var groups = after.Groups.Value;
        if (topics is null
            || groups is null
            // cheap guess: nothing is looked through unless something may have gone. What it misses is forgotten with the next that goes
            || (topics.Topics.Length >= before.Topics.Value?.Topics.Length && groups.Groups.Length >= before.Groups.Value?.Groups.Length))
        {
            return;
        }

        history.Retain(key => key.Kind switch
        {
            SeriesKind.EndOffset or SeriesKind.TopicRecordsIn => topics.ByName.ContainsKey(key.Name!),
            SeriesKind.GroupLag => groups.Find(key.Name!) is not null,
            SeriesKind.PartitionLag => groups.Find(key.Name!) is not null && topics.ByName.ContainsKey(key.Topic!),
            _ => true,
        });
    }
}
