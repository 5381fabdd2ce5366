using Kafka.Broker.ZooKeeper;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>Election, and taking over.</summary>
sealed partial class KafkaController
{
    async Task ElectAsync(CancellationToken cancellationToken)
    {
        var known = await store.ReadControllerAsync(ControllerWatch(), cancellationToken).ConfigureAwait(false);
        if (known is null && term is null)
        {
            await StandAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    async Task ControllerChangedAsync(CancellationToken cancellationToken)
    {
        var known = await store.ReadControllerAsync(ControllerWatch(), cancellationToken).ConfigureAwait(false);
        // the watch fires for this broker's own election as well: nothing is to be done then
        if (term is not null && known != options.BrokerId)
        {
            await EndTermAsync(known is null ? "/controller was deleted" : $"broker {known} is controller").ConfigureAwait(false);
        }

        if (known is null)
        {
            await StandAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    async Task StandAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var epoch = await store.TryBecomeControllerAsync(options.BrokerId, now, cancellationToken).ConfigureAwait(false);
        if (epoch is not { } won)
        {
            return;
        }

        LogElected(options.BrokerId, won);
        var next = new ControllerTerm(won, options, store, openChannels(() => Volatile.Write(ref missed, true)), this, logger);
        // before it has taken over: Abort must reach its channels. Events wait behind this one, so none finds it half read
        Volatile.Write(ref term, next);
        try
        {
            await TakeOverAsync(next, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e
            is not OperationCanceledException
            and not ControllerMovedException
            and not ZooKeeperException { Code: ZooKeeperError.SessionExpired })
        {
            // a controller that could not read the cluster must not stay one
            LogFailed(e, "take over");
            await EndTermAsync("it could not take over").ConfigureAwait(false);
            await store.ResignAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    async Task TakeOverAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var context = current.Context;
        await EnsureFeatureAsync(cancellationToken).ConfigureAwait(false);
        // before anything is read: a notice that comes from now on is an event of its own, and what earlier ones say is read below
        await ClearNoticesAsync(ZkPaths.LogDirEventNotification, LogDirEventsAsync, cancellationToken).ConfigureAwait(false);
        await ClearNoticesAsync(ZkPaths.IsrChangeNotification, IsrNoticesAsync, cancellationToken).ConfigureAwait(false);
        foreach (var broker in await store.ReadBrokersAsync(BrokersWatch(), cancellationToken).ConfigureAwait(false))
        {
            context.Brokers[broker.Id] = broker;
            current.Channels.Add(broker);
        }

        var names = await store.ReadTopicNamesAsync(TopicsWatch(), cancellationToken).ConfigureAwait(false);
        await LoadTopicsAsync(current, names, cancellationToken).ConfigureAwait(false);
        await current.Leaders.RefreshAsync([.. context.Partitions], cancellationToken).ConfigureAwait(false);
        // before anything is sent: topics that are to be deleted get no leaders, and clients no metadata of them
        await LoadDeletionsAsync(current, cancellationToken).ConfigureAwait(false);
        LogTakingOver(context.Epoch, context.Brokers.Count, context.Topics.Count);

        // the first update has everything, though leaders are elected only below: a broker without a topic in it would deny the topic
        current.Batch.UpdateMetadata(context.Partitions);
        current.Batch.Send();
        // what the controller before decided may not have reached its brokers; those that know it pass over the epoch
        foreach (var partition in context.Partitions.Where(context.HasLiveLeader))
        {
            current.Batch.LeaderAndIsr(partition.Assignment.Replicas, partition);
        }

        await current.Leaders.BringOnlineAsync(context.Partitions, cancellationToken).ConfigureAwait(false);
        current.Batch.Send();
        // brokers that died while there was no controller: their last leaders may not have taken them out of the ISR
        var dead = context.Partitions.SelectMany(partition => partition.Assignment.Replicas).Distinct()
            .Where(id => !context.Brokers.ContainsKey(id)).ToList();
        foreach (var gone in dead)
        {
            await current.Leaders.RemoveFromIsrAsync(gone, context.PartitionsOn(gone), cancellationToken).ConfigureAwait(false);
        }

        current.Batch.Send();
        await current.Reassignments.ResumeAllAsync(cancellationToken).ConfigureAwait(false);
        await ReassignRequestedAsync(current, cancellationToken).ConfigureAwait(false);
        await current.Deletion.ContinueAsync(cancellationToken).ConfigureAwait(false);
        await PreferredRequestedAsync(current, cancellationToken).ConfigureAwait(false);
        current.Batch.Send();
        _ = BalanceAsync(current);
    }

    /// <summary>/feature as a cluster in ZooKeeper mode has it, for Apache's brokers.</summary>
    async Task EnsureFeatureAsync(CancellationToken cancellationToken) =>
        await store.ZooKeeper.TryCreateAsync(ZkPaths.Feature, AdminZNodes.EncodeNoFeatures(), cancellationToken).ConfigureAwait(false);

    /// <summary>Notices to an earlier controller: what they say is read anyway. Leaves a watch for the next ones.</summary>
    async Task ClearNoticesAsync(string path, Func<ControllerTerm, CancellationToken, Task> handler, CancellationToken cancellationToken)
    {
        var notices = await store.ReadChildrenAsync(path, NoticeWatch(path, handler), cancellationToken).ConfigureAwait(false);
        foreach (var (notice, _) in notices)
        {
            await store.DeleteAsync(notice, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task LoadTopicsAsync(ControllerTerm current, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        async Task<(string Name, TopicZNode? Node)> ReadAsync(string name) =>
            (name, await store.ReadTopicAsync(name, TopicWatch(name), cancellationToken).ConfigureAwait(false));
        var nodes = await Task.WhenAll(names.Select(ReadAsync)).ConfigureAwait(false);
        foreach (var (name, node) in nodes)
        {
            if (node is null)
            {
                continue;
            }

            var topic = new TopicContext(name, node.TopicId ?? KafkaUuid.Random());
            foreach (var (id, assignment) in node.Partitions)
            {
                var partition = new PartitionContext(topic, id, assignment);
                topic.Partitions[id] = partition;
                if (assignment.IsBeingReassigned)
                {
                    current.Context.Reassigning[partition.Name] = partition;
                }
            }

            current.Context.Add(topic);
            if (node.TopicId is null)
            {
                // a topic made by a Kafka older than topic ids (KIP-516)
                await store.WriteTopicAsync(name, node with { TopicId = topic.Id }, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    async Task LoadDeletionsAsync(ControllerTerm current, CancellationToken cancellationToken)
    {
        var marked = await store.ZooKeeper.ChildrenAsync(ZkPaths.DeleteTopics, DeletionsWatch(), cancellationToken).ConfigureAwait(false);
        foreach (var name in marked)
        {
            if (options.DeleteTopics() && current.Context.Topics.TryGetValue(name, out var topic))
            {
                current.Deletion.Enqueue(topic);
            }
            else
            {
                // as Kafka: the mark of a topic that is gone or may not be deleted would come to life with a later topic of that name
                await store.DeleteAsync(ZkPaths.DeleteTopic(name), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Broker {Broker} is controller, epoch {Epoch}")]
    partial void LogElected(int broker, int epoch);

    [LoggerMessage(Level = LogLevel.Information, Message = "Controller epoch {Epoch} takes over {Brokers} brokers and {Topics} topics")]
    partial void LogTakingOver(int epoch, int brokers, int topics);
}
