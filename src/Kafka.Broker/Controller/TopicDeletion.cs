using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Controller;

/// <summary>
/// Deletes topics marked in /admin/delete_topics: clients learn of it first, then every replica is stopped and deleted, and once all
/// brokers said so the znodes go. A topic with a replica on a broker that is down waits for that broker. Runs in the controller's loop;
/// state is the context's.
/// </summary>
sealed partial class TopicDeletion(ControllerContext context, ControllerStore store, RequestBatch batch, ILogger logger)
{
    IEnumerable<TopicContext> Queued => context.Topics.Values.Where(topic => topic.IsQueuedForDeletion);

    public void Enqueue(TopicContext topic)
    {
        topic.IsQueuedForDeletion = true;
        if (topic.Partitions.Values.Any(partition => context.Reassigning.ContainsKey(partition.Name)))
        {
            Wait(topic, "a reassignment runs");
        }
    }

    /// <summary>What a topic waited for is over.</summary>
    public void Resume(IEnumerable<TopicContext> topics)
    {
        foreach (var topic in topics.Where(topic => topic.IsQueuedForDeletion))
        {
            topic.DeletionWaitsFor = null;
        }
    }

    public void Wait(TopicContext topic, string reason)
    {
        if (topic.IsQueuedForDeletion)
        {
            topic.DeletionWaitsFor = reason;
            LogWaits(topic.Name, reason);
        }
    }

    /// <summary>Replicas that went offline while they were to be deleted.</summary>
    public void Fail(IEnumerable<(PartitionContext Partition, int Replica)> replicas)
    {
        foreach (var (partition, replica) in replicas.Where(item => item.Partition.Topic.IsQueuedForDeletion))
        {
            if (partition.Deletion(replica) != ReplicaDeletion.Successful)
            {
                partition.Deletions[replica] = ReplicaDeletion.Ineligible;
                Wait(partition.Topic, $"replica {replica} of {partition.Name} is offline");
            }
        }
    }

    /// <summary>A broker's answer to StopReplica.</summary>
    public void Answered(int broker, StopReplicaRequest request, StopReplicaResponse answer)
    {
        var errors = answer.PartitionErrors.ToDictionary(
            error => new TopicPartition(error.TopicName, error.PartitionIndex), error => (ErrorCode)error.ErrorCode);
        foreach (var topic in request.TopicStates)
        {
            foreach (var state in topic.PartitionStates.Where(state => state.DeletePartition))
            {
                var name = new TopicPartition(topic.TopicName, state.PartitionIndex);
                if (context.Find(name) is not { Topic.IsQueuedForDeletion: true } partition)
                {
                    continue;
                }

                var error = (ErrorCode)answer.ErrorCode != ErrorCode.None ? (ErrorCode)answer.ErrorCode : errors.GetValueOrDefault(name);
                if (error == ErrorCode.None)
                {
                    partition.Deletions[broker] = ReplicaDeletion.Successful;
                }
                else
                {
                    LogRefused(name, broker, error);
                    Fail([(partition, broker)]);
                }
            }
        }
    }

    /// <summary>Goes on with every topic that can; the requests to brokers are in the batch afterwards.</summary>
    public async Task ContinueAsync(CancellationToken cancellationToken)
    {
        foreach (var topic in Queued.ToList())
        {
            if (topic.Replicas.All(item => item.Partition.Deletion(item.Replica) == ReplicaDeletion.Successful))
            {
                await CompleteAsync(topic, cancellationToken).ConfigureAwait(false);
            }
            else if (topic.DeletionWaitsFor is null
                && !topic.Replicas.Any(item => item.Partition.Deletion(item.Replica) == ReplicaDeletion.Started))
            {
                Start(topic);
            }
        }
    }

    void Start(TopicContext topic)
    {
        if (!topic.IsDeletionStarted)
        {
            LogStarts(topic.Name);
            topic.IsDeletionStarted = true;
        }

        batch.UpdateMetadata(topic.Partitions.Values);
        foreach (var (partition, replica) in topic.Replicas.ToList())
        {
            if (partition.Deletion(replica) == ReplicaDeletion.Successful)
            {
                continue;
            }

            // a broker that is leaving still takes requests
            if (context.IsOnline(replica, partition, includeShuttingDown: true))
            {
                partition.Deletions[replica] = ReplicaDeletion.Started;
                batch.StopReplica(replica, partition, delete: true);
            }
            else
            {
                Fail([(partition, replica)]);
            }
        }
    }

    async Task CompleteAsync(TopicContext topic, CancellationToken cancellationToken)
    {
        // the mark last: while it is there, a controller that takes over deletes what is left
        await store.DeleteTreeAsync(ZkPaths.Topic(topic.Name), cancellationToken).ConfigureAwait(false);
        await store.DeleteTreeAsync(ZkPaths.TopicConfig(topic.Name), cancellationToken).ConfigureAwait(false);
        await store.DeleteAsync(ZkPaths.DeleteTopic(topic.Name), cancellationToken).ConfigureAwait(false);
        context.Remove(topic);
        LogDeleted(topic.Name);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleting topic {Topic}")]
    partial void LogStarts(string topic);

    [LoggerMessage(Level = LogLevel.Information, Message = "Topic {Topic} is deleted")]
    partial void LogDeleted(string topic);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The deletion of topic {Topic} waits: {Reason}")]
    partial void LogWaits(string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Partition}: broker {Broker} could not delete its replica: {Error}")]
    partial void LogRefused(TopicPartition partition, int broker, ErrorCode error);
}
