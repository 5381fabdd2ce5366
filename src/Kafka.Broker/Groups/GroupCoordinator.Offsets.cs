using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Kafka.Broker.Groups;

/// <summary>Committing, fetching and deleting offsets.</summary>
sealed partial class GroupCoordinator
{
    const long NoOffset = -1;

    /// <summary>A result for each partition, once the ISR has its offset.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, ErrorCode>> CommitAsync(
        CommitQuestion question) => AskAsync<IReadOnlyDictionary<TopicPartition, ErrorCode>>(answer =>
    {
        void Refuse(ErrorCode error) => answer(Results(question.Parts, _ => error));
        if (Check(question.GroupId, mayBeEmpty: true, out var partition) is not ErrorCode.None and var error)
        {
            Refuse(error);
            return;
        }

        if (!partition.Groups.TryGetValue(question.GroupId, out var group))
        {
            if (question.Generation >= 0)
            {
                // as Kafka: the member joins again, and the group is made then
                Refuse(ErrorCode.IllegalGeneration);
                return;
            }

            group = Create(partition, question.GroupId);
        }

        if (machine.CheckCommit(group, question) is not ErrorCode.None and var refusal)
        {
            Refuse(refusal);
            return;
        }

        Commit(partition, group, question.Parts, answer);
    });

    /// <summary>
    /// One answer for each question, in their order. With <paramref name="requireStable"/>, offsets that are being committed are refused
    /// (KIP-447).
    /// </summary>
    public Task<IReadOnlyList<FetchAnswer>> FetchAsync(IReadOnlyList<FetchQuestion> questions, bool requireStable) =>
        AskAsync<IReadOnlyList<FetchAnswer>>(() => [.. questions.Select(question => Fetch(question, requireStable))]);

    /// <summary>Deletes offsets, but those of topics that the group's members read.</summary>
    public Task<OffsetDeleteAnswer> DeleteOffsetsAsync(
        string groupId, IReadOnlyList<TopicPartition> partitions) => AskAsync<OffsetDeleteAnswer>(answer =>
    {
        ClassicGroup? group = null;
        var error = Check(groupId, mayBeEmpty: true, out var partition);
        if (error == ErrorCode.None)
        {
            error = !partition.Groups.TryGetValue(groupId, out group) || group.State == GroupState.Dead ? ErrorCode.GroupIdNotFound
                : group.State != GroupState.Empty && group.ProtocolType != ConsumerProtocol.Type ? ErrorCode.NonEmptyGroup
                : ErrorCode.None;
        }

        if (error != ErrorCode.None)
        {
            answer(new OffsetDeleteAnswer(error, new Dictionary<TopicPartition, ErrorCode>()));
            return;
        }

        bool IsRead(TopicPartition each) => group!.State != GroupState.Empty && group.SubscribedTopics?.Contains(each.Topic) != false;
        var results = partitions.Distinct().ToDictionary(
            each => each, each => IsRead(each) ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None);
        var known = group!.Offsets.All.ToHashSet();
        var gone = results.Where(item => item.Value == ErrorCode.None && known.Contains(item.Key)).Select(item => item.Key).ToList();
        if (gone.Count == 0)
        {
            answer(new OffsetDeleteAnswer(ErrorCode.None, results));
            return;
        }

        Bury(partition, group, gone, failure => answer(failure == ErrorCode.None
            ? new OffsetDeleteAnswer(ErrorCode.None, results)
            : new OffsetDeleteAnswer(failure, new Dictionary<TopicPartition, ErrorCode>())));
    });

    /// <summary>Offsets of topics that were deleted are deleted with them.</summary>
    public Task TopicsDeletedAsync(IReadOnlySet<string> topics) => AskAsync(() =>
    {
        // the offsets of a partition that is still being read stay until they expire
        foreach (var partition in owned.Values.Where(partition => !partition.IsLoading))
        {
            foreach (var group in partition.Groups.Values.Where(group => group.State != GroupState.Dead).ToList())
            {
                var gone = group.Offsets.All.Where(offset => topics.Contains(offset.Topic)).ToList();
                if (gone.Count > 0)
                {
                    Bury(partition, group, gone, static _ => { });
                }
            }
        }

        return true;
    });

    void Commit(
        OwnedPartition partition,
        ClassicGroup group,
        IReadOnlyList<CommitPart> parts,
        Action<IReadOnlyDictionary<TopicPartition, ErrorCode>> answer)
    {
        var longest = config.OffsetMetadataMaxBytes;
        bool Fits(CommitPart part) => part.Committed.Metadata.Length <= longest;
        var stored = parts.Where(Fits).ToList();
        if (stored.Count == 0)
        {
            answer(Results(parts, _ => ErrorCode.OffsetMetadataTooLarge));
            return;
        }

        using var batch = new RecordBatchBuilder();
        var now = Timestamp;
        foreach (var part in stored)
        {
            batch.Add(GroupRecords.OffsetKey(group.GroupId, part.TopicPartition), GroupRecords.OffsetValue(part.Committed), now);
        }

        // before the append: from now on a reader that requires a stable offset waits for this one (KIP-447)
        group.Offsets.Begin(stored);
        Append(partition, batch, result =>
        {
            for (var i = 0; i < stored.Count; i++)
            {
                if (result.Error == ErrorCode.None)
                {
                    // records of one batch have offsets side by side
                    group.Offsets.Complete(stored[i], result.BaseOffset + i);
                }
                else
                {
                    group.Offsets.Fail(stored[i]);
                }
            }

            var outcome = OffsetError(result.Error);
            answer(Results(parts, part => Fits(part) ? outcome : ErrorCode.OffsetMetadataTooLarge));
        });
    }

    /// <summary>Of a partition that a request names twice, the last part's result.</summary>
    static Dictionary<TopicPartition, ErrorCode> Results(IReadOnlyList<CommitPart> parts, Func<CommitPart, ErrorCode> outcome)
    {
        var results = new Dictionary<TopicPartition, ErrorCode>();
        foreach (var part in parts)
        {
            results[part.TopicPartition] = outcome(part);
        }

        return results;
    }

    FetchAnswer Fetch(FetchQuestion question, bool requireStable)
    {
        if (Check(question.GroupId, mayBeEmpty: true, out var partition) is not ErrorCode.None and var error)
        {
            return new FetchAnswer(question.GroupId, error, []);
        }

        var offsets = partition.Groups.TryGetValue(question.GroupId, out var group) && group.State != GroupState.Dead
            ? group.Offsets
            : null;
        var wanted = question.Partitions ?? offsets?.Partitions ?? [];
        return new FetchAnswer(question.GroupId, ErrorCode.None, [.. wanted.Select(each => Fetch(offsets, each, requireStable))]);
    }

    static FetchedOffset Fetch(GroupOffsets? offsets, TopicPartition partition, bool requireStable) =>
        requireStable && offsets?.IsPending(partition) == true
            ? new FetchedOffset(partition, NoOffset, -1, "", ErrorCode.UnstableOffsetCommit)
        : offsets?.Find(partition) is { } found
            ? new FetchedOffset(partition, found.Offset, found.LeaderEpoch, found.Metadata, ErrorCode.None)
        : new FetchedOffset(partition, NoOffset, -1, "", ErrorCode.None);
}
