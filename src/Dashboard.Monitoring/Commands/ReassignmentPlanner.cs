using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Znodes;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>AlterPartitionReassignments (KIP-455): new replica lists, and taking running ones back.</summary>
static class ReassignmentPlanner
{
    public static ReassignPlan Plan(Reassign command, ClusterSnapshot snapshot, TimeProvider time)
    {
        var topic = snapshot.Topics.Value?.Find(command.Topic);
        if (topic is null)
        {
            return new ReassignPlan(command, [], null, 0)
            {
                AsOf = time.GetUtcNow(),
                Refusals = [Refusal.Of(ErrorCode.UnknownTopicOrPartition, command.Topic)],
            };
        }

        var brokers = snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToHashSet() ?? [];
        var refusals = command.Targets
            .OrderBy(t => t.Key)
            .Select(t => Check(topic, t.Key, t.Value, brokers))
            .OfType<Refusal>()
            .ToImmutableArray();
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

    public static Sending Prepare(Reassign command, KafkaCluster kafka, ControllerRequests controller)
    {
        var moves = command.Targets.ToDictionary(t => new TopicPartition(command.Topic, t.Key), IReadOnlyList<int>? (t) => t.Value);
        return Sending(moves, kafka, controller, Look);

        static Sighting Look(string subject, IReadOnlyList<int>? target, IReadOnlyList<int> replicas, OngoingReassignment? running) =>
            // while it runs the replicas are old and new together: without those that leave they are the target
            running is not null && target!.SequenceEqual(running.Replicas.Except(running.Removing)) ? Sighting.Moves(subject, Text(target!))
                : running is null && target!.SequenceEqual(replicas) ? Sighting.Moved(subject, Text(replicas))
                : Sighting.Unmoved(subject, Text(replicas));
    }

    public static async Task<CancelReassignmentPlan> PlanAsync(
        CancelReassignment command,
        ClusterSnapshot snapshot,
        Func<ControllerRequests> controller,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        try
        {
            var copied = (snapshot.Reassignments.Value?.Running ?? [])
                .ToDictionary(r => new TopicPartition(r.Topic, r.Partition), r => r.CopiedBytes);
            var running = await RunningAsync(command, controller(), cancellationToken).ConfigureAwait(false);
            var cancelled = running.Select(r =>
            {
                var partition = new TopicPartition(r.Partition.Topic, r.Partition.Partition);
                return new PlannedCancel(partition, [.. r.Replicas], [.. r.Replicas.Except(r.Adding)], copied.GetValueOrDefault(partition));
            });
            return new CancelReassignmentPlan(command, [.. cancelled])
            {
                AsOf = time.GetUtcNow(),
                Refusals = running.Count > 0 ? [] : [NothingRuns(command)],
            };
        }
        catch (KafkaException e)
        {
            return new CancelReassignmentPlan(command, []) { AsOf = time.GetUtcNow(), Refusals = [Refusal.Of(e, command.Topic)] };
        }
    }

    public static async Task<Sending> PrepareAsync(
        CancelReassignment command, KafkaCluster kafka, ControllerRequests controller, CancellationToken cancellationToken)
    {
        var began = (await RunningAsync(command, controller, cancellationToken).ConfigureAwait(false))
            .ToDictionary(r => Subject(r.Partition));
        return began.Count == 0
            ? throw new KafkaException(ErrorCode.NoReassignmentInProgress)
            : Sending(began.Values.ToDictionary(r => r.Partition, IReadOnlyList<int>? (_) => null), kafka, controller, Look);

        Sighting Look(string subject, IReadOnlyList<int>? target, IReadOnlyList<int> replicas, OngoingReassignment? running)
        {
            if (running is not null)
            {
                return Sighting.StillMoves(subject);
            }

            var taken = began[subject];
            // as sets: a cancelled move may leave the replicas in another order
            return replicas.ToHashSet().SetEquals(taken.Replicas.Except(taken.Removing))
                ? Sighting.MovedAnyway(subject, Text(replicas))
                : Sighting.Moved(subject, Text(replicas));
        }
    }

    static Refusal NothingRuns(CancelReassignment command) => Refusal.Of(ErrorCode.NoReassignmentInProgress, command.Topic);

    /// <summary>Asked of Kafka: one that began after the last reading is cancelled as well.</summary>
    static async Task<IReadOnlyList<OngoingReassignment>> RunningAsync(
        CancelReassignment command, ControllerRequests controller, CancellationToken cancellationToken)
    {
        var running = await controller.ReassignmentsAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            .. running.Where(r =>
                r.Partition.Topic == command.Topic && command.Partitions?.Contains(r.Partition.Partition) != false),
        ];
    }

