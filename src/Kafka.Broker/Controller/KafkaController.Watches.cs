using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Controller;

/// <summary>What changes in ZooKeeper and on brokers, and what follows from it.</summary>
sealed partial class KafkaController
{
    /// <summary>In and out of a term: it is what begins and ends one.</summary>
    Action ControllerWatch() => () => Post("/controller changed", ControllerChangedAsync);

    // each of these fires once: the read that a handler does sets the next one
    Action BrokersWatch() => () => PostInTerm("brokers changed", BrokersChangedAsync);

    Action TopicsWatch() => () => PostInTerm("topics changed", TopicsChangedAsync);

    Action TopicWatch(string topic) => () =>
        PostInTerm($"topic {topic} changed", (current, token) => TopicChangedAsync(current, topic, token));

    Action DeletionsWatch() => () => PostInTerm("deletions changed", async (current, token) =>
    {
        await LoadDeletionsAsync(current, token).ConfigureAwait(false);
        await current.Deletion.ContinueAsync(token).ConfigureAwait(false);
    });

    Action NoticeWatch(string path, Func<ControllerTerm, CancellationToken, Task> handler) => () => PostInTerm($"{path} changed", handler);

    async Task BrokersChangedAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var context = current.Context;
        var now = await store.ReadBrokersAsync(BrokersWatch(), cancellationToken).ConfigureAwait(false);
        // a znode made anew is a broker that restarted between two looks: gone and come, since it lost its roles (KIP-380)
        var gone = context.Brokers.Values
            .Where(known => now.All(broker => broker.Id != known.Id || broker.Epoch != known.Epoch))
            .Select(known => known.Id).ToList();
        var come = now.Where(broker => !context.Brokers.TryGetValue(broker.Id, out var known) || known.Epoch != broker.Epoch).ToList();
        LogBrokers(
            string.Join(',', come.Select(broker => broker.Id)),
            string.Join(',', gone),
            string.Join(',', now.Select(broker => broker.Id)));
        if (gone.Count > 0)
        {
            foreach (var id in gone)
            {
                context.Brokers.Remove(id);
                context.ShuttingDown.Remove(id);
                current.Channels.Remove(id);
            }

            var replicas = gone.SelectMany(id => context.PartitionsOn(id).Select(partition => (partition, id))).ToList();
            await ReplicasWentOfflineAsync(current, replicas, cancellationToken).ConfigureAwait(false);
        }

