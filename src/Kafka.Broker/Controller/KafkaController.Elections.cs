using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Controller;

/// <summary>Elections that were asked for, and the automatic ones that keep leaders on their preferred replicas.</summary>
sealed partial class KafkaController
{
    /// <summary>
    /// Elects leaders of the partitions (null: of all that ever had one). One outcome for each, ElectionNotNeeded included; and which
    /// leader each elected partition has now.
    /// </summary>
    public Task<ElectionResults> ElectLeadersAsync(
        ElectionType type, IReadOnlyCollection<TopicPartition>? partitions) => CompleteAsync("elect leaders", async token =>
    {
        if (term is not { } current)
        {
            return new ElectionResults(
                (partitions ?? []).ToDictionary(name => name, _ => new ApiError(ErrorCode.NotController)),
                new Dictionary<TopicPartition, int>(),
                ErrorCode.NotController);
        }

        var results = new Dictionary<TopicPartition, ApiError>();
        var electable = new List<PartitionContext>();
        var everLed = current.Context.Partitions.Where(partition => partition.State is not null).Select(partition => partition.Name);
        foreach (var name in partitions ?? [.. everLed])
        {
            if (current.Context.Find(name) is not { } partition)
            {
                results[name] = new ApiError(ErrorCode.UnknownTopicOrPartition, "The partition does not exist.");
            }
            else if (partition.Topic.IsQueuedForDeletion)
            {
                results[name] = new ApiError(ErrorCode.InvalidTopic, "The topic is being deleted");
            }
            else if (!Needs(current, type, partition))
            {
                results[name] = new ApiError(ErrorCode.ElectionNotNeeded, "Leader election not needed for topic partition.");
            }
            else
            {
                electable.Add(partition);
            }
        }

        var leaders = new Dictionary<TopicPartition, int>();
        var reason = type == ElectionType.Preferred ? ElectionReason.Preferred : ElectionReason.OfflineUnclean;
        foreach (var (partition, error) in await current.Leaders.ElectAsync(electable, reason, token).ConfigureAwait(false))
        {
            results[partition.Name] = error;
            if (error.Code == ErrorCode.None)
            {
                leaders[partition.Name] = partition.State!.Leader;
            }
        }

        current.Batch.Send();
        return new ElectionResults(results, leaders, ErrorCode.None);
    });

    static bool Needs(ControllerTerm current, ElectionType type, PartitionContext partition) => type == ElectionType.Preferred
        ? partition.State is null || partition.Assignment.Replicas.Count == 0 || partition.State.Leader != partition.Assignment.Replicas[0]
        : !current.Context.HasLiveLeader(partition);

    /// <summary>/admin/preferred_replica_election, as tools older than ElectLeaders ask.</summary>
    async Task PreferredRequestedAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var watch = NoticeWatch(ZkPaths.PreferredReplicaElection, PreferredRequestedAsync);
        await store.ZooKeeper.ExistsAsync(ZkPaths.PreferredReplicaElection, watch, cancellationToken).ConfigureAwait(false);
        if (await store.ZooKeeper.GetAsync(ZkPaths.PreferredReplicaElection, null, cancellationToken).ConfigureAwait(false) is not { } node)
        {
            return;
        }

        var partitions = AdminZNodes.DecodePartitions(node.Data).Select(current.Context.Find).OfType<PartitionContext>()
            .Where(partition => !partition.Topic.IsQueuedForDeletion && Needs(current, ElectionType.Preferred, partition)).ToList();
        await current.Leaders.ElectAsync(partitions, ElectionReason.Preferred, cancellationToken).ConfigureAwait(false);
        // last: the tool takes its absence for the end, and a controller that takes over before it elects once more
        await store.DeleteAsync(ZkPaths.PreferredReplicaElection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks at the balance every leader.imbalance.check.interval.seconds for as long as the term lasts.</summary>
    async Task BalanceAsync(ControllerTerm current)
    {
        try
        {
            await Task.Delay(options.FirstImbalanceCheck, time, current.Ended).ConfigureAwait(false);
            while (true)
            {
                if (options.AutoLeaderRebalance())
                {
                    // an event like any other: only the loop may look at the context
                    PostInTerm("balance leaders", BalanceOnceAsync);
                }

                await Task.Delay(options.ImbalanceCheckInterval(), time, current.Ended).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the term is over
        }
    }

    /// <summary>Where a broker leads too few of the partitions that prefer it, it gets those back that it can lead.</summary>
    async Task BalanceOnceAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var context = current.Context;
        foreach (var preferred in context.Partitions
            .Where(partition => !partition.Topic.IsQueuedForDeletion
                && partition.State is not null
                && partition.Assignment.Replicas.Count > 0)
            .GroupBy(partition => partition.Assignment.Replicas[0])
            .Where(group => context.Brokers.ContainsKey(group.Key) && !context.ShuttingDown.Contains(group.Key)).ToList())
        {
            var elsewhere = preferred.Where(partition => partition.State!.Leader != preferred.Key).ToList();
            var imbalance = (double)elsewhere.Count / preferred.Count();
            if (imbalance <= options.ImbalancePercentage() / 100.0)
            {
                continue;
            }

            LogImbalance(preferred.Key, elsewhere.Count, preferred.Count());
            // what is being moved gets another preferred leader anyway
            var possible = elsewhere.Where(partition => !context.Reassigning.ContainsKey(partition.Name)
                && partition.State!.Isr.Contains(preferred.Key) && context.IsOnline(preferred.Key, partition)).ToList();
            await current.Leaders.ElectAsync(possible, ElectionReason.Preferred, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Broker {Broker} does not lead {Elsewhere} of the {Preferred} partitions that prefer it")]
    partial void LogImbalance(int broker, int elsewhere, int preferred);
}

/// <summary>What became of an election: per partition, and the leaders that brokers are about to hear of.</summary>
sealed record ElectionResults(
    IReadOnlyDictionary<TopicPartition, ApiError> Results, IReadOnlyDictionary<TopicPartition, int> Leaders, ErrorCode Error);
