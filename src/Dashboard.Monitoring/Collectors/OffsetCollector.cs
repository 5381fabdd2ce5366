using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Begin and end offsets: one request a leader for all its partitions, leaders asked at the same time. Begin offsets move rarely and are read every sixth time.</summary>
sealed class OffsetCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    const long Latest = -1;
    const long Earliest = -2;
    const int BeginsEvery = 6;

    OffsetTable last = new(ImmutableDictionary<PartitionKey, PartitionOffsets>.Empty, ImmutableDictionary<int, SectionError>.Empty);
    int round;

    protected override TimeSpan Interval => Context.Options.OffsetInterval;

    protected override string Source => "the partitions' leaders";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { Offsets = state.Snapshot.Offsets.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        if (Context.Current().Topics.Value is not { } topics)
        {
            return;
        }

        var byLeader = topics.Topics
            .SelectMany(t => t.Partitions, (t, p) => (Key: new PartitionKey(t.Name, p.Partition), p.Leader))
            .Where(p => p.Leader >= 0)
            .ToLookup(p => p.Leader, p => p.Key);
        var withBegins = round++ % BeginsEvery == 0 || byLeader.SelectMany(l => l).Any(key => !last.Partitions.ContainsKey(key));
        var ends = AskAsync(byLeader, Latest, cancellation);
        var begins = withBegins ? AskAsync(byLeader, Earliest, cancellation) : Task.FromResult(new Answers([], []));
        await Task.WhenAll(ends, begins).ConfigureAwait(false);

        var table = Merge(topics, await ends.ConfigureAwait(false), await begins.ConfigureAwait(false), Context.Now);
        last = table;
        var error = byLeader.Count > 0 && table.BrokerErrors.Count == byLeader.Count ? table.BrokerErrors.Values.First() : null;
        var now = Context.Now;
        Context.Post(state => state with
        {
            Snapshot = state.Snapshot with { Offsets = error is null ? state.Snapshot.Offsets.Read(table, now) : state.Snapshot.Offsets.Failed(error) },
        });
    }

    OffsetTable Merge(TopicTable topics, Answers ends, Answers begins, DateTimeOffset now)
    {
        var merged = last.Partitions.ToBuilder();
        foreach (var (key, end) in ends.Offsets)
        {
            last.Partitions.TryGetValue(key, out var old);
            var begin = begins.Offsets.TryGetValue(key, out var read) ? read : old?.Begin ?? 0;
            merged[key] = new PartitionOffsets(begin, end, now, Rate(old, end, now));
        }

        if (merged.Count > ends.Offsets.Count)
        {
            merged.RemoveRange(merged.Keys.Where(key => topics.Find(key.Topic) is not { } topic || key.Partition >= topic.Partitions.Length).ToList());
        }

        return new OffsetTable(merged.ToImmutable(), ends.Errors.ToImmutableDictionary());
    }

    static double? Rate(PartitionOffsets? old, long end, DateTimeOffset now) =>
        old is null || now <= old.AsOf || end < old.End ? null : (end - old.End) / (now - old.AsOf).TotalSeconds;

    async Task<Answers> AskAsync(ILookup<int, PartitionKey> byLeader, long timestamp, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(byLeader.Select(async leader =>
        {
            var request = new ListOffsetsRequest
            {
                ReplicaId = -1,
                Topics =
                [
                    .. leader.GroupBy(key => key.Topic).Select(topic => new ListOffsetsRequest.ListOffsetsTopic
                    {
                        Name = topic.Key,
                        Partitions = [.. topic.Select(key => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = key.Partition, Timestamp = timestamp })],
                    }),
                ],
            };
            return (Leader: leader.Key, Answer: await kafka.TrySendAsync(leader.Key, request, cancellation).ConfigureAwait(false));
        })).ConfigureAwait(false);

        var offsets = new Dictionary<PartitionKey, long>();
        var errors = new Dictionary<int, SectionError>();
        foreach (var (leader, answer) in answers)
        {
            if (!answer.Succeeded)
            {
                errors[leader] = Context.Error(answer.Error, Context.BrokerName(leader));
                continue;
            }

            foreach (var topic in answer.Value.Topics)
            {
                foreach (var partition in topic.Partitions.Where(p => p.ErrorCode == (short)ErrorCode.None))
                {
                    offsets[new(topic.Name, partition.PartitionIndex)] = partition.OldStyleOffsets is [var old, ..] ? old : partition.Offset;
                }
            }
        }

        return new Answers(offsets, errors);
    }

    sealed record Answers(Dictionary<PartitionKey, long> Offsets, Dictionary<int, SectionError> Errors);
}
