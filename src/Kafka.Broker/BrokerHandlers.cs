using Kafka.Broker.Configuration;
using Kafka.Broker.Groups;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Admin;
using Kafka.Broker.Handlers.Control;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Handlers.Groups;
using Kafka.Broker.Logging;
using Kafka.Broker.Metadata;
using Kafka.Broker.Producers;
using Kafka.Broker.Replication;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker;

/// <summary>
/// Every handler of a broker, each with what it uses. Made when all parts are there: after <see cref="ControlPlane.ConnectAsync"/>.
/// </summary>
static class BrokerHandlers
{
    public static HandlerRegistry Create(
        BrokerConfig config,
        MetadataCache metadata,
        ReplicaManager replicas,
        GroupCoordinator groups,
        ProducerIdManager producerIds,
        ControlPlane control,
        BrokerLoggers loggers,
        TimeProvider time)
    {
        HandlerRegistry? registry = null;
        return registry = new HandlerRegistry(
        [
            new ApiVersionsHandler(() => registry!),
            .. Data(config, metadata, replicas, producerIds, time),
            .. Control(metadata, control),
            .. Admin(config, metadata, control, loggers, time),
            .. Groups(config, metadata, groups, control, time),
        ]);
    }

    static IEnumerable<IRequestHandler> Data(
        BrokerConfig config, MetadataCache metadata, ReplicaManager replicas, ProducerIdManager producerIds, TimeProvider time) =>
    [
        new ProduceHandler(replicas),
        new FetchHandler(config, replicas, metadata, time),
        new ListOffsetsHandler(replicas),
        new OffsetForLeaderEpochHandler(replicas),
        new LeaderAndIsrHandler(replicas),
        new StopReplicaHandler(replicas),
        new DeleteRecordsHandler(replicas),
        new InitProducerIdHandler(producerIds),
        new DescribeLogDirsHandler(replicas),
    ];

    static IEnumerable<IRequestHandler> Control(MetadataCache metadata, ControlPlane control) =>
    [
        new UpdateMetadataHandler(metadata, control.Session),
        new ControlledShutdownHandler(control.Controller),
        new AlterPartitionHandler(control.Controller),
        new AllocateProducerIdsHandler(control.Controller, control.ProducerIds),
    ];

    static IEnumerable<IRequestHandler> Admin(
        BrokerConfig config, MetadataCache metadata, ControlPlane control, BrokerLoggers loggers, TimeProvider time)
    {
        var failures = new EntryFailures(loggers.CreateLogger<EntryFailures>());
        var creation = new TopicCreation(config, metadata, control.Session, control.Configs);
        var alteration = new ConfigAlteration(config, control.BrokerId, metadata, control.Configs);
        return
        [
            new MetadataHandler(config, metadata, control.Session, control.AutoCreation, control.Awaited),
            new DescribeClusterHandler(metadata, control.Session, control.Awaited),
            new CreateTopicsHandler(metadata, control.Controller, creation, failures, time),
            new DeleteTopicsHandler(config, metadata, control.Session, control.Controller, failures, time),
            new CreatePartitionsHandler(metadata, control.Session, control.Controller, failures, time),
            new DescribeConfigsHandler(config, control.BrokerId, metadata, control.Configs, loggers, failures),
            new AlterConfigsHandler(alteration, failures),
            new IncrementalAlterConfigsHandler(alteration, new LoggerAlteration(control.BrokerId, loggers), failures),
            new ElectLeadersHandler(metadata, control.Controller, time),
            new AlterPartitionReassignmentsHandler(control.Controller),
            new ListPartitionReassignmentsHandler(control.Controller),
        ];
    }

    static IEnumerable<IRequestHandler> Groups(
        BrokerConfig config, MetadataCache metadata, GroupCoordinator groups, ControlPlane control, TimeProvider time) =>
    [
        new FindCoordinatorHandler(config, metadata, control.AutoCreation),
        new JoinGroupHandler(groups),
        new SyncGroupHandler(groups),
        new HeartbeatHandler(groups),
        new LeaveGroupHandler(groups),
        new OffsetCommitHandler(groups, metadata, time),
        new OffsetFetchHandler(groups),
        new OffsetDeleteHandler(groups, metadata),
        new ListGroupsHandler(groups),
        new DescribeGroupsHandler(groups),
        new DeleteGroupsHandler(groups),
    ];
}
