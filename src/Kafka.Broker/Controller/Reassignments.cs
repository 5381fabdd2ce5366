using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Controller;

/// <summary>
/// Moves replicas (KIP-455). Phase A: the topic's znode holds old and new replicas, all of them learn of it, new ones catch up. Phase B,
/// once every target is in the ISR: the leader moves to a target if need be, the others leave ISR and disk, the znode holds the targets
/// alone. Runs in the controller's loop; state is the context's.
/// </summary>
sealed partial class Reassignments(
    ControllerContext context, ControllerStore store, PartitionLeaders leaders, TopicDeletion deletion, RequestBatch batch, ILogger logger)
{
    /// <summary>Null for a legal goal, else why not, in Kafka's words.</summary>
    public ApiError? Validate(PartitionContext partition, IReadOnlyList<int> replicas)
    {
        static ApiError Refuse(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
        // as Scala prints a collection: the messages are Kafka's word for word
        static string Text(IEnumerable<int> ids) => $"ArrayBuffer({string.Join(", ", ids)})";
        var added = replicas.Except(partition.Assignment.Replicas).ToList();
        var live = context.LiveBrokers.Order().ToList();
        return replicas.Count == 0 ? Refuse("Empty replica list specified in partition reassignment.")
            : replicas.Distinct().Count() != replicas.Count
                ? Refuse($"Duplicate replica ids in partition reassignment replica list: {Text(replicas)}")
            : replicas.Any(replica => replica < 0) ? Refuse($"Invalid broker id in replica list: {Text(replicas)}")
            // only of those that are added: a partition must be movable while a replica that it has is down
            : added.Except(live).Any()
                ? Refuse("Replica assignment has brokers that are not alive. "
                    + $"Replica list: {Text(added)}, live broker list: Set({string.Join(", ", live)})")
            : null;
    }

    /// <summary>A new goal for a partition; null cancels the one it has.</summary>
    public async Task<ApiError> SubmitAsync(
        TopicPartition name, IReadOnlyList<int>? replicas, CancellationToken cancellationToken, bool mayResize = true)
    {
        if (context.Find(name) is not { } partition)
        {
            return new ApiError(ErrorCode.UnknownTopicOrPartition, "The partition does not exist.");
        }

        if (replicas is not null && Validate(partition, replicas) is { } refusal)
        {
            return refusal;
        }

        // a running reassignment has more replicas for a while: what it began with counts
        if (replicas is not null && !mayResize && partition.Assignment.Origin.Count is var factor && factor != replicas.Count)
        {
            return new ApiError(ErrorCode.InvalidReplicationFactor, $"The replication factor is changed from {factor} to {replicas.Count}");
        }

        if (partition.Topic.IsQueuedForDeletion)
        {
            return new ApiError(ErrorCode.UnknownTopicOrPartition, "The partition does not exist.");
        }

        if (replicas is null && !partition.Assignment.IsBeingReassigned)
        {
            return new ApiError(ErrorCode.NoReassignmentInProgress, "No partition reassignment is in progress.");
        }

        LogGoal(name, partition.Assignment, replicas is null ? "cancel" : string.Join(',', replicas));
        var next = partition.Assignment.ReassignTo(replicas ?? partition.Assignment.Origin);
        await RunAsync(partition, next, cancellationToken).ConfigureAwait(false);
        return ApiError.None;
    }

    /// <summary>A replica came up, or an ISR grew: what is complete now is finished.</summary>
    public async Task ContinueAsync(IEnumerable<PartitionContext> partitions, CancellationToken cancellationToken)
    {
        foreach (var partition in partitions.Where(partition => context.Reassigning.ContainsKey(partition.Name)).ToList())
        {
            if (IsComplete(partition))
            {
                await RunAsync(partition, partition.Assignment, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>After a failover: announces each again and finishes what can be finished.</summary>
    public async Task ResumeAllAsync(CancellationToken cancellationToken)
    {
        foreach (var partition in context.Reassigning.Values.ToList())
        {
            await RunAsync(partition, partition.Assignment, cancellationToken).ConfigureAwait(false);
        }
    }

    static bool IsComplete(PartitionContext partition) =>
        !partition.Assignment.IsBeingReassigned || (partition.State is { } state && partition.Assignment.Target.All(state.Isr.Contains));

    async Task RunAsync(PartitionContext partition, ReplicaAssignment goal, CancellationToken cancellationToken)
    {
        deletion.Wait(partition.Topic, "a reassignment runs");
        await ChangeAssignmentAsync(partition, goal, cancellationToken).ConfigureAwait(false);
        if (partition.Assignment.IsBeingReassigned)
        {
            context.Reassigning[partition.Name] = partition;
        }

        if (IsComplete(partition))
        {
            await FinishAsync(partition, cancellationToken).ConfigureAwait(false);
            return;
        }

        await leaders.BumpEpochAsync(partition, cancellationToken).ConfigureAwait(false);
        if (partition.State is not null)
        {
            // they are in the batch already; only those that are new may be made by a broker with a failed log directory (KIP-112)
            batch.LeaderAndIsr(partition.Assignment.Adding, partition, isNew: true);
        }
    }

    /// <summary>
    /// The goal in the znode, then in memory: where the write fails nothing has begun. Replicas of an earlier goal that are not wanted any
    /// more are deleted.
    /// </summary>
    async Task ChangeAssignmentAsync(PartitionContext partition, ReplicaAssignment goal, CancellationToken cancellationToken)
    {
        var before = partition.Assignment;
        if (before.Equals(goal))
        {
            return;
        }

        await WriteAsync(partition, goal, cancellationToken).ConfigureAwait(false);
        partition.Assignment = goal;
        await DropAsync(partition, before.Replicas.Except(goal.Replicas), cancellationToken).ConfigureAwait(false);
    }

    async Task FinishAsync(PartitionContext partition, CancellationToken cancellationToken)
    {
        var removed = partition.Assignment.Removing;
        var target = new ReplicaAssignment(partition.Assignment.Target);
        // in memory first: the election chooses among the targets
        partition.Assignment = target;
        if (partition.State is { } state && (!target.Replicas.Contains(state.Leader) || !context.HasLiveLeader(partition)))
        {
            await leaders.ElectAsync([partition], ElectionReason.Reassignment, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await leaders.BumpEpochAsync(partition, cancellationToken).ConfigureAwait(false);
        }

        // the znode last: a controller that takes over before it still finds the reassignment, and finishes it
        await DropAsync(partition, removed, cancellationToken).ConfigureAwait(false);
        await WriteAsync(partition, target, cancellationToken).ConfigureAwait(false);
        context.Reassigning.Remove(partition.Name);
        batch.UpdateMetadata([partition]);
        LogFinished(partition.Name, target);
        if (!partition.Topic.Partitions.Values.Any(other => context.Reassigning.ContainsKey(other.Name)))
        {
            deletion.Resume([partition.Topic]);
        }
    }

    async Task DropAsync(PartitionContext partition, IEnumerable<int> replicas, CancellationToken cancellationToken)
    {
        foreach (var replica in replicas)
        {
            await leaders.RemoveFromIsrAsync(replica, [partition], cancellationToken).ConfigureAwait(false);
            batch.StopReplica(replica, partition, delete: true);
        }
    }

    Task WriteAsync(PartitionContext partition, ReplicaAssignment assignment, CancellationToken cancellationToken)
    {
        var topic = partition.Topic;
        var assignments = topic.Partitions.ToDictionary(
            pair => pair.Key, pair => pair.Value == partition ? assignment : pair.Value.Assignment);
        return store.WriteTopicAsync(topic.Name, new TopicZNode(topic.Id, assignments), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: reassignment from {Assignment} to {Target}")]
    partial void LogGoal(TopicPartition partition, ReplicaAssignment assignment, string target);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: reassignment to {Target} is complete")]
    partial void LogFinished(TopicPartition partition, ReplicaAssignment target);
}
