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
        ElectLeadersResponse elected => Is(elected.ErrorCode),
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
