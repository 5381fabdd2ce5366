using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Controller;

/// <summary>
/// Collects what is to be sent to brokers within one step of the controller, so that each gets one request of a kind. Sent in Kafka's
/// order: LeaderAndIsr, UpdateMetadata, StopReplica. Owned by the controller's loop.
/// </summary>
sealed class RequestBatch(ControllerContext context, IBrokerChannels channels, int controllerId, string listener, IControlAnswers answers)
{
    readonly Dictionary<int, Dictionary<PartitionContext, bool>> leaderAndIsr = [];
    readonly Dictionary<int, Dictionary<PartitionContext, bool>> stops = [];
    readonly HashSet<int> updateTargets = [];
    readonly HashSet<PartitionContext> updates = [];
    readonly Dictionary<int, HashSet<PartitionContext>> fullUpdates = [];

    /// <summary>The brokers shall lead or follow as the partition's state says; all others learn of it as well.</summary>
    public void LeaderAndIsr(IEnumerable<int> brokers, PartitionContext partition, bool isNew = false)
    {
        // one that is down learns of all its partitions when it registers
        foreach (var broker in brokers.Where(context.Brokers.ContainsKey))
        {
            var partitions = leaderAndIsr.TryGetValue(broker, out var known) ? known : leaderAndIsr[broker] = [];
            // new until it is sent: a broker with an offline directory makes only new replicas (KIP-112), others may lie in that
            // directory
            partitions[partition] = isNew || partitions.GetValueOrDefault(partition);
        }

        UpdateMetadata([partition]);
    }

    /// <summary>Every broker learns of these partitions (none: of the live brokers alone).</summary>
    public void UpdateMetadata(IEnumerable<PartitionContext> partitions)
    {
        updateTargets.UnionWith(context.ReachableBrokers);
        updates.UnionWith(partitions);
    }

    /// <summary>A broker that came up learns of everything.</summary>
    public void FullUpdate(int broker) => fullUpdates[broker] = [.. context.Partitions];

    public void StopReplica(int broker, PartitionContext partition, bool delete)
    {
        if (context.Brokers.ContainsKey(broker))
        {
            var partitions = stops.TryGetValue(broker, out var known) ? known : stops[broker] = [];
            partitions[partition] = delete || partitions.GetValueOrDefault(partition);
        }
    }

    public void Send()
    {
        // leaders before metadata, which sends clients to them
        foreach (var (broker, partitions) in leaderAndIsr)
        {
            SendLeaderAndIsr(broker, partitions);
        }

        var metadata = MetadataOf(updates);
        foreach (var broker in updateTargets.Where(id => !fullUpdates.ContainsKey(id)))
        {
            SendUpdate(broker, metadata);
        }

        foreach (var (broker, partitions) in fullUpdates)
        {
            SendUpdate(broker, MetadataOf(partitions));
        }

        foreach (var (broker, partitions) in stops)
        {
            SendStops(broker, partitions);
        }

        leaderAndIsr.Clear();
        updateTargets.Clear();
        updates.Clear();
        fullUpdates.Clear();
        stops.Clear();
    }

    void SendLeaderAndIsr(int broker, Dictionary<PartitionContext, bool> partitions)
    {
        if (!context.Brokers.TryGetValue(broker, out var target))
        {
            return;
        }

        var decided = partitions.Where(pair => pair.Key.State is not null).ToList();
        var leaders = decided.Select(pair => pair.Key.State!.Leader).ToHashSet();
        var request = new LeaderAndIsrRequest
        {
            ControllerId = controllerId,
            ControllerEpoch = context.Epoch,
            BrokerEpoch = target.Epoch,
            TopicStates = [.. decided.GroupBy(pair => pair.Key.Topic).Select(group => new LeaderAndIsrRequest.LeaderAndIsrTopicState
            {
                TopicName = group.Key.Name,
                TopicId = group.Key.Id,
                PartitionStates = [.. group.Select(pair => LeaderAndIsrState(pair.Key, pair.Value))],
            })],
            LiveLeaders = [.. context.Brokers.Values
                .Where(node => leaders.Contains(node.Id))
                .Select(node => (node.Id, Endpoint: node.Node.Endpoint(listener)))
                .Where(node => node.Endpoint is not null)
                .Select(node => new LeaderAndIsrRequest.LeaderAndIsrLiveLeader
                {
                    BrokerId = node.Id,
                    HostName = node.Endpoint!.Host,
                    Port = node.Endpoint.Port,
                })],
        };
        if (decided.Count > 0)
        {
            channels.Send(broker, request, answer => answers.LeaderAndIsr(broker, request, answer));
        }
    }

