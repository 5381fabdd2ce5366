using Kafka.Broker.Metadata;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Controller;

/// <summary>A running reassignment, as ListPartitionReassignments shows it.</summary>
sealed record ReassigningPartition(TopicPartition Partition, ReplicaAssignment Assignment);

/// <summary>What brokers and clients ask of the controller. Every answer is NotController when it is not one.</summary>
sealed partial class KafkaController
{
    /// <summary>
    /// A controller that has just been elected needs a moment until its own broker knows the cluster: so long requests that need both wait
    /// for it.
    /// </summary>
    static readonly TimeSpan takeOver = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether this broker is controller and has, as a broker, received its own first UpdateMetadata: a request that is planned by the
    /// image of brokers and topics must not be planned by an older one.
    /// </summary>
    public async Task<bool> IsReadyAsync(MetadataCache metadata, CancellationToken cancellationToken) =>
        IsActive && await metadata.WaitAsync(
            image => IsTermOf(image.ControllerEpoch), takeOver, time, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// One outcome a partition. A null goal cancels. Without <paramref name="mayResize"/> a goal has as many replicas as the partition.
    /// </summary>
    public Task<IReadOnlyDictionary<TopicPartition, ApiError>?> ReassignAsync(
        IReadOnlyList<(TopicPartition Partition, IReadOnlyList<int>? Replicas)> goals, bool mayResize = true) =>
        CompleteAsync<IReadOnlyDictionary<TopicPartition, ApiError>?>("reassign partitions", async token =>
        {
            if (term is not { } current)
            {
                return null;
            }

            var results = new Dictionary<TopicPartition, ApiError>();
            foreach (var (partition, replicas) in goals)
            {
                results[partition] = await current.Reassignments.SubmitAsync(partition, replicas, token, mayResize).ConfigureAwait(false);
            }

            current.Batch.Send();
            await current.Deletion.ContinueAsync(token).ConfigureAwait(false);
            current.Batch.Send();
            return results;
        });

    /// <summary>The running ones among the partitions (null: all); null when this is not the controller.</summary>
    public Task<IReadOnlyList<ReassigningPartition>?> ListReassignmentsAsync(IReadOnlyCollection<TopicPartition>? partitions) =>
        CompleteAsync("list reassignments", _ => Task.FromResult<IReadOnlyList<ReassigningPartition>?>(term is not { } current
            ? null
            : [.. current.Context.Reassigning.Values
                .Where(partition => partition.Assignment.IsBeingReassigned && (partitions is null || partitions.Contains(partition.Name)))
                .Select(partition => new ReassigningPartition(partition.Name, partition.Assignment))]));

    /// <summary>A topic by its name or (null) its id. Asked of the controller's own state: brokers may lag behind.</summary>
    public Task<(ErrorCode Error, string? Name, Guid Id)> FindTopicAsync(string? name, Guid id) =>
        CompleteAsync<(ErrorCode, string?, Guid)>("find a topic", _ => Task.FromResult<(ErrorCode, string?, Guid)>(
            term is not { } current ? (ErrorCode.NotController, name, id)
            : (name is null ? current.Context.Find(id) : current.Context.Topics.GetValueOrDefault(name)) is { } topic
                ? (ErrorCode.None, topic.Name, topic.Id)
            : (name is null ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition, name, id)));

    /// <summary>Topics that are marked for deletion.</summary>
    public Task<IReadOnlySet<string>> TopicsBeingDeletedAsync() =>
        CompleteAsync("topics being deleted", _ => Task.FromResult<IReadOnlySet<string>>(
            (term?.Context.Topics.Values.Where(topic => topic.IsQueuedForDeletion).Select(topic => topic.Name) ?? []).ToHashSet()));

    /// <summary>
    /// A broker leaves: leaders move off it, and what it follows is stopped. The partitions it still leads (no other replica is in their
    /// ISR), or an error.
    /// </summary>
    public Task<(ErrorCode Error, IReadOnlyList<TopicPartition> Remaining)> ShutDownAsync(int broker, long brokerEpoch) =>
        CompleteAsync<(ErrorCode, IReadOnlyList<TopicPartition>)>($"controlled shutdown of {broker}", async token =>
        {
            if (term is not { } current)
            {
                return (ErrorCode.NotController, []);
            }

            var context = current.Context;
            if (!context.Brokers.TryGetValue(broker, out var known))
            {
                return (ErrorCode.BrokerNotAvailable, []);
            }

            // -1: a broker older than version 2 of the request sends none
            if (brokerEpoch != -1 && brokerEpoch < known.Epoch)
            {
                return (ErrorCode.StaleBrokerEpoch, []);
            }

            // first, so that no election below chooses it
            context.ShuttingDown.Add(broker);
            // a partition with one replica has nowhere to go: as with Kafka it is not waited for
            var concerned = context.PartitionsOn(broker)
                .Where(partition => partition.Assignment.Replicas.Count > 1
                    && partition.State is not null
                    && !partition.Topic.IsQueuedForDeletion).ToList();
            var led = concerned.Where(partition => partition.State!.Leader == broker).ToList();
            var followed = concerned.Except(led).ToList();
            LogShutdown(broker, led.Count, followed.Count);
            await current.Leaders.ElectAsync(led, ElectionReason.ControlledShutdown, token).ConfigureAwait(false);
            current.Batch.Send();
            // it stops fetching first: a follower that fetches would join the ISR again
            foreach (var partition in followed)
            {
                current.Batch.StopReplica(broker, partition, delete: false);
            }

            await current.Leaders.RemoveFromIsrAsync(broker, followed, token).ConfigureAwait(false);
            current.Batch.Send();
            return (ErrorCode.None, [.. context.PartitionsOn(broker)
                .Where(partition => partition.Assignment.Replicas.Count > 1
                    && partition.State?.Leader == broker
                    && !partition.Topic.IsQueuedForDeletion)
                .Select(partition => partition.Name)]);
        });

    /// <summary>/admin/reassign_partitions, as tools older than AlterPartitionReassignments ask.</summary>
    async Task ReassignRequestedAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var watch = NoticeWatch(ZkPaths.ReassignPartitions, ReassignRequestedAsync);
        await store.ZooKeeper.ExistsAsync(ZkPaths.ReassignPartitions, watch, cancellationToken).ConfigureAwait(false);
        if (await store.ZooKeeper.GetAsync(ZkPaths.ReassignPartitions, null, cancellationToken).ConfigureAwait(false) is not { } node)
        {
            return;
        }

        foreach (var (partition, replicas) in AdminZNodes.DecodeReassignments(node.Data))
        {
            var error = await current.Reassignments.SubmitAsync(partition, replicas, cancellationToken).ConfigureAwait(false);
            if (error.Code != ErrorCode.None)
            {
                LogReassignmentRefused(partition, error.Code, error.Message);
            }
        }

        // from here on the topics' znodes say what is under way
        await store.DeleteAsync(ZkPaths.ReassignPartitions, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Broker {Broker} is leaving: moving {Led} leaders off it, stopping {Followed} replicas")]
    partial void LogShutdown(int broker, int led, int followed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Partition}: reassignment refused: {Error} {Reason}")]
    partial void LogReassignmentRefused(TopicPartition partition, ErrorCode error, string? reason);
}
