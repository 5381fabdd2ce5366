using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client;

/// <summary>Where the answers of the APIs for the controller say that the broker is not the controller.</summary>
static class ControllerErrors
{
    internal static bool IsNotController(IKafkaResponse answer) => answer switch
    {
        CreateTopicsResponse created => created.Topics.Exists(topic => Is(topic.ErrorCode)),
        DeleteTopicsResponse deleted => deleted.Responses.Exists(topic => Is(topic.ErrorCode)),
        CreatePartitionsResponse created => created.Results.Exists(topic => Is(topic.ErrorCode)),
        // in ZooKeeper mode Kafka says it of each partition
        ElectLeadersResponse elected => Is(elected.ErrorCode)
            || elected.ReplicaElectionResults.Exists(topic => topic.PartitionResult.Exists(partition => Is(partition.ErrorCode))),
        AlterPartitionReassignmentsResponse altered => Is(altered.ErrorCode),
        ListPartitionReassignmentsResponse listed => Is(listed.ErrorCode),
        AlterPartitionResponse altered => Is(altered.ErrorCode),
        AllocateProducerIdsResponse allocated => Is(allocated.ErrorCode),
        ControlledShutdownResponse shutdown => Is(shutdown.ErrorCode),
        IncrementalAlterConfigsResponse altered => altered.Responses.Exists(resource => Is(resource.ErrorCode)),
        _ => false,
    };

    static bool Is(short code) => (ErrorCode)code == ErrorCode.NotController;
}