    static LeaderAndIsrRequest.LeaderAndIsrPartitionState LeaderAndIsrState(PartitionContext partition, bool isNew) => new()
    {
        PartitionIndex = partition.Name.Partition,
        ControllerEpoch = partition.State!.ControllerEpoch,
        Leader = partition.State.Leader,
        LeaderEpoch = partition.State.LeaderEpoch,
        Isr = [.. partition.State.Isr],
        PartitionEpoch = partition.State.Version,
        Replicas = [.. partition.Assignment.Replicas],
        AddingReplicas = [.. partition.Assignment.Adding],
        RemovingReplicas = [.. partition.Assignment.Removing],
        IsNew = isNew,
        LeaderRecoveryState = partition.State.RecoveryState,
    };

    List<UpdateMetadataRequest.UpdateMetadataTopicState> MetadataOf(IEnumerable<PartitionContext> partitions) =>
        [.. partitions.Where(partition => partition.State is not null).GroupBy(partition => partition.Topic)
            .Select(group => new UpdateMetadataRequest.UpdateMetadataTopicState
            {
                TopicName = group.Key.Name,
                TopicId = group.Key.Id,
                PartitionStates = [.. group.Select(MetadataState)],
            })];

    UpdateMetadataRequest.UpdateMetadataPartitionState MetadataState(PartitionContext partition)
    {
        // -2 in place of a leader: brokers drop the partition from their metadata
        var deleted = partition.Topic.IsQueuedForDeletion;
        return new()
        {
            PartitionIndex = partition.Name.Partition,
            ControllerEpoch = partition.State!.ControllerEpoch,
            Leader = deleted ? PartitionStateZNode.LeaderDuringDelete : partition.State.Leader,
            LeaderEpoch = deleted ? PartitionStateZNode.LeaderDuringDelete : partition.State.LeaderEpoch,
            Isr = [.. partition.State.Isr],
            ZkVersion = partition.State.Version,
            Replicas = [.. partition.Assignment.Replicas],
            // a broker that is leaving still serves what it has
            OfflineReplicas =
                [.. partition.Assignment.Replicas.Where(replica => !context.IsOnline(replica, partition, includeShuttingDown: true))],
        };
    }

    void SendUpdate(int broker, List<UpdateMetadataRequest.UpdateMetadataTopicState> topics)
    {
        if (!context.Brokers.TryGetValue(broker, out var target))
        {
            return;
        }

        channels.Send(broker, new UpdateMetadataRequest
        {
            ControllerId = controllerId,
            ControllerEpoch = context.Epoch,
            BrokerEpoch = target.Epoch,
            TopicStates = topics,
            LiveBrokers = [.. context.Brokers.Values.OrderBy(node => node.Id).Select(node => new UpdateMetadataRequest.UpdateMetadataBroker
            {
                Id = node.Id,
                Rack = node.Node.Rack,
                Endpoints = [.. node.Node.Endpoints.Select(endpoint => new UpdateMetadataRequest.UpdateMetadataEndpoint
                {
                    Host = endpoint.Host,
                    Port = endpoint.Port,
                    Listener = endpoint.Listener,
                    SecurityProtocol = SecurityProtocols.Number(endpoint.SecurityProtocol),
                })],
            })],
        });
    }

    void SendStops(int broker, Dictionary<PartitionContext, bool> partitions)
    {
        if (!context.Brokers.TryGetValue(broker, out var target))
        {
            return;
        }

        var request = new StopReplicaRequest
        {
            ControllerId = controllerId,
            ControllerEpoch = context.Epoch,
            BrokerEpoch = target.Epoch,
            TopicStates = [.. partitions.GroupBy(pair => pair.Key.Topic).Select(group => new StopReplicaRequest.StopReplicaTopicState
            {
                TopicName = group.Key.Name,
                PartitionStates = [.. group.Select(pair => new StopReplicaRequest.StopReplicaPartitionState
                {
                    PartitionIndex = pair.Key.Name.Partition,
                    DeletePartition = pair.Value,
                    // -2: deleted whatever epoch the broker knows (KIP-570)
                    LeaderEpoch = group.Key.IsQueuedForDeletion
                        ? PartitionStateZNode.LeaderDuringDelete
                        : pair.Key.State?.LeaderEpoch ?? -1,
                })],
            })],
        };
        channels.Send(broker, request, answer => answers.StopReplica(broker, request, answer));
    }
}

/// <summary>Where brokers' answers go; called from the channels' loops.</summary>
interface IControlAnswers
{
    void LeaderAndIsr(int broker, LeaderAndIsrRequest request, LeaderAndIsrResponse answer);

    void StopReplica(int broker, StopReplicaRequest request, StopReplicaResponse answer);
}