    /// <param name="moves">New replicas; null cancels.</param>
    /// <param name="look">From a partition's name, target, replicas now, and its reassignment, where one runs.</param>
    static Sending Sending(
        IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>?> moves,
        KafkaCluster kafka,
        ControllerRequests controller,
        Func<string, IReadOnlyList<int>?, IReadOnlyList<int>, OngoingReassignment?, Sighting> look)
    {
        return new Sending([.. moves.Keys.Select(Subject)], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() =>
            (await controller.ReassignAsync(moves).ConfigureAwait(false))
                .OrderBy(r => r.Key.Partition).ToDictionary(r => Subject(r.Key), r => r.Value);

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            // in this order: what ended in between is then seen as ended
            var running = (await controller.ReassignmentsAsync(cancellationToken).ConfigureAwait(false))
                .ToDictionary(r => r.Partition);
            string[] topics = [.. moves.Keys.Select(p => p.Topic).Distinct()];
            var metadata = await kafka.MetadataAsync(topics, cancellationToken).ConfigureAwait(false);
            return
            [
                .. from topic in metadata.Topics
                   from one in topic.Partitions
                   let partition = new TopicPartition(topic.Name ?? "", one.PartitionIndex)
                   where subjects.Contains(Subject(partition))
                   select look(Subject(partition), moves[partition], one.ReplicaNodes, running.GetValueOrDefault(partition)),
            ];
        }
    }

    static string Subject(TopicPartition partition) => $"{partition.Topic}-{partition.Partition}";

    static string Text(IEnumerable<int> replicas) => string.Join(',', replicas);

    static Refusal? Check(TopicInfo topic, int partition, ImmutableArray<int> target, HashSet<int> brokers)
    {
        var subject = $"{topic.Name}-{partition}";
        if (topic.Find(partition) is null)
        {
            return Refusal.Of(ErrorCode.UnknownTopicOrPartition, subject);
        }

        var fault = target.Length == 0 ? "Empty replica list specified in partition reassignment."
            : target.Distinct().Count() != target.Length ? $"Duplicate replica ids in partition reassignment replica list: {Text(target)}"
            : target.Any(b => !brokers.Contains(b)) ? $"Replica assignment has brokers that are not alive. Replica list: {Text(target)}"
            : null;
        return fault is null ? null : Refusal.Of(new KafkaException(ErrorCode.InvalidReplicaAssignment, fault), subject);
    }

    static PlannedMove Move(string topic, PartitionInfo partition, ImmutableArray<int> target, LogDirTable? sizes)
    {
        var adding = target.Except(partition.Replicas).ToImmutableArray();
        var removing = partition.Replicas.Except(target).ToImmutableArray();
        long? size = sizes is not null && sizes.Sizes.TryGetValue(new(topic, partition.Partition, partition.Leader), out var known)
            ? known.Bytes
            : null;
        return new PlannedMove(
            new(topic, partition.Partition),
            partition.Replicas,
            target,
            adding,
            removing,
            partition.Leader,
            partition.LeaderAmong(target),
            size * adding.Length);
    }

    static IEnumerable<PlanNote> Notes(TopicInfo topic, ImmutableArray<PlannedMove> moves, ClusterSnapshot snapshot)
    {
        if (moves.Length == 0)
        {
            yield return new PlanNote(Severity.Ok, "NothingMoves", []);
        }

        if (snapshot.Reassignments.Value is { Running.Length: > 0 and var running })
        {
            yield return new PlanNote(
                Severity.Warning, "OtherReassignmentRuns", [running.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        if (moves.Count(m => m.LeaderNow != m.LeaderThen) is > 0 and var leaders)
        {
            yield return new PlanNote(
                Severity.Warning, "LeadersMove", [leaders.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        }

        if (moves.Any(m => m.To.Length < m.From.Length))
        {
            yield return new PlanNote(Severity.Warning, "FewerCopies", [topic.Name]);
            var minimum = moves.Max(m => topic.Find(m.Partition.Partition)?.MinIsr ?? 0);
            foreach (var note in MinIsrNote.Of(minimum, moves.Min(m => m.To.Length)))
            {
                yield return note;
            }
        }
    }
}
