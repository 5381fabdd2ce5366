using System.Net;
using Kafka.Broker.Log;
using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>Fetches of consumers and followers. The loop plans, the caller reads.</summary>
sealed partial class ReplicaManager
{
    readonly Dictionary<(int Replica, EndPoint Connection), FetchOperation> followerFetches = [];

    /// <summary>Plans a fetch, waiting for data if need be. Read with each part's slice afterwards.</summary>
    public async Task FetchAsync(FetchOperation operation, CancellationToken cancellationToken)
    {
        await Loop.PostAsync(operation).ConfigureAwait(false);
        if (operation.Task.IsCompleted)
        {
            await operation.Task.ConfigureAwait(false);
            return;
        }

        await operation.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// On the loop: a follower has one fetch under way on a connection. A newer one ends the older, whose answer would only keep the newer
    /// one's back.
    /// </summary>
    internal void EndOlderFetch(FetchOperation newer)
    {
        if (newer.Connection is null || !newer.IsFollower)
        {
            return;
        }

        if (followerFetches.TryGetValue((newer.ReplicaId, newer.Connection), out var older))
        {
            // as it was planned last: what has come since is for the newer one
            older.Complete();
        }

        followerFetches[(newer.ReplicaId, newer.Connection)] = newer;
    }

    /// <summary>On the loop.</summary>
    internal void ForgetFetch(FetchOperation done)
    {
        if (done.Connection is not null && followerFetches.TryGetValue((done.ReplicaId, done.Connection), out var last) && last == done)
        {
            followerFetches.Remove((done.ReplicaId, done.Connection));
        }
    }

    /// <summary>Reads outside the loop. At least one whole batch, even if it is larger than <paramref name="maxBytes"/>.</summary>
    public ReadResult Read(TopicPartition partition, long offset, int maxBytes, ReadLimit limit = ReadLimit.HighWatermark)
    {
        if (!partitions.TryGetValue(partition, out var found))
        {
            return new ReadResult(ErrorCode.UnknownTopicOrPartition, default);
        }

        if (found.Log is not { } log)
        {
            return new ReadResult(ErrorCode.KafkaStorageError, default);
        }

        if (offset < log.LogStartOffset || offset > log.LogEndOffset)
        {
            return new ReadResult(ErrorCode.OffsetOutOfRange, default, log.HighWatermark, log.LogStartOffset, log.LogEndOffset);
        }

        try
        {
            var end = limit == ReadLimit.LogEnd ? log.LogEndOffset : log.HighWatermark;
            using var records = log.Slice(offset, end, owner: false).Read(maxBytes, atLeastOne: true);
            return new ReadResult(
                ErrorCode.None,
                records is null ? default : records.Memory.ToArray(),
                log.HighWatermark,
                log.LogStartOffset,
                log.LogEndOffset);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return new ReadResult(ErrorCode.KafkaStorageError, default);
        }
    }

    /// <summary>
    /// On the loop: decides every part. True when the fetch can be answered: enough bytes, an error, or a follower that must truncate. With
    /// <paramref name="waitAt"/> it is the first plan: a follower's offsets are taken note of and the partitions collected.
    /// </summary>
    internal bool Plan(FetchOperation operation, List<Partition>? waitAt)
    {
        var bytes = 0L;
        var answer = false;
        foreach (var part in operation.Parts)
        {
            var error = part.Refusal != ErrorCode.None ? part.Refusal : Plan(operation, part, waitAt, ref bytes);
            part.Error = error;
            answer |= error != ErrorCode.None || part.Diverging is not null;
        }

        return answer || bytes >= operation.MinBytes;
    }

    ErrorCode Plan(FetchOperation operation, FetchPart part, List<Partition>? waitAt, ref long bytes)
    {
        part.Slice = default; // an earlier plan may have set it, and a part with an error is not read
        var name = new TopicPartition(part.Topic, part.Partition);
        var error = operation.IsOfAnyReplica ? FindReplica(name, out var partition) : FindLeader(name, out partition);
        if (error == ErrorCode.None)
        {
            // before any offset is looked at: under another epoch the same offset may be another record (KIP-320)
            error = CheckEpoch(partition, part.CurrentLeaderEpoch);
        }

        if (error == ErrorCode.None && part.TopicId != Guid.Empty && partition.TopicId != Guid.Empty && part.TopicId != partition.TopicId)
        {
            error = ErrorCode.InconsistentTopicId;
        }

        if (error == ErrorCode.None && operation.IsFollower && !partition.Followers.ContainsKey(operation.ReplicaId))
        {
            error = ErrorCode.NotLeaderOrFollower; // not a replica: its metadata is older than ours
        }

        if (error != ErrorCode.None)
        {
            part.CurrentLeader = partition is { LeaderId: >= 0 } ? (partition.LeaderId, partition.LeaderEpoch) : null;
            return error;
        }

        waitAt?.Add(partition);
        var log = partition.Log!;
        part.MayConvert = log.Config.DownConversion;
        part.StartOffset = log.LogStartOffset;
        part.HighWatermark = log.HighWatermark;
        if (part.LastFetchedEpoch >= 0 && Diverges(log, part))
        {
            return ErrorCode.None;
        }

        if (part.Offset < log.LogStartOffset || part.Offset > log.LogEndOffset)
        {
            return ErrorCode.OffsetOutOfRange;
        }

        // only an offset within the log says what the follower has, and only once a fetch: planned again, it is no news. The high
        // watermark it may have raised goes out with this answer, a round trip earlier
        if (operation.IsFollower && waitAt is not null)
        {
            TakeNote(partition, partition.Followers[operation.ReplicaId], part);
            part.HighWatermark = log.HighWatermark;
        }

        if (IsHeldBack(operation, part, partition))
        {
            return ErrorCode.None;
        }

        var limit = operation.Limit == ReadLimit.LogEnd ? log.LogEndOffset : log.HighWatermark;
        part.Slice = log.Slice(part.Offset, limit);
        bytes += Math.Min(part.MaxBytes, Available(part.Slice));
        return ErrorCode.None;
    }

    /// <summary>
    /// A throttled partition has no records for a follower while the quota is exceeded. In-sync replicas are never held back: they would
    /// fall out of the ISR.
    /// </summary>
    bool IsHeldBack(FetchOperation operation, FetchPart part, Partition partition)
    {
        part.IsThrottled = operation.IsFollower && partition.Log!.Config.LeaderThrottled.Contains(part.Partition, BrokerId);
        return part.IsThrottled && !partition.Isr.Contains(operation.ReplicaId) && LeaderQuota.IsExceeded;
    }

    static bool Diverges(PartitionLog log, FetchPart part)
    {
        var (epoch, end) = log.Epochs.EndOf(part.LastFetchedEpoch, log.LogEndOffset);
        // its last epoch left nothing here, or it has more of it than this log: those records were never committed (KIP-595)
        var diverges = epoch < 0 ? part.Offset > log.LogStartOffset : epoch < part.LastFetchedEpoch || end < part.Offset;
        part.Diverging = diverges ? (epoch, end) : null;
        return diverges;
    }

    /// <summary>An estimate: exact at the tail, "plenty" for a reader that lags.</summary>
    static long Available(in LogSlice slice) =>
        slice.Offset >= slice.Limit ? 0
        : slice.Hint >= 0 ? slice.Segments[0].Size - slice.Hint
        : int.MaxValue;

    /// <summary>A follower that asks for an offset has everything below it: it may join the ISR, and the high watermark may rise.</summary>
    void TakeNote(Partition partition, Follower follower, FetchPart part)
    {
        follower.Fetched(part.Offset, part.LogStartOffset, partition.Log!.LogEndOffset, time.GetTimestamp());
        if (partition.CanJoin(follower))
        {
            // before the high watermark may rise: from the proposal on, this follower's end counts for it (KIP-497)
            ProposeIsr(partition, [.. partition.Isr, follower.BrokerId]);
        }

        AfterAdvance(partition, partition.TryRaiseHighWatermark(config.ReplicaLagTimeMax));
        CompleteDeletes(partition);
    }

    /// <summary>Fencing (KIP-320): an older epoch is fenced, a newer one is not known here yet, -1 is not checked.</summary>
    internal static ErrorCode CheckEpoch(Partition partition, int currentLeaderEpoch) =>
        currentLeaderEpoch < 0 || currentLeaderEpoch == partition.LeaderEpoch ? ErrorCode.None
        : currentLeaderEpoch < partition.LeaderEpoch ? ErrorCode.FencedLeaderEpoch : ErrorCode.UnknownLeaderEpoch;
}
