using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>AlterPartitionReassignments (KIP-455): new replica lists, and taking running ones back.</summary>
static class Reassignment
{
    public static ReassignPlan Plan(Reassign command, ClusterSnapshot snapshot, TimeProvider time)
    {
        var topic = snapshot.Topics.Value?.Find(command.Topic);
        if (topic is null)
        {
            return new ReassignPlan(command, [], null, 0) { AsOf = time.GetUtcNow(), Refusals = [Refusal.Of(ErrorCode.UnknownTopicOrPartition, command.Topic)] };
        }

        var brokers = snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToHashSet() ?? [];
        var refusals = command.Targets.OrderBy(t => t.Key).Select(t => Check(topic, t.Key, t.Value, brokers)).OfType<Refusal>().ToImmutableArray();
        var moves = topic.Partitions
            .Where(p => command.Targets.TryGetValue(p.Partition, out var target) && !target.AsSpan().SequenceEqual(p.Replicas.AsSpan()))
            .Select(p => Move(topic.Name, p, command.Targets[p.Partition], snapshot.LogDirs.Value))
            .ToImmutableArray();
        long? bytes = moves.All(m => m.Bytes is not null) ? moves.Sum(m => m.Bytes!.Value) : null;
        return new ReassignPlan(command, moves, bytes, moves.Count(m => m.LeaderNow != m.LeaderThen))
        {
            AsOf = time.GetUtcNow(),
            Refusals = refusals,
            Notes = [.. Notes(topic, moves, snapshot)],
        };
    }

    public static Task<(int Done, List<Refusal> Refusals)> RunAsync(Reassign command, KafkaCluster kafka, CancellationToken cancellation) =>
        SendAsync(command.Topic, command.Targets.Select(t => (t.Key, (IReadOnlyList<int>?)t.Value)), kafka, cancellation);

    public static async Task<CancelReassignmentPlan> PlanAsync(CancelReassignment command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            var copied = (snapshot.Reassignments.Value?.Running ?? []).ToDictionary(r => new PartitionKey(r.Topic, r.Partition), r => r.CopiedBytes);
            var running = await RunningAsync(command, kafka(), cancellation).ConfigureAwait(false);
            var cancelled = running.Select(r =>
            {
                var partition = new PartitionKey(r.Partition.Topic, r.Partition.Partition);
                return new PlannedCancel(partition, [.. r.Replicas], [.. r.Replicas.Except(r.Adding)], copied.GetValueOrDefault(partition));
            });
            return new CancelReassignmentPlan(command, [.. cancelled]) { AsOf = time.GetUtcNow(), Refusals = running.Count > 0 ? [] : [NothingRuns(command)] };
        }
        catch (KafkaException e)
        {
            return new CancelReassignmentPlan(command, []) { AsOf = time.GetUtcNow(), Refusals = [Refusal.Of(e, command.Topic)] };
        }
    }

    public static async Task<(int Done, List<Refusal> Refusals)> CancelAsync(CancelReassignment command, KafkaCluster kafka, CancellationToken cancellation)
    {
        var running = await RunningAsync(command, kafka, cancellation).ConfigureAwait(false);
        return running.Count == 0
            ? (0, [NothingRuns(command)])
            : await SendAsync(command.Topic, running.Select(r => (r.Partition.Partition, (IReadOnlyList<int>?)null)), kafka, cancellation).ConfigureAwait(false);
    }

    static Refusal NothingRuns(CancelReassignment command) => Refusal.Of(ErrorCode.NoReassignmentInProgress, command.Topic);

    /// <summary>Asked of Kafka: one that began after the last reading is cancelled as well.</summary>
    static async Task<IReadOnlyList<OngoingReassignment>> RunningAsync(CancelReassignment command, KafkaCluster kafka, CancellationToken cancellation) =>
        [.. (await kafka.ListPartitionReassignmentsAsync(cancellation).ConfigureAwait(false)).Where(r => r.Partition.Topic == command.Topic && command.Partitions?.Contains(r.Partition.Partition) != false)];

    static async Task<(int Done, List<Refusal> Refusals)> SendAsync(
        string topic, IEnumerable<(int Partition, IReadOnlyList<int>? Replicas)> targets, KafkaCluster kafka, CancellationToken cancellation)
    {
        var moves = targets.ToDictionary(t => new TopicPartition(topic, t.Partition), t => t.Replicas);
        var results = await kafka.AlterPartitionReassignmentsAsync(moves, cancellation).ConfigureAwait(false);
        var refusals = results.Where(r => r.Value is not null).OrderBy(r => r.Key.Partition).Select(r => Refusal.Of(r.Value!, $"{topic}-{r.Key.Partition}")).ToList();
        return (results.Count - refusals.Count, refusals);
    }

    static Refusal? Check(TopicInfo topic, int partition, ImmutableArray<int> target, HashSet<int> brokers)
    {
        var subject = $"{topic.Name}-{partition}";
        return partition < 0 || partition >= topic.Partitions.Length ? Refusal.Of(ErrorCode.UnknownTopicOrPartition, subject)
            : target.Length == 0 ? Refusal.Of(new KafkaException(ErrorCode.InvalidReplicaAssignment, "Empty replica list specified in partition reassignment."), subject)
            : target.Distinct().Count() != target.Length ? Refusal.Of(new KafkaException(ErrorCode.InvalidReplicaAssignment, $"Duplicate replica ids in partition reassignment replica list: {string.Join(',', target)}"), subject)
            : target.Any(b => !brokers.Contains(b)) ? Refusal.Of(new KafkaException(ErrorCode.InvalidReplicaAssignment, $"Replica assignment has brokers that are not alive. Replica list: {string.Join(',', target)}"), subject)
            : null;
    }

    static PlannedMove Move(string topic, PartitionInfo partition, ImmutableArray<int> target, LogDirTable? sizes)
    {
        var adding = target.Except(partition.Replicas).ToImmutableArray();
        var removing = partition.Replicas.Except(target).ToImmutableArray();
        long? size = sizes is not null && sizes.Sizes.TryGetValue(new(topic, partition.Partition, partition.Leader), out var known) ? known.Bytes : null;
        var then = target.Contains(partition.Leader) ? partition.Leader : target.FirstOrDefault(-1);
        return new PlannedMove(new(topic, partition.Partition), partition.Replicas, target, adding, removing, partition.Leader, then, size * adding.Length);
    }

    static IEnumerable<PlanNote> Notes(TopicInfo topic, ImmutableArray<PlannedMove> moves, ClusterSnapshot snapshot)
    {
        if (moves.Length == 0)
        {
            yield return new PlanNote(Severity.Ok, "NothingMoves", []);
        }

        if (snapshot.Reassignments.Value is { Running.Length: > 0 and var running })
        {
            yield return new PlanNote(Severity.Warning, "OtherReassignmentRuns", [running.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        if (moves.Count(m => m.LeaderNow != m.LeaderThen) is > 0 and var leaders)
        {
            yield return new PlanNote(Severity.Warning, "LeadersMove", [leaders.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        if (moves.Any(m => m.To.Length < m.From.Length))
        {
            yield return new PlanNote(Severity.Warning, "FewerCopies", [topic.Name]);
        }
    }
}
