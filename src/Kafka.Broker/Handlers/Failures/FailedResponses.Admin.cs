using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Failures;

/// <summary>Of topics, settings and moves.</summary>
static partial class FailedResponses
{
    const short FirstElectLeadersWithTopError = 1, FirstDeleteTopicsById = 6;

    static IKafkaResponse? OfAdmin(IKafkaRequest request, short version, short code) => request switch
    {
        CreateTopicsRequest asked => new CreateTopicsResponse
        {
            Topics = asked.Topics.ConvertAll(topic => new CreateTopicsResponse.CreatableTopicResult
            {
                Name = topic.Name,
                ErrorCode = code,
                ErrorMessage = null,
            }),
        },
        CreatePartitionsRequest asked => new CreatePartitionsResponse
        {
            Results = asked.Topics.ConvertAll(topic => new CreatePartitionsResponse.CreatePartitionsTopicResult
            {
                Name = topic.Name,
                ErrorCode = code,
            }),
        },
        DeleteTopicsRequest asked => new DeleteTopicsResponse
        {
            Responses = version >= FirstDeleteTopicsById
                ? asked.Topics.ConvertAll(topic => new DeleteTopicsResponse.DeletableTopicResult
                {
                    Name = topic.Name,
                    TopicId = topic.TopicId,
                    ErrorCode = code,
                })
                : asked.TopicNames.ConvertAll(name => new DeleteTopicsResponse.DeletableTopicResult { Name = name, ErrorCode = code }),
        },
        DescribeConfigsRequest asked => new DescribeConfigsResponse
        {
            Results = asked.Resources.ConvertAll(resource => new DescribeConfigsResponse.DescribeConfigsResult
            {
                ErrorCode = code,
                ErrorMessage = null,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            }),
        },
        AlterConfigsRequest asked => new AlterConfigsResponse
        {
            Responses = asked.Resources.ConvertAll(resource => new AlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = code,
                ErrorMessage = null,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            }),
        },
        IncrementalAlterConfigsRequest asked => new IncrementalAlterConfigsResponse
        {
            Responses = asked.Resources.ConvertAll(resource => new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ErrorCode = code,
                ErrorMessage = null,
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
            }),
        },
        ElectLeadersRequest asked => version >= FirstElectLeadersWithTopError
            ? new ElectLeadersResponse { ErrorCode = code }
            : ElectLeaders(asked, code),
        AlterPartitionReassignmentsRequest => new AlterPartitionReassignmentsResponse { ErrorCode = code, ErrorMessage = null },
        ListPartitionReassignmentsRequest => new ListPartitionReassignmentsResponse { ErrorCode = code, ErrorMessage = null },
        _ => null,
    };

    static ElectLeadersResponse ElectLeaders(ElectLeadersRequest asked, short code) => new()
    {
        ReplicaElectionResults = (asked.TopicPartitions ?? []).ConvertAll(topic => new ElectLeadersResponse.ReplicaElectionResult
        {
            Topic = topic.Topic,
            PartitionResult = topic.Partitions.ConvertAll(partition => new ElectLeadersResponse.PartitionResult
            {
                PartitionId = partition,
                ErrorCode = code,
                ErrorMessage = null,
            }),
        }),
    };
}
