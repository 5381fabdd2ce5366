using System.Collections.Immutable;
using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Metadata;

/// <summary>A broker that is up, as the controller sent it.</summary>
sealed record BrokerImage(int Id, string? Rack, ImmutableArray<BrokerImageEndpoint> Endpoints)
{
    public BrokerImageEndpoint? Endpoint(string listener) => Endpoints.FirstOrDefault(endpoint => endpoint.Listener == listener);
}

sealed record BrokerImageEndpoint(string Listener, string Host, int Port);

/// <summary>A partition as the controller sent it; leader -1: none.</summary>
sealed record PartitionImage(
    int Partition,
    int Leader,
    int LeaderEpoch,
    IReadOnlyList<int> Replicas,
    IReadOnlyList<int> Isr,
    IReadOnlyList<int> OfflineReplicas,
    int PartitionEpoch);

sealed record TopicImage(string Name, Guid Id, ImmutableSortedDictionary<int, PartitionImage> Partitions);

/// <summary>The cluster as this broker knows it from the controller; immutable, replaced whole.</summary>
sealed record MetadataImage
{
    public static readonly MetadataImage Empty = new();

    /// <summary>-1 before the first word of a controller.</summary>
    public int ControllerId { get; init; } = -1;

    public int ControllerEpoch { get; init; }

    public ImmutableSortedDictionary<int, BrokerImage> Brokers { get; init; } = ImmutableSortedDictionary<int, BrokerImage>.Empty;

    public ImmutableSortedDictionary<string, TopicImage> Topics { get; init; } =
        ImmutableSortedDictionary.Create<string, TopicImage>(StringComparer.Ordinal);

    public ImmutableDictionary<Guid, string> TopicNames { get; init; } = ImmutableDictionary<Guid, string>.Empty;

    /// <summary>Topics that ZooKeeper has and no controller has sent yet: clients must not hear that they do not exist.</summary>
    public ImmutableHashSet<string> Awaited { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>The controller's id while it is among the live brokers, else -1.</summary>
    public int LiveControllerId => Brokers.ContainsKey(ControllerId) ? ControllerId : -1;

    public bool Exists(string topic) => Topics.ContainsKey(topic) || Awaited.Contains(topic);

    public PartitionImage? Partition(string topic, int partition) =>
        Topics.GetValueOrDefault(topic)?.Partitions.GetValueOrDefault(partition);

    public TopicImage? Topic(Guid id) => TopicNames.TryGetValue(id, out var name) ? Topics.GetValueOrDefault(name) : null;

    /// <summary>Where clients of a listener reach a broker; null for one that is down or does not have that listener.</summary>
    public BrokerImageEndpoint? Endpoint(int broker, string listener) => Brokers.GetValueOrDefault(broker)?.Endpoint(listener);

    /// <summary>The brokers that clients of a listener can reach.</summary>
    public IEnumerable<(BrokerImage Broker, BrokerImageEndpoint Endpoint)> BrokersOn(string listener)
    {
        foreach (var broker in Brokers.Values)
        {
            if (broker.Endpoint(listener) is { } endpoint)
            {
                yield return (broker, endpoint);
            }
        }
    }

    /// <summary>The image of a broker that has read in ZooKeeper which topics there are.</summary>
    public MetadataImage Await(IEnumerable<string> existing) =>
        this with { Awaited = [.. existing.Where(topic => !Topics.ContainsKey(topic))] };

    /// <summary>
    /// The brokers to place replicas on. Racks count once every broker has one, as in Kafka's RackAwareMode.Safe: while a cluster is given
    /// racks broker by broker, topics can be created, and none of the brokers gets more than its share.
    /// </summary>
    public IReadOnlyList<BrokerRack> RacksForPlacement()
    {
        var all = Brokers.Values.All(broker => broker.Rack is not null);
        return [.. Brokers.Values.Select(broker => new BrokerRack(broker.Id, all ? broker.Rack : null))];
    }

    /// <summary>The image after a request: brokers are replaced, partitions merged, and those with leader -2 are gone.</summary>
    public MetadataImage Apply(UpdateMetadataRequest request)
    {
        var topics = Topics.ToBuilder();
        var names = TopicNames.ToBuilder();
        var awaited = Awaited.IsEmpty ? Awaited : Awaited.Except(ByTopic(request).Select(topic => topic.Name));
        foreach (var topic in ByTopic(request))
        {
            // another id: the topic was deleted and created anew. No id: the controller is older than version 7 of the request (KIP-516)
            var partitions = (topics.TryGetValue(topic.Name, out var known) && (known.Id == topic.Id || topic.Id == Guid.Empty)
                ? known.Partitions
                : ImmutableSortedDictionary<int, PartitionImage>.Empty).ToBuilder();
            if (known is not null && known.Id != topic.Id && topic.Id != Guid.Empty)
            {
                names.Remove(known.Id);
            }

            foreach (var state in topic.States)
            {
                if (state.Leader == PartitionStateZNode.LeaderDuringDelete)
                {
                    partitions.Remove(state.PartitionIndex);
                }
                else
                {
                    partitions[state.PartitionIndex] = new PartitionImage(
                        state.PartitionIndex,
                        state.Leader,
                        state.LeaderEpoch,
                        state.Replicas,
                        state.Isr,
                        state.OfflineReplicas,
                        state.ZkVersion);
                }
            }

            var id = topic.Id != Guid.Empty ? topic.Id : known?.Id ?? Guid.Empty;
            if (partitions.Count == 0)
            {
                topics.Remove(topic.Name);
                names.Remove(id);
                continue;
            }

            topics[topic.Name] = new TopicImage(topic.Name, id, partitions.ToImmutable());
            if (id != Guid.Empty)
            {
                names[id] = topic.Name;
            }
        }

        return this with
        {
            ControllerId = request.ControllerId,
            ControllerEpoch = request.ControllerEpoch,
            Brokers = request.LiveBrokers.ToImmutableSortedDictionary(broker => broker.Id, Broker),
            Topics = topics.ToImmutable(),
            TopicNames = names.ToImmutable(),
            Awaited = awaited,
        };
    }

    /// <summary>v0 knows one address without encryption; before v3 a listener is called what its security protocol is.</summary>
    static BrokerImage Broker(UpdateMetadataRequest.UpdateMetadataBroker broker) =>
        new(broker.Id, broker.Rack, broker.Endpoints.Count == 0 && broker.V0Host.Length > 0
            ? [new BrokerImageEndpoint(SecurityProtocols.Plaintext, broker.V0Host, broker.V0Port)]
            : [.. broker.Endpoints.Select(endpoint => new BrokerImageEndpoint(
                endpoint.Listener.Length > 0 ? endpoint.Listener : SecurityProtocols.Name(endpoint.SecurityProtocol),
                endpoint.Host,
                endpoint.Port))]);

    static IEnumerable<(string Name, Guid Id, IEnumerable<UpdateMetadataRequest.UpdateMetadataPartitionState> States)> ByTopic(
        UpdateMetadataRequest request) =>
        request.TopicStates.Select(topic => (topic.TopicName, topic.TopicId, topic.PartitionStates.AsEnumerable()))
            .Concat(request.UngroupedPartitionStates.GroupBy(state => state.TopicName)
                .Select(group => (group.Key, Guid.Empty, group.AsEnumerable())));
}
