using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication;

/// <summary>LeaderAndIsr and StopReplica: the controller decides what this broker leads, follows and stops.</summary>
sealed partial class ReplicaManager
{
    public async Task<LeaderAndIsrResponse> ApplyAsync(LeaderAndIsrRequest request, short version)
    {
        // v2 groups the partitions by topic (KIP-380)
        var topics = version < 2
            ? request.UngroupedPartitionStates.Select(state => state.TopicName)
            : request.TopicStates.Select(topic => topic.TopicName);
        var configs = new Dictionary<string, LogConfig>();
        foreach (var topic in topics.Distinct())
        {
            var overrides = await Others.Configs.GetTopicOverridesAsync(topic, stopping.Token).ConfigureAwait(false);
            configs[topic] = LogConfig.Create(config.Values, overrides);
        }

        return await InTurnAsync(() => PreparedAsync(request, version, configs)).ConfigureAwait(false);
    }

    public Task<StopReplicaResponse> ApplyAsync(StopReplicaRequest request, short version) =>
        InTurnAsync(() => Loop.InvokeAsync(() => Apply(request, version)));

    LeaderAndIsrResponse Apply(
        LeaderAndIsrRequest request,
        short version,
        Dictionary<string, LogConfig> configs,
        Dictionary<TopicPartition, PreparedLog> prepared)
    {
        var response = new LeaderAndIsrResponse { ErrorCode = (short)CheckController(request.ControllerEpoch, request.BrokerEpoch) };
        if ((ErrorCode)response.ErrorCode != ErrorCode.None)
        {
            LogStaleController(request.ControllerId, request.ControllerEpoch, ControllerEpoch);
            return response;
        }

        // before the states: a partition that is to be followed needs its leader's address at once
        foreach (var leader in request.LiveLeaders)
        {
            fetchers.Learn(leader.BrokerId, leader.HostName, leader.Port);
        }

        foreach (var state in request.UngroupedPartitionStates)
        {
            var name = new TopicPartition(state.TopicName, state.PartitionIndex);
            var error = Apply(name, Guid.Empty, state, configs[state.TopicName], prepared);
            response.PartitionErrors.Add(new()
            {
                TopicName = state.TopicName,
                PartitionIndex = state.PartitionIndex,
                ErrorCode = (short)error,
            });
        }

        foreach (var topic in request.TopicStates)
        {
            var errors = topic.PartitionStates.ConvertAll(state => new LeaderAndIsrResponse.LeaderAndIsrPartitionError
            {
                TopicName = version < 5 ? topic.TopicName : "", // v5 has ids instead (KIP-516)
                PartitionIndex = state.PartitionIndex,
                ErrorCode = (short)Apply(
                    new TopicPartition(topic.TopicName, state.PartitionIndex),
                    topic.TopicId,
                    state,
                    configs[topic.TopicName],
                    prepared),
            });
            if (version < 5)
            {
                response.PartitionErrors.AddRange(errors);
            }
            else
            {
                response.Topics.Add(new() { TopicId = topic.TopicId, PartitionErrors = errors });
            }
        }

        return response;
    }

    ErrorCode Apply(
        TopicPartition name,
        Guid topicId,
        LeaderAndIsrRequest.LeaderAndIsrPartitionState state,
        LogConfig logConfig,
        Dictionary<TopicPartition, PreparedLog> prepared)
    {
        if (!state.Replicas.Contains(BrokerId))
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        var error = Obtain(name, topicId, logConfig, prepared, out var partition);
        if (error != ErrorCode.None)
        {
            return error;
        }

        // the same epoch comes again after a failover, an older one from a request that was overtaken
        if (state.LeaderEpoch <= partition.LeaderEpoch)
        {
            return state.LeaderEpoch < partition.LeaderEpoch ? ErrorCode.StaleControllerEpoch : ErrorCode.None;
        }

        partition.Log!.Config = logConfig;
        return Guard(partition, () => ChangeRole(partition, state));
    }

    void ChangeRole(Partition partition, LeaderAndIsrRequest.LeaderAndIsrPartitionState state)
    {
        var wasLeader = partition.IsLeader;
        var name = partition.TopicPartition;
        // first: an answer of the old leader that is under way must find nothing to append to
        fetchers.Unfollow(partition);
        if (state.Leader == BrokerId)
        {
            partition.BecomeLeader(state.LeaderEpoch, state.PartitionEpoch, state.Replicas, state.Isr);
            LogLeads(name, state.LeaderEpoch, partition.Log!.LogEndOffset, partition.Log.HighWatermark);
            // alone in the ISR it has no follower whose fetch would raise it
            AfterAdvance(partition, partition.TryRaiseHighWatermark(config.ReplicaLagTimeMax));
            // fetches that wait under an older epoch are fenced now
            MarkDirty(partition);
            notifier.BecameLeader(name, state.LeaderEpoch);
            return;
        }

        partition.BecomeFollower(state.Leader, state.LeaderEpoch, state.PartitionEpoch, state.Replicas, state.Isr);
        LogFollows(name, state.Leader, state.LeaderEpoch, partition.Log!.LogEndOffset);
        // after the change: waiting fetches are planned once more, and must find that this broker does not lead
        FailWaiting(partition, ErrorCode.NotLeaderOrFollower);
        if (wasLeader || state.IsNew)
        {
            notifier.Resigned(name, state.LeaderEpoch);
        }

        if (partition.Log.Epochs.Latest < 0)
        {
            // without epochs it cannot be known how far the logs agree; below the high watermark they do
            partition.Log.TruncateTo(partition.Log.HighWatermark);
        }

        if (state.Leader >= 0)
        {
            fetchers.Follow(partition);
        }
    }

