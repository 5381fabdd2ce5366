using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>
/// OffsetFetch v0 to v9: one group, from v8 on many. v0 reads where the others do, not in ZooKeeper; what is not committed is an unknown
/// partition to it.
/// </summary>
sealed class OffsetFetchHandler(GroupCoordinator groups) : RequestHandler<OffsetFetchRequest, OffsetFetchResponse>(
    ApiKey.OffsetFetch, OffsetFetchRequest.MinVersion, OffsetFetchRequest.MaxVersion, OffsetFetchRequest.Read)
{
    const short FirstWithTopLevelError = 2, FirstWithManyGroups = 8;

    protected override async ValueTask<OffsetFetchResponse?> HandleAsync(
        OffsetFetchRequest request, RequestContext context, CancellationToken stopping)
    {
        if (context.Version < FirstWithManyGroups)
        {
            var question = new FetchQuestion(request.GroupId, request.Topics is null ? null : Partitions(request.Topics.Select(topic => (topic.Name, topic.PartitionIndexes))));
            var answers = await groups.FetchAsync([question], request.RequireStable).WaitAsync(stopping).ConfigureAwait(false);
            return ForOneGroup(question, answers[0], context.Version);
        }

        var questions = request.Groups.ConvertAll(group => new FetchQuestion(
            group.GroupId, group.Topics is null ? null : Partitions(group.Topics.Select(topic => (topic.Name, topic.PartitionIndexes)))));
        var all = await groups.FetchAsync(questions, request.RequireStable).WaitAsync(stopping).ConfigureAwait(false);
        context.ResponseSize = 64 + (all.Sum(group => group.Offsets.Count) * 48);
        return new OffsetFetchResponse { Groups = [.. all.Select(ForGroup)] };
    }

    static List<TopicPartition> Partitions(IEnumerable<(string Name, List<int> Indexes)> topics) =>
        [.. topics.SelectMany(topic => topic.Indexes.Select(index => new TopicPartition(topic.Name, index)))];

    static OffsetFetchResponse ForOneGroup(FetchQuestion question, FetchAnswer answer, short version)
    {
        // before v2 there is no place for the group's error but its partitions
        var offsets = answer.Error != ErrorCode.None && version < FirstWithTopLevelError
            ? [.. (question.Partitions ?? []).Select(partition => new FetchedOffset(partition, -1, -1, "", answer.Error))]
            : answer.Offsets;
        return new OffsetFetchResponse
        {
            ErrorCode = (short)answer.Error,
            Topics = [.. offsets.GroupBy(offset => offset.TopicPartition.Topic).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(offset => new OffsetFetchResponse.OffsetFetchResponsePartition
                {
                    PartitionIndex = offset.TopicPartition.Partition,
                    CommittedOffset = offset.Offset,
                    CommittedLeaderEpoch = offset.LeaderEpoch,
                    Metadata = offset.Metadata,
                    ErrorCode = (short)(version == 0 && offset is { Offset: < 0, Error: ErrorCode.None } ? ErrorCode.UnknownTopicOrPartition : offset.Error),
                })],
            })],
        };
    }

    static OffsetFetchResponse.OffsetFetchResponseGroup ForGroup(FetchAnswer answer) => new()
    {
        GroupId = answer.GroupId,
        ErrorCode = (short)answer.Error,
        Topics = [.. answer.Offsets.GroupBy(offset => offset.TopicPartition.Topic).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopics
        {
            Name = topic.Key,
            Partitions = [.. topic.Select(offset => new OffsetFetchResponse.OffsetFetchResponsePartitions
            {
                PartitionIndex = offset.TopicPartition.Partition,
                CommittedOffset = offset.Offset,
                CommittedLeaderEpoch = offset.LeaderEpoch,
                Metadata = offset.Metadata,
                ErrorCode = (short)offset.Error,
            })],
        })],
    };
}
