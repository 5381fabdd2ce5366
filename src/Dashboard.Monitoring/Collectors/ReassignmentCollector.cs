using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Replicas on the move: one request to the controller, and how much has been copied, from the log dirs.</summary>
sealed class ReassignmentCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    readonly Dictionary<PartitionKey, DateTimeOffset> since = [];

    protected override TimeSpan Interval => Context.Options.MetadataInterval;

    protected override string Source => "the controller";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { Reassignments = state.Snapshot.Reassignments.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        var snapshot = Context.Current();
        if (snapshot.Topics.Value is null)
        {
            return;
        }

        var answer = await kafka.SendToControllerAsync(
            new ListPartitionReassignmentsRequest { Topics = null, TimeoutMs = (int)Context.Options.CallDeadline.TotalMilliseconds }, cancellation).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        var now = Context.Now;
        var running = answer.Topics.SelectMany(t => t.Partitions, (t, p) => Of(snapshot, t.Name, p, now)).OrderBy(r => new PartitionKey(r.Topic, r.Partition)).ToImmutableArray();
        var keys = running.Select(r => new PartitionKey(r.Topic, r.Partition)).ToHashSet();
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

    ReassignmentInfo Of(ClusterSnapshot snapshot, string topic, ListPartitionReassignmentsResponse.OngoingPartitionReassignment partition, DateTimeOffset now)
    {
        var key = new PartitionKey(topic, partition.PartitionIndex);
        if (!since.TryGetValue(key, out var began))
        {
            since[key] = began = now;
        }

        var known = snapshot.Topics.Value?.Find(topic)?.Partitions.FirstOrDefault(p => p.Partition == partition.PartitionIndex);
        var sizes = snapshot.LogDirs.Value?.Sizes;
        long? Size(int broker) => sizes is not null && sizes.TryGetValue(new(topic, partition.PartitionIndex, broker), out var size) ? size.Bytes : null;
        var total = known is null ? null : Size(known.Leader) * partition.AddingReplicas.Count;
        return new ReassignmentInfo(
            topic, partition.PartitionIndex, [.. partition.Replicas], [.. partition.AddingReplicas], [.. partition.RemovingReplicas], known?.Isr ?? [],
            sizes is null ? null : partition.AddingReplicas.Sum(b => Size(b) ?? 0), total, began);
    }
}
