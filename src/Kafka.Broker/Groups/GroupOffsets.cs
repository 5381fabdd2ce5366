using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>
/// A committed offset. Times in milliseconds since 1970; <paramref name="ExpireTimestamp"/> is only there when an old client asked for a
/// retention of its own.
/// </summary>
sealed record StoredOffset(long Offset, int LeaderEpoch, string Metadata, long CommitTimestamp, long? ExpireTimestamp = null);

/// <summary>The offsets of one group: those on the ISR, and those on their way there. Owned by the coordinator's loop.</summary>
sealed class GroupOffsets
{
    readonly Dictionary<TopicPartition, (StoredOffset Committed, long LogOffset)> committed = [];
    readonly Dictionary<TopicPartition, StoredOffset> pending = [];

    public bool IsEmpty => committed.Count == 0 && pending.Count == 0;

    /// <summary>The committed ones.</summary>
    public IEnumerable<TopicPartition> Partitions => committed.Keys;

    /// <summary>Those, and the ones on their way.</summary>
    public IReadOnlyList<TopicPartition> All => [.. committed.Keys.Union(pending.Keys)];

    public StoredOffset? Find(TopicPartition partition) => committed.TryGetValue(partition, out var found) ? found.Committed : null;

    /// <summary>A commit is under way: a reader that requires a stable offset must wait (KIP-447).</summary>
    public bool IsPending(TopicPartition partition) => pending.ContainsKey(partition);

    public void Begin(IEnumerable<CommitPart> parts)
    {
        foreach (var part in parts)
        {
            pending[part.TopicPartition] = part.Committed;
        }
    }

    /// <summary>The ISR has the record at <paramref name="logOffset"/>. Of two commits the one later in the log counts.</summary>
    public void Complete(CommitPart part, long logOffset)
    {
        Set(part.TopicPartition, part.Committed, logOffset);
        Fail(part);
    }

    /// <summary>No longer under way, unless a later commit of the partition is.</summary>
    public void Fail(CommitPart part)
    {
        if (pending.TryGetValue(part.TopicPartition, out var latest) && ReferenceEquals(latest, part.Committed))
        {
            pending.Remove(part.TopicPartition);
        }
    }

    public void Set(TopicPartition partition, StoredOffset offset, long logOffset)
    {
        if (!committed.TryGetValue(partition, out var known) || known.LogOffset < logOffset)
        {
            committed[partition] = (offset, logOffset);
        }
    }

    /// <summary>A tombstone is on the ISR. Commits still under way lie behind it in the log, so they stay.</summary>
    public void Remove(TopicPartition partition) => committed.Remove(partition);

    /// <summary>
    /// What has outlived its retention (KIP-211): counted from when the group became empty, or from the commit for consumers without a
    /// group.
    /// </summary>
    public List<TopicPartition> Expired(ClassicGroup group, long now, TimeSpan retention)
    {
        // consumers that assign their partitions themselves: from each commit. Without members: from when the last one left. With members
        // of the consumer protocol: only topics that none of them reads. Of other protocols with members it is not known what they read
        Func<StoredOffset, long>? basis = group switch
        {
            { ProtocolType: null } => offset => offset.CommitTimestamp,
            { State: GroupState.Empty } => offset => group.StateTimestamp ?? offset.CommitTimestamp,
            { State: GroupState.Stable, ProtocolType: ConsumerProtocol.Type, SubscribedTopics: not null } =>
                offset => offset.CommitTimestamp,
            _ => null,
        };
        if (basis is null)
        {
            return [];
        }

        var subscribed = group.State == GroupState.Stable ? group.SubscribedTopics : null;
        return [.. committed
            .Where(item => !pending.ContainsKey(item.Key) && subscribed?.Contains(item.Key.Topic) != true)
            .Where(item => item.Value.Committed.ExpireTimestamp is { } at
                ? now >= at
                : now - basis(item.Value.Committed) >= retention.TotalMilliseconds)
            .Select(item => item.Key)];
    }
}
