using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Begin and end offsets: one request a leader for all its partitions, leaders asked at the same time. Begin offsets move rarely and are
/// read every sixth time. A partition whose leader did not answer keeps its last offsets, but no rate.
/// </summary>
sealed class OffsetReader(CollectorContext context, KafkaCluster kafka)
{
    const int BeginsEvery = 6; // retention deletes whole segments, minutes apart

    static readonly OffsetTable none =
        new(ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty, ImmutableDictionary<int, SectionError>.Empty);

    OffsetTable last = none;
    int round;

    public static Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { Offsets = state.Snapshot.Offsets.Failed(error) } };

    public async Task<Func<MonitorState, MonitorState>> ReadAsync(TopicTable topics, CancellationToken cancellationToken)
    {
        // a cluster that was set up anew has nothing to go on from
        last = context.Current().Offsets.Value is null ? none : last;
        // before asking: what was committed by then is below an end that comes later
        var askedAt = context.Now;
        var byLeader = topics.Topics
            .SelectMany(t => t.Partitions, (t, p) => (Key: new TopicPartition(t.Name, p.Partition), p.Leader))
            .Where(p => p.Leader >= 0)
            .GroupBy(p => p.Leader, p => p.Key)
            .ToDictionary(leader => leader.Key, leader => (IReadOnlyList<TopicPartition>)[.. leader]);
        // no question would be asked, and an empty answer would pass for a reading
        if (byLeader.Count == 0 && topics.Topics.Any(t => t.Partitions.Length > 0))
        {
            const string problem = "No partition has a leader that could be asked.";
            return Failed(new SectionError(SectionErrorKind.Unreachable, ErrorSource.Leaders, null, problem, context.Now));
        }

        var withBegins = round++ % BeginsEvery == 0
            // a partition that is new has no begin to fall back on
            || byLeader.Values.SelectMany(l => l).Any(key => last.Find(key.Topic, key.Partition) is null);
        var ends = kafka.ListOffsetsAsync(byLeader, ListOffsetsCalls.Latest, cancellationToken);
        var begins = withBegins ? kafka.ListOffsetsAsync(byLeader, ListOffsetsCalls.Earliest, cancellationToken) : null;
        var endAnswers = await ends.ConfigureAwait(false);
        var beginAnswers = begins is null ? null : await begins.ConfigureAwait(false);

        var now = context.Now;
        var errors = Errors(byLeader, endAnswers, now);
        var table = new OffsetTable(Merge(topics, endAnswers, beginAnswers, askedAt, now), errors) { ReadAt = now };
        last = table;
        return state => state with
        {
            Snapshot = state.Snapshot with
            {
                Offsets = state.Snapshot.Offsets.Read(table, now, errors.Values, errors.Count == byLeader.Count),
            },
        };
    }

    /// <summary>
    /// Of the leaders that did not answer. A refusal concerns one partition, whose leader has just moved: the next reading finds it.
    /// </summary>
    ImmutableDictionary<int, SectionError> Errors(
        Dictionary<int, IReadOnlyList<TopicPartition>> byLeader,
        IReadOnlyDictionary<TopicPartition, BrokerAnswer<ListedOffset>> answers,
        DateTimeOffset now) =>
        byLeader.Select(leader => (Id: leader.Key, answers.GetValueOrDefault(leader.Value[0]).Error))
            .Where(leader => leader.Error is KafkaTimeoutException or KafkaUnreachableException)
            .ToImmutableDictionary(leader => leader.Id, leader => Connections.Errors.From(leader.Error!, context.Broker(leader.Id), now));

    Dictionary<TopicPartition, PartitionOffsets> Merge(
        TopicTable topics,
        IReadOnlyDictionary<TopicPartition, BrokerAnswer<ListedOffset>> ends,
        IReadOnlyDictionary<TopicPartition, BrokerAnswer<ListedOffset>>? begins,
        DateTimeOffset askedAt,
        DateTimeOffset now)
    {
        var merged = new Dictionary<TopicPartition, PartitionOffsets>(ends.Count);
        foreach (var topic in topics.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                var key = new TopicPartition(topic.Name, partition.Partition);
                var old = last.Partitions.GetValueOrDefault(key);
                var begin = begins is not null && begins.TryGetValue(key, out var read) && read.Succeeded
                    ? read.Value.Offset
                    : old?.Begin;
                if (begin is { } first && ends.TryGetValue(key, out var end) && end.Succeeded)
                {
                    var rate = Rate(old, end.Value.Offset, now);
                    merged[key] = new PartitionOffsets(first, end.Value.Offset, now, rate) { AskedAt = askedAt };
                }
                else if (old is not null)
                {
                    merged[key] = old with { RecordsPerSecond = null };
                }
            }
        }

        return merged;
    }

    static double? Rate(PartitionOffsets? old, long end, DateTimeOffset now) =>
        // an end that went back: the topic was made anew, or an unclean election lost records
        old is null || now <= old.AsOf || end < old.End ? null : (end - old.End) / (now - old.AsOf).TotalSeconds;
}
