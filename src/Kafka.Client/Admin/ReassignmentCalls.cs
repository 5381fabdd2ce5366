using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>A move of replicas under way. <paramref name="Replicas"/> are all at the moment, old and new.</summary>
public sealed record OngoingReassignment(
    TopicPartition Partition, IReadOnlyList<int> Replicas, IReadOnlyList<int> Adding, IReadOnlyList<int> Removing);

/// <summary>Moves replicas (KIP-455). The controller is asked.</summary>
public static class ReassignmentCalls
{
    /// <summary>
    /// Starts moves to the replicas given, the preferred leader first; null replicas cancel a move. Null for what was accepted, else why
    /// not.
    /// </summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> AlterPartitionReassignmentsAsync(
        this KafkaCluster cluster, IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>?> moves, CancellationToken cancellationToken)
    {
        var request = new AlterPartitionReassignmentsRequest
        {
            TimeoutMs = (int)cluster.Options.OperationTimeout.TotalMilliseconds,
            Topics = [.. moves.GroupBy(move => move.Key.Topic).Select(topic => new AlterPartitionReassignmentsRequest.ReassignableTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(move => new AlterPartitionReassignmentsRequest.ReassignablePartition
                {
                    PartitionIndex = move.Key.Partition,
                    Replicas = move.Value?.ToList(),
                })],
            })],
        };
        // the controller's own timeout first, so that it can still say that it was not done in time
        var deadline = cluster.Options.OperationTimeout + cluster.Options.RequestTimeout;
        var answer = await cluster.SendToControllerAsync(request, cancellationToken, deadline).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return (from topic in answer.Responses
                from one in topic.Partitions
                select (Key: new TopicPartition(topic.Name, one.PartitionIndex), Error: Results.Refusal(one.ErrorCode, one.ErrorMessage)))
            .ToDictionary(one => one.Key, KafkaException? (one) => one.Error);
    }

    /// <summary>All moves under way.</summary>
    public static async Task<IReadOnlyList<OngoingReassignment>> ListPartitionReassignmentsAsync(
        this KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var request = new ListPartitionReassignmentsRequest
        {
            // null: all; the request has no paging, but lists only what is being moved
            Topics = null,
            TimeoutMs = (int)cluster.Options.RequestTimeout.TotalMilliseconds,
        };
        var answer = await cluster.SendToControllerAsync(request, cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return
        [
            .. from topic in answer.Topics
               from one in topic.Partitions
               select new OngoingReassignment(
                   new TopicPartition(topic.Name, one.PartitionIndex), one.Replicas, one.AddingReplicas, one.RemovingReplicas),
        ];
    }
}
