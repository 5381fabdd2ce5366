using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Who may lead although it is out of the ISR. Asked of the topics alone that have a partition with fewer replicas in sync than it should
/// have: while all are, this costs nothing.
/// </summary>
sealed class EligibleLeaderCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    /// <summary>Partitions that are asked for in one reading, 2,000 a request; of those beyond nothing is known.</summary>
    const int MostPartitions = 10_000;

    static readonly EligibleLeaderTable none = new(ImmutableDictionary<TopicPartition, EligibleLeaders>.Empty);

    protected override TimeSpan Interval => Context.Options.OffsetInterval;

    protected override ErrorSource Source => ErrorSource.Kafka(Context.Options.Kafka ?? "");

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) => state =>
        state with { Snapshot = state.Snapshot with { EligibleLeaders = state.Snapshot.EligibleLeaders.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (Context.Current().Topics is not { Value: { } topics, Error: null })
        {
            return;
        }

        List<string> lacking = [.. topics.Topics.Where(t => t.Partitions.Any(Lacks)).Select(t => t.Name)];
        var told = lacking.Count == 0
            ? ImmutableDictionary<TopicPartition, EligibleReplicas>.Empty
            : await kafka.DescribeEligibleReplicasAsync(lacking, MostPartitions, cancellationToken).ConfigureAwait(false);
        var now = Context.Now;
        Context.Post(state =>
        {
            var before = state.Snapshot.EligibleLeaders;
            if (told is null)
            {
                var unsupported = SectionError.Unsupported(Source, NotGiven.EligibleLeaders, now);
                // the same state again: an unchanged answer must not make a new snapshot
                return before is { Value: null, Error.Kind: SectionErrorKind.Unsupported }
                    ? state
                    : With(state, Section<EligibleLeaderTable>.Unread.Failed(unsupported));
            }

            var table = told.Count == 0 ? none : Of(told, topics);
            return With(state, before.Read(table.IsSameAs(before.Value) ? before.Value! : table, now));
        });
    }

    static MonitorState With(MonitorState state, Section<EligibleLeaderTable> section) =>
        state with { Snapshot = state.Snapshot with { EligibleLeaders = section } };

    static bool Lacks(PartitionInfo partition) => partition.IsOffline || partition.Isr.Length < partition.Replicas.Length;

    static EligibleLeaderTable Of(IReadOnlyDictionary<TopicPartition, EligibleReplicas> told, TopicTable topics) => new(told
        // the answer has all partitions of a topic; of those in full ISR it says nothing new
        .Where(one => one.Value.Eligible is not null && topics.Find(one.Key) is { } partition && Lacks(partition))
        .ToImmutableDictionary(
            one => one.Key,
            one => new EligibleLeaders([.. one.Value.Eligible!.Order()], [.. (one.Value.LastKnown ?? []).Order()])));
}