    /// <summary>The partition with its log, known or prepared.</summary>
    ErrorCode Obtain(
        TopicPartition name,
        Guid topicId,
        LogConfig logConfig,
        Dictionary<TopicPartition, PreparedLog> prepared,
        out Partition partition)
    {
        if (partitions.TryGetValue(name, out partition!))
        {
            return partition.Log is null ? ErrorCode.KafkaStorageError
                : topicId != Guid.Empty && partition.TopicId != Guid.Empty && partition.TopicId != topicId ? ErrorCode.InconsistentTopicId
                : ErrorCode.None;
        }

        partition = new Partition(name, topicId, BrokerId, time);
        if (!prepared.TryGetValue(name, out var log))
        {
            return ErrorCode.KafkaStorageError;
        }

        if (topicId != Guid.Empty && log.TopicId != Guid.Empty && log.TopicId != topicId)
        {
            LogOtherTopicId(name, topicId, log.TopicId);
            return ErrorCode.InconsistentTopicId;
        }

        try
        {
            if (logs.Adopt(name, log, logConfig) is not { } adopted)
            {
                return ErrorCode.KafkaStorageError;
            }

            (partition.Log, partition.Directory) = adopted;
        }
        catch (IOException e)
        {
            FailDirectory(log.Directory, e.Message);
            return ErrorCode.KafkaStorageError;
        }

        partitions[name] = partition;
        if (topicId != Guid.Empty)
        {
            topicNames[topicId] = name.Topic;
        }

        return ErrorCode.None;
    }

    StopReplicaResponse Apply(StopReplicaRequest request, short version)
    {
        var response = new StopReplicaResponse { ErrorCode = (short)CheckController(request.ControllerEpoch, request.BrokerEpoch) };
        if ((ErrorCode)response.ErrorCode != ErrorCode.None)
        {
            return response;
        }

        var wanted = version == 0
            ? request.UngroupedPartitions.Select(each =>
                (Name: new TopicPartition(each.TopicName, each.PartitionIndex), Epoch: -1, Delete: request.DeletePartitions))
            // an epoch for each partition from v3 on (KIP-570)
            : version < 3
                ? request.Topics.SelectMany(topic => topic.PartitionIndexes.Select(index =>
                    (new TopicPartition(topic.Name, index), -1, request.DeletePartitions)))
                : request.TopicStates.SelectMany(topic => topic.PartitionStates.Select(state =>
                    (new TopicPartition(topic.TopicName, state.PartitionIndex), state.LeaderEpoch, state.DeletePartition)));
        foreach (var (name, epoch, delete) in wanted)
        {
            response.PartitionErrors.Add(new()
            {
                TopicName = name.Topic,
                PartitionIndex = name.Partition,
                ErrorCode = (short)Stop(name, epoch, delete),
            });
        }

        return response;
    }

    ErrorCode Stop(TopicPartition name, int epoch, bool delete)
    {
        if (!partitions.TryGetValue(name, out var partition))
        {
            // a log from before a restart, of which no LeaderAndIsr has come since
            return delete ? DeleteLog(name) : ErrorCode.None;
        }

        if (partition.Log is null)
        {
            return ErrorCode.KafkaStorageError;
        }

        // without an epoch (older controllers) and for topics that are deleted (-2) nothing is compared (KIP-570)
        if (epoch >= 0 && epoch < partition.LeaderEpoch)
        {
            return ErrorCode.FencedLeaderEpoch;
        }

        fetchers.Unfollow(partition);
        FailWaiting(partition, ErrorCode.NotLeaderOrFollower);
        partitions.TryRemove(name, out _);
        notifier.Resigned(name, partition.LeaderEpoch);
        if (partitions.Values.All(other => other.TopicId != partition.TopicId))
        {
            topicNames.TryRemove(partition.TopicId, out _);
        }

        LogStopped(name, delete);
        return delete ? DeleteLog(name) : ErrorCode.None;
    }

    ErrorCode DeleteLog(TopicPartition name)
    {
        try
        {
            logs.Delete(name);
            return ErrorCode.None;
        }
        catch (IOException e)
        {
            if (logs.Find(name) is { } entry)
            {
                FailDirectory(entry.Directory, e.Message);
            }

            return ErrorCode.KafkaStorageError;
        }
    }

    ErrorCode CheckController(int controllerEpoch, long brokerEpoch)
    {
        if (controllerEpoch < ControllerEpoch)
        {
            return ErrorCode.StaleControllerEpoch;
        }

        // meant for this broker before it restarted (KIP-380)
        if (brokerEpoch >= 0 && brokerEpoch < Others.Identity.BrokerEpoch)
        {
            return ErrorCode.StaleBrokerEpoch;
        }

        ControllerEpoch = controllerEpoch;
        return ErrorCode.None;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{Partition}: leader from epoch {Epoch} on; log end {LogEnd}, high watermark {HighWatermark}")]
    partial void LogLeads(TopicPartition partition, int epoch, long logEnd, long highWatermark);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: follower of {Leader} from epoch {Epoch} on; log end {LogEnd}")]
    partial void LogFollows(TopicPartition partition, int leader, int epoch, long logEnd);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: stopped, deleted: {Deleted}")]
    partial void LogStopped(TopicPartition partition, bool deleted);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Controller {Controller} has epoch {Epoch}, {Known} is known: refused")]
    partial void LogStaleController(int controller, int epoch, int known);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Partition}: topic id {Wanted} is wanted, the directory belongs to {Written}")]
    partial void LogOtherTopicId(TopicPartition partition, Guid wanted, Guid written);
}
