using Kafka.Broker.Handlers.Admin;

namespace Kafka.Broker.Handlers.Control;

/// <summary>The handlers of this part, for the registry.</summary>
public static class ControlHandlers
{
    public static IEnumerable<IRequestHandler> Create(BrokerServices broker) =>
    [
        new MetadataHandler(broker),
        new DescribeClusterHandler(broker),
        new UpdateMetadataHandler(broker),
        new ControlledShutdownHandler(broker),
        new AlterPartitionHandler(broker),
        new AllocateProducerIdsHandler(broker),
        new CreateTopicsHandler(broker),
        new DeleteTopicsHandler(broker),
        new CreatePartitionsHandler(broker),
        new DescribeConfigsHandler(broker),
        new AlterConfigsHandler(broker),
        new IncrementalAlterConfigsHandler(broker),
        new ElectLeadersHandler(broker),
        new AlterPartitionReassignmentsHandler(broker),
        new ListPartitionReassignmentsHandler(broker),
    ];
}