        if (come.Count > 0)
        {
            await BrokersCameAsync(current, come, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task BrokersCameAsync(ControllerTerm current, IReadOnlyList<LiveBroker> come, CancellationToken cancellationToken)
    {
        var context = current.Context;
        var ids = come.Select(broker => broker.Id).ToHashSet();
        foreach (var broker in come)
        {
            context.Brokers[broker.Id] = broker;
            context.ShuttingDown.Remove(broker.Id);
            current.Channels.Add(broker);
            current.Batch.FullUpdate(broker.Id);
            foreach (var partition in context.PartitionsOn(broker.Id))
            {
                // it has restarted: its next answer says anew what is offline
                partition.OfflineDirectories.Remove(broker.Id);
            }
        }

        // in the order of Kafka's onBrokerStartup: all learn of the new brokers, these of their roles, then come the elections they make
        // possible
        current.Batch.UpdateMetadata([]);
        current.Batch.Send();
        foreach (var partition in context.Partitions.Where(partition => partition.State is not null))
        {
            current.Batch.LeaderAndIsr(partition.Assignment.Replicas.Where(ids.Contains), partition);
        }

        await current.Leaders.BringOnlineAsync(context.Partitions, cancellationToken).ConfigureAwait(false);
        current.Batch.Send();
        var moving = context.Reassigning.Values.Where(partition => partition.Assignment.Target.Any(ids.Contains));
        await current.Reassignments.ContinueAsync(moving, cancellationToken).ConfigureAwait(false);
        var waiting = context.Topics.Values
            .Where(topic => topic.IsQueuedForDeletion && topic.Replicas.Any(item => ids.Contains(item.Replica))).ToList();
        current.Deletion.Resume(waiting);
        await current.Deletion.ContinueAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Their brokers died, or their log directories did: leaders first, then the ISR of what they followed.</summary>
    async Task ReplicasWentOfflineAsync(
        ControllerTerm current, IReadOnlyList<(PartitionContext Partition, int Replica)> replicas, CancellationToken cancellationToken)
    {
        var staying = replicas.Where(item => !item.Partition.Topic.IsQueuedForDeletion).ToList();
        await current.Leaders.BringOnlineAsync(current.Context.Partitions, cancellationToken).ConfigureAwait(false);
        current.Batch.Send();
        foreach (var group in staying.GroupBy(item => item.Replica))
        {
            foreach (var (partition, replica) in group)
            {
                // for a broker whose directory failed; one that is gone gets nothing
                current.Batch.StopReplica(replica, partition, delete: false);
            }

            var partitions = group.Select(item => item.Partition);
            await current.Leaders.RemoveFromIsrAsync(group.Key, partitions, cancellationToken).ConfigureAwait(false);
        }

        // also those who only hear that a broker is gone
        current.Batch.UpdateMetadata(replicas.Select(item => item.Partition));
        current.Batch.Send();
        current.Deletion.Fail(replicas);
        await current.Deletion.ContinueAsync(cancellationToken).ConfigureAwait(false);
    }

    async Task TopicsChangedAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var context = current.Context;
        var names = await store.ReadTopicNamesAsync(TopicsWatch(), cancellationToken).ConfigureAwait(false);
        foreach (var gone in context.Topics.Keys.Where(name => !names.Contains(name)).ToList())
        {
            context.Remove(context.Topics[gone]);
        }

        var come = names.Where(name => !context.Topics.ContainsKey(name)).ToList();
        if (come.Count == 0)
        {
            return;
        }

        await LoadTopicsAsync(current, come, cancellationToken).ConfigureAwait(false);
        LogTopics(string.Join(',', come));
        var partitions = come.SelectMany(name => context.Topics.TryGetValue(name, out var topic) ? topic.Partitions.Values.ToArray() : []);
        await current.Leaders.BringOnlineAsync(partitions, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Partitions were added. Assignments of known partitions are the controller's own writes.</summary>
    async Task TopicChangedAsync(ControllerTerm current, string name, CancellationToken cancellationToken)
    {
        var node = await store.ReadTopicAsync(name, TopicWatch(name), cancellationToken).ConfigureAwait(false);
        if (node is null || !current.Context.Topics.TryGetValue(name, out var topic))
        {
            return;
        }

        var added = node.Partitions
            .Where(pair => !topic.Partitions.ContainsKey(pair.Key))
            .Select(pair => new PartitionContext(topic, pair.Key, pair.Value)).ToList();
        if (added.Count == 0)
        {
            return;
        }

        if (topic.IsQueuedForDeletion)
        {
            // Kafka takes back partitions of a topic that is being deleted
            var known = topic.Partitions.ToDictionary(pair => pair.Key, pair => pair.Value.Assignment);
            await store.WriteTopicAsync(name, node with { Partitions = known }, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (var partition in added)
        {
            topic.Partitions[partition.Name.Partition] = partition;
        }

        await current.Leaders.BringOnlineAsync(added, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>/log_dir_event_notification: asks the broker for all its replicas; its answer says which are offline.</summary>
    async Task LogDirEventsAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var notices = await store.ReadChildrenAsync(
            ZkPaths.LogDirEventNotification,
            NoticeWatch(ZkPaths.LogDirEventNotification, LogDirEventsAsync),
            cancellationToken).ConfigureAwait(false);
        foreach (var broker in notices.Select(notice => AdminZNodes.DecodeLogDirEvent(notice.Data)).OfType<int>().Distinct())
        {
            foreach (var partition in current.Context.PartitionsOn(broker).Where(partition => partition.State is not null))
            {
                current.Batch.LeaderAndIsr([broker], partition);
            }
        }

        foreach (var (path, _) in notices)
        {
            await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>/isr_change_notification: leaders older than AlterPartition (2.7) write the state themselves and announce it so.</summary>
    async Task IsrNoticesAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var notices = await store.ReadChildrenAsync(
            ZkPaths.IsrChangeNotification,
            NoticeWatch(ZkPaths.IsrChangeNotification, IsrNoticesAsync),
            cancellationToken).ConfigureAwait(false);
        var partitions = notices
            .SelectMany(notice => AdminZNodes.DecodePartitions(notice.Data)).Distinct()
            .Select(current.Context.Find).OfType<PartitionContext>().ToList();
        await current.Leaders.RefreshAsync(partitions, cancellationToken).ConfigureAwait(false);
        current.Batch.UpdateMetadata(partitions);
        foreach (var (path, _) in notices)
        {
            await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }

        await current.Reassignments.ContinueAsync(partitions, cancellationToken).ConfigureAwait(false);
    }

    async Task LeaderAndIsrAnsweredAsync(
        ControllerTerm current, int broker, LeaderAndIsrRequest request, LeaderAndIsrResponse answer, CancellationToken cancellationToken)
    {
        if ((ErrorCode)answer.ErrorCode != ErrorCode.None)
        {
            LogRefused(broker, (ErrorCode)answer.ErrorCode);
            return;
        }

        var topics = request.TopicStates.ToDictionary(topic => topic.TopicId, topic => topic.TopicName);
        var errors = answer.PartitionErrors
            .Select(error => (Name: new TopicPartition(error.TopicName, error.PartitionIndex), error.ErrorCode))
            .Concat(answer.Topics.SelectMany(topic => topic.PartitionErrors.Select(error =>
                (new TopicPartition(topics.GetValueOrDefault(topic.TopicId, ""), error.PartitionIndex), error.ErrorCode))));
        var offline = new List<(PartitionContext, int)>();
        foreach (var (name, error) in errors)
        {
            if (current.Context.Find(name) is not { } partition)
            {
                continue;
            }

            if ((ErrorCode)error == ErrorCode.KafkaStorageError)
            {
                if (partition.OfflineDirectories.Add(broker))
                {
                    offline.Add((partition, broker));
                }
            }
            else if ((ErrorCode)error == ErrorCode.None)
            {
                partition.OfflineDirectories.Remove(broker);
            }
        }

        if (offline.Count > 0)
        {
            LogOfflineDirectory(broker, offline.Count);
            await ReplicasWentOfflineAsync(current, offline, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Brokers that came: [{Come}], that went: [{Gone}]; live now: [{Live}]")]
    partial void LogBrokers(string come, string gone, string live);

    [LoggerMessage(Level = LogLevel.Information, Message = "New topics: {Topics}")]
    partial void LogTopics(string topics);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Broker {Broker} refused LeaderAndIsr: {Error}")]
    partial void LogRefused(int broker, ErrorCode error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Broker {Broker} has {Count} replicas on log directories that failed")]
    partial void LogOfflineDirectory(int broker, int count);
}
