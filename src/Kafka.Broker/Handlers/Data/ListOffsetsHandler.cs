using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// ListOffsets v0 to v11: end, beginning, largest timestamp, first record of a time. Nothing is tiered: the local log is all.
/// </summary>
sealed class ListOffsetsHandler(ReplicaManager replicas) : RequestHandler<ListOffsetsRequest, ListOffsetsResponse>(
    ApiKey.ListOffsets, ListOffsetsRequest.MinVersion, ListOffsetsRequest.MaxVersion, ListOffsetsRequest.Read)
{
    protected override async ValueTask<ListOffsetsResponse?> HandleAsync(
        ListOffsetsRequest request, RequestContext context, CancellationToken stopping)
    {
        var response = new ListOffsetsResponse();
        var asked = new List<Asked>();
        foreach (var topic in request.Topics)
        {
            var answers = new ListOffsetsResponse.ListOffsetsTopicResponse { Name = topic.Name };
            response.Topics.Add(answers);
            foreach (var partition in topic.Partitions)
            {
                var answer = new ListOffsetsResponse.ListOffsetsPartitionResponse { PartitionIndex = partition.PartitionIndex };
                answers.Partitions.Add(answer);
                var name = new TopicPartition(topic.Name, partition.PartitionIndex);
                asked.Add(new Asked(
                    new OffsetQuestion(name, partition.Timestamp, partition.CurrentLeaderEpoch, context.Version),
                    answer));
            }
        }

        await replicas.Loop.InvokeAsync(() =>
            asked.ForEach(each => each.Question.Plan(replicas, request.ReplicaId))).ConfigureAwait(false);
        // off the loop, which must not wait for a disk: a search by time reads index and log
        foreach (var (question, answer) in asked)
        {
            question.Search();
            Fill(answer, question, context.Version);
        }

        return response;
    }

    static void Fill(ListOffsetsResponse.ListOffsetsPartitionResponse answer, OffsetQuestion question, short version)
    {
        // OffsetNotAvailable has come with v5
        var isUnknown = question.Error == ErrorCode.OffsetNotAvailable && version < 5;
        answer.ErrorCode = (short)(isUnknown ? ErrorCode.LeaderNotAvailable : question.Error);
        if (question.Error != ErrorCode.None)
        {
            return;
        }

        if (version == 0)
        {
            answer.OldStyleOffsets = question.Offset >= 0 ? [question.Offset] : [];
            return;
        }

        answer.Timestamp = question.FoundTimestamp;
        answer.Offset = question.Offset;
        // for fencing later questions (KIP-320)
        answer.LeaderEpoch = version >= 4 ? question.LeaderEpoch : -1;
    }

    /// <summary>What is asked about one partition, and where it is answered.</summary>
    readonly record struct Asked(OffsetQuestion Question, ListOffsetsResponse.ListOffsetsPartitionResponse Answer);
}
