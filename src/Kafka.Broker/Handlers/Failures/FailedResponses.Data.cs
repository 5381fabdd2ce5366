using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Failures;

/// <summary>Of records and logs.</summary>
static partial class FailedResponses
{
    const short FirstFetchWithTopError = 7, FirstLogDirsWithTopError = 3;

    static IKafkaResponse? OfData(IKafkaRequest request, short version, short code) => request switch
    {
        ProduceRequest { Acks: not 0 } asked => Produce(asked, code),
        FetchRequest asked => version >= FirstFetchWithTopError ? new FetchResponse { ErrorCode = code } : Fetch(asked, code),
        ListOffsetsRequest asked => ListOffsets(asked, code),
        OffsetForLeaderEpochRequest asked => OffsetForLeaderEpoch(asked, code),
        DeleteRecordsRequest asked => DeleteRecords(asked, code),
        DescribeLogDirsRequest => version >= FirstLogDirsWithTopError
            ? new DescribeLogDirsResponse { ErrorCode = code }
            : new DescribeLogDirsResponse { Results = [new() { ErrorCode = code, LogDir = "" }] },
        _ => null,
    };

    static ProduceResponse Produce(ProduceRequest asked, short code) => new()
    {
        Responses = asked.TopicData.ConvertAll(topic => new ProduceResponse.TopicProduceResponse
        {
            Name = topic.Name,
            PartitionResponses = topic.PartitionData.ConvertAll(partition => new ProduceResponse.PartitionProduceResponse
            {
                Index = partition.Index,
                ErrorCode = code,
                BaseOffset = -1,
            }),
        }),
    };

    static FetchResponse Fetch(FetchRequest asked, short code) => new()
    {
        Responses = asked.Topics.ConvertAll(topic => new FetchResponse.FetchableTopicResponse
        {
            Topic = topic.Topic,
            TopicId = topic.TopicId,
            Partitions = topic.Partitions.ConvertAll(partition => new FetchResponse.PartitionData
            {
                PartitionIndex = partition.Partition,
                ErrorCode = code,
                HighWatermark = -1,
                Records = ReadOnlyMemory<byte>.Empty,
                AbortedTransactions = null,
            }),
        }),
    };

    static ListOffsetsResponse ListOffsets(ListOffsetsRequest asked, short code) => new()
    {
        Topics = asked.Topics.ConvertAll(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition => new ListOffsetsResponse.ListOffsetsPartitionResponse
            {
                PartitionIndex = partition.PartitionIndex,
                ErrorCode = code,
            }),
        }),
    };

    static OffsetForLeaderEpochResponse OffsetForLeaderEpoch(OffsetForLeaderEpochRequest asked, short code) => new()
    {
        Topics = asked.Topics.ConvertAll(topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
        {
            Topic = topic.Topic,
            Partitions = topic.Partitions.ConvertAll(partition => new OffsetForLeaderEpochResponse.EpochEndOffset
            {
                Partition = partition.Partition,
                ErrorCode = code,
            }),
        }),
    };

    static DeleteRecordsResponse DeleteRecords(DeleteRecordsRequest asked, short code) => new()
    {
        Topics = asked.Topics.ConvertAll(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition => new DeleteRecordsResponse.DeleteRecordsPartitionResult
            {
                PartitionIndex = partition.PartitionIndex,
                LowWatermark = -1,
                ErrorCode = code,
            }),
        }),
    };
}
