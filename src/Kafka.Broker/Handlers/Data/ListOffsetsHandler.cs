using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>ListOffsets v0 to v9: end, beginning, largest timestamp, first record of a time. Tiered offsets are those of the local log.</summary>
public sealed class ListOffsetsHandler(BrokerServices broker) : RequestHandler<ListOffsetsRequest, ListOffsetsResponse>(
    ApiKey.ListOffsets, ListOffsetsRequest.MinVersion, ListOffsetsRequest.MaxVersion, ListOffsetsRequest.Read)
{
    protected override async ValueTask<ListOffsetsResponse?> HandleAsync(ListOffsetsRequest request, RequestContext context, CancellationToken stopping)
    {
        var asked = request.Topics.SelectMany(topic => topic.Partitions.Select(partition => new OffsetQuestion(
            new TopicPartition(topic.Name, partition.PartitionIndex), partition.Timestamp, partition.CurrentLeaderEpoch))).ToList();
        await broker.Replicas.Loop.InvokeAsync(() => asked.ForEach(question => question.Plan(broker.Replicas, request.ReplicaId >= 0))).ConfigureAwait(false);
        var response = new ListOffsetsResponse();
        var next = 0;
        foreach (var topic in request.Topics)
        {
            response.Topics.Add(new()
            {
                Name = topic.Name,
                Partitions = topic.Partitions.ConvertAll(_ => Answer(asked[next++], context.Version)),
            });
        }

        return response;
    }

    static ListOffsetsResponse.ListOffsetsPartitionResponse Answer(OffsetQuestion question, short version)
    {
        question.Search();
        var answer = new ListOffsetsResponse.ListOffsetsPartitionResponse
        {
            PartitionIndex = question.TopicPartition.Partition,
            ErrorCode = (short)(question.Error == ErrorCode.OffsetNotAvailable && version < 5 ? ErrorCode.LeaderNotAvailable : question.Error),
        };
        if (question.Error != ErrorCode.None)
        {
            return answer;
        }

        if (version == 0)
        {
            answer.OldStyleOffsets = question.Offset >= 0 ? [question.Offset] : [];
            return answer;
        }

        answer.Timestamp = question.FoundTimestamp;
        answer.Offset = question.Offset;
        answer.LeaderEpoch = version >= 4 ? question.LeaderEpoch : -1;
        return answer;
    }
}
