using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Derivation.EventDetector;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Changes of topics and their partitions. Many of a kind in one reading are one event with a count: a broker's death moves hundreds of
/// leaders.
/// </summary>
static class TopicChanges
{
    public static IEnumerable<ClusterEvent> Compare(TopicTable before, TopicTable after)
    {
        var changes = new List<ClusterEvent>();
        foreach (var topic in after.Topics)
        {
            var old = before.Find(topic.Name);
            // another id: deleted and made anew between two readings
            if (old is null || old.Id != topic.Id)
            {
                changes.Add(Event(
                    EventKind.TopicCreated,
                    Severity.Ok,
                    topic.Name,
                    $"topics/{topic.Name}",
                    topic.Name,
                    Text(topic.Partitions.Length),
                    Text(topic.ReplicationFactor)));
            }
            // what did not change keeps its reference, so most topics end here
            else if (!ReferenceEquals(old, topic))
            {
                changes.AddRange(Partitions(old, topic));
            }
        }

        changes.AddRange(before.Topics
            .Where(t => after.Find(t.Name) is null)
            .Select(t => Event(EventKind.TopicDeleted, Severity.Warning, t.Name, null, t.Name)));
        return Group(changes);
    }

    static IEnumerable<ClusterEvent> Partitions(TopicInfo before, TopicInfo after)
    {
        if (after.Partitions.Length > before.Partitions.Length)
        {
            yield return Event(
                EventKind.PartitionsAdded,
                Severity.Ok,
                after.Name,
                $"topics/{after.Name}",
                after.Name,
                Text(before.Partitions.Length),
                Text(after.Partitions.Length));
        }

        // by number: with ZooKeeper, metadata leaves out partitions that never had a leader, and names them once they have one
        foreach (var now in after.Partitions)
        {
            if (before.Find(now.Partition) is not { } old)
            {
                continue;
            }

            var subject = $"{after.Name}-{now.Partition}";
            var href = $"topics/{after.Name}";
            if (old.IsOffline != now.IsOffline)
            {
                yield return now.IsOffline
                    ? Event(EventKind.PartitionOffline, Severity.Bad, subject, href, subject)
                    : Event(EventKind.PartitionOnline, Severity.Ok, subject, href, subject, Text(now.Leader));
            }
            else if (old.Leader != now.Leader)
            {
                var severity = now.IsNotPreferred ? Severity.Warning : Severity.Ok;
                yield return Event(EventKind.LeaderMoved, severity, subject, href, subject, Text(old.Leader), Text(now.Leader));
            }

            if (old.Isr.Length != now.Isr.Length)
            {
                yield return now.Isr.Length < old.Isr.Length
                    ? Event(EventKind.IsrShrank, Severity.Warning, subject, href, subject, Text(old.Isr), Text(now.Isr))
                    : Event(EventKind.IsrGrew, Severity.Ok, subject, href, subject, Text(old.Isr), Text(now.Isr));
            }
        }
    }

    static IEnumerable<ClusterEvent> Group(IEnumerable<ClusterEvent> changes) =>
        changes.GroupBy(change => change.Kind).SelectMany(kind =>
            // what people do by hand is named one by one, as long as it is by hand
            kind.Key is EventKind.TopicCreated or EventKind.TopicDeleted or EventKind.PartitionsAdded && kind.Count() <= 10
                ? kind.AsEnumerable()
                // the worst one is named: a thousand rows of one cause would push everything else out of the list
                : [kind.MaxBy(change => change.Severity)! with { Count = kind.Count() }]);
}
