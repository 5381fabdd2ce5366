namespace Kafka.Broker.Handlers.Data;

/// <summary>The handlers of logs and replicas, for the registry. ApiVersions is apart: it answers from the registry.</summary>
public static class DataHandlers
{
    public static IEnumerable<IRequestHandler> Create(BrokerServices broker) =>
    [
        new ProduceHandler(broker),
        new FetchHandler(broker),
        new ListOffsetsHandler(broker),
        new OffsetForLeaderEpochHandler(broker),
        new LeaderAndIsrHandler(broker),
        new StopReplicaHandler(broker),
        new DeleteRecordsHandler(broker),
        new InitProducerIdHandler(broker),
        new DescribeLogDirsHandler(broker),
    ];
}
