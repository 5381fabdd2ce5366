using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Dashboard.Monitoring.Znodes;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Replicas on the move: one request to the controller, and how much has been copied, from the log dirs.</summary>
sealed class ReassignmentCollector(CollectorContext context, ControllerRequests controller) : Collector(context)
{
    readonly Dictionary<TopicPartition, DateTimeOffset> since = [];

    protected override TimeSpan Interval => Context.Options.MetadataInterval;

    protected override ErrorSource Source => ErrorSource.Controller;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { Reassignments = state.Snapshot.Reassignments.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var snapshot = Context.Current();
        if (snapshot.Topics.Value is null)
        {
            return;
        }

        var moves = await controller.ReassignmentsAsync(cancellationToken).ConfigureAwait(false);
        var now = Context.Now;
        var running = moves.Select(move => Of(snapshot, move, now))
            .OrderBy(r => new TopicPartition(r.Topic, r.Partition))
            .ToImmutableArray();
        var keys = running.Select(r => new TopicPartition(r.Topic, r.Partition)).ToHashSet();
        foreach (var ended in since.Keys.Where(key => !keys.Contains(key)).ToList())
        {
            since.Remove(ended);
        }

        var table = new ReassignmentTable(running);
        Context.Post(state =>
        {
            var old = state.Snapshot.Reassignments;
            var value = old.Value is { } known && known.Running.AsSpan().SequenceEqual(running.AsSpan()) ? known : table;
            return state with { Snapshot = state.Snapshot with { Reassignments = old.Read(value, now) } };
        });
    }

    ReassignmentInfo Of(ClusterSnapshot snapshot, OngoingReassignment move, DateTimeOffset now)
    {
        var (topic, partition) = (move.Partition.Topic, move.Partition.Partition);
        if (!since.TryGetValue(new(topic, partition), out var began))
        {
            // Kafka does not say when a move began: when it was first seen is the best there is
            since[new(topic, partition)] = began = now;
        }

        var known = snapshot.Topics.Value?.Find(topic)?.Find(partition);
        var sizes = snapshot.LogDirs.Value?.Sizes;
        long? Size(int broker) => sizes is not null && sizes.TryGetValue(new(topic, partition, broker), out var size) ? size.Bytes : null;
        // each new replica copies what the leader has
        var total = known is null ? null : Size(known.Leader) * move.Adding.Count;
        long? copied = sizes is null ? null : move.Adding.Sum(b => Size(b) ?? 0);
        return new ReassignmentInfo(
            topic,
            partition,
            [.. move.Replicas],
            [.. move.Adding],
            [.. move.Removing],
            known?.Isr ?? [],
            copied,
            total,
            began);
    }
}
