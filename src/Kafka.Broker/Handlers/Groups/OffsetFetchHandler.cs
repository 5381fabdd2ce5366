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
    const short FirstWithTopLevelError = 2, FirstWithManyGroups = 8; // KIP-88, KIP-709

    protected override async ValueTask<OffsetFetchResponse?> HandleAsync(
        OffsetFetchRequest request, RequestContext context, CancellationToken stopping)
    {
        if (context.Version < FirstWithManyGroups)
        {
            var question = Question(request.GroupId, request.Topics?.Select(topic => (topic.Name, topic.PartitionIndexes)));
            var answers = await groups.FetchAsync([question], request.RequireStable).WaitAsync(stopping).ConfigureAwait(false);
            return ForOneGroup(question, answers[0], context.Version);
        }

        var questions = request.Groups.ConvertAll(group =>
            Question(group.GroupId, group.Topics?.Select(topic => (topic.Name, topic.PartitionIndexes))));
        var all = await groups.FetchAsync(questions, request.RequireStable).WaitAsync(stopping).ConfigureAwait(false);
        context.ResponseSize = 64 + (all.Sum(group => group.Offsets.Count) * 48);
        return new OffsetFetchResponse { Groups = [.. all.Select(ForGroup)] };
    }

    /// <summary>Of all the group's offsets without topics.</summary>
    static FetchQuestion Question(string group, IEnumerable<(string Name, List<int> Indexes)>? topics) => new(
        group,
        topics?.SelectMany(topic => topic.Indexes.Select(index => new TopicPartition(topic.Name, index))).ToList());

    static IEnumerable<IGrouping<string, FetchedOffset>> ByTopic(IEnumerable<FetchedOffset> offsets) =>
        offsets.GroupBy(offset => offset.TopicPartition.Topic);

    static OffsetFetchResponse ForOneGroup(FetchQuestion question, FetchAnswer answer, short version)
    {
        // before v2 there is no place for the group's error but its partitions
        var offsets = answer.Error != ErrorCode.None && version < FirstWithTopLevelError
            ? [.. (question.Partitions ?? []).Select(partition => new FetchedOffset(partition, -1, -1, "", answer.Error))]
            : answer.Offsets;
        return new OffsetFetchResponse
        {
            ErrorCode = (short)answer.Error,
            Topics = [.. ByTopic(offsets).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(offset => new OffsetFetchResponse.OffsetFetchResponsePartition
                {
                    PartitionIndex = offset.TopicPartition.Partition,
                    CommittedOffset = offset.Offset,
                    CommittedLeaderEpoch = offset.LeaderEpoch,
                    Metadata = offset.Metadata,
                    ErrorCode = (short)(version == 0 && offset is { Offset: < 0, Error: ErrorCode.None }
                        ? ErrorCode.UnknownTopicOrPartition
                        : offset.Error),
                })],
            })],
        };
    }

    static OffsetFetchResponse.OffsetFetchResponseGroup ForGroup(FetchAnswer answer) => new()
    {
        GroupId = answer.GroupId,
        ErrorCode = (short)answer.Error,
        Topics = [.. ByTopic(answer.Offsets).Select(topic => new OffsetFetchResponse.OffsetFetchResponseTopics
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
