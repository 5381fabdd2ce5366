using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Failures;

/// <summary>
/// The answer to a request that fails as a whole: each response has its own place for it, at its top or, where it has none there,
/// at each topic, partition, group or resource that was asked for. Every API that has a handler is here; a test goes through them all.
/// </summary>
static partial class FailedResponses
{
    /// <summary>Null where there is no answer at all (produce with acks=0).</summary>
    /// <exception cref="NotSupportedException">An API that is not here.</exception>
    public static IKafkaResponse? Of(IKafkaRequest request, short version, ErrorCode error)
    {
        var code = (short)error;
        return OfData(request, version, code)
            ?? OfGroups(request, version, code)
            ?? OfAdmin(request, version, code)
            ?? OfControl(request, code)
            ?? (request is ProduceRequest { Acks: 0 }
                ? null
                : throw new NotSupportedException($"There is no failed answer to API {request.Key}."));
    }

    /// <summary>Of the cluster: what brokers send each other and their clients about it.</summary>
    static IKafkaResponse? OfControl(IKafkaRequest request, short code) => request switch
    {
        ApiVersionsRequest => new ApiVersionsResponse { ErrorCode = code },
        DescribeClusterRequest => new DescribeClusterResponse { ErrorCode = code, ErrorMessage = null },
        LeaderAndIsrRequest => new LeaderAndIsrResponse { ErrorCode = code },
        StopReplicaRequest => new StopReplicaResponse { ErrorCode = code },
        UpdateMetadataRequest => new UpdateMetadataResponse { ErrorCode = code },
        ControlledShutdownRequest => new ControlledShutdownResponse { ErrorCode = code },
        AlterPartitionRequest => new AlterPartitionResponse { ErrorCode = code },
        AllocateProducerIdsRequest => new AllocateProducerIdsResponse { ErrorCode = code },
        InitProducerIdRequest => new InitProducerIdResponse { ErrorCode = code, ProducerId = -1, ProducerEpoch = -1 },

        // one that asks for all topics has no place for an error: no topics is what it gets
        MetadataRequest asked => new MetadataResponse
        {
            ClusterId = null,
            Topics = (asked.Topics ?? []).ConvertAll(topic => new MetadataResponse.MetadataResponseTopic
            {
                ErrorCode = code,
                Name = topic.Name ?? "",
                TopicId = topic.TopicId,
            }),
        },
        _ => null,
    };
}
