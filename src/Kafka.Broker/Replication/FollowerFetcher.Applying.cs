using Kafka.Broker.Log;
using Kafka.Broker.Replication.Following;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication;

/// <summary>What a follower does with what its leader sent.</summary>
sealed partial class FollowerFetcher
{
    const long Latest = -1;
    const long Earliest = -2;

    /// <summary>On the loop: appends and truncates. Returns the partitions whose log lies outside of the leader's.</summary>
    List<Partition> Apply(FetchResponse response)
    {
        var reset = new List<Partition>();
        if ((ErrorCode)response.ErrorCode != ErrorCode.None)
        {
            // for all partitions at once: the connection and the session with it are made anew
            throw new InvalidOperationException($"Fetch refused: {(ErrorCode)response.ErrorCode}");
        }

        foreach (var topic in response.Responses)
        {
            foreach (var data in topic.Partitions)
            {
                // whatever changed meanwhile makes the answer void: another leader or epoch, a truncation
                if (session.Find(topic.TopicId, data.PartitionIndex) is { } question
                    && partitions.TryGetValue((topic.TopicId, data.PartitionIndex), out var partition)
                    && partition is { Log: { } log, IsLeader: false }
                    && partition.LeaderEpoch == question.LeaderEpoch && log.LogEndOffset == question.Offset
                    && Apply(partition, log, data) == ErrorCode.OffsetOutOfRange)
                {
                    reset.Add(partition);
                }
            }
        }

        return reset;
    }

    ErrorCode Apply(Partition partition, PartitionLog log, FetchResponse.PartitionData data)
    {
        var error = (ErrorCode)data.ErrorCode;
        if (error == ErrorCode.None)
        {
            replicas.Guard(partition, () => error = Advance(partition, log, data));
        }

        if (error is not (ErrorCode.None or ErrorCode.OffsetOutOfRange))
        {
            LogRefused(partition.TopicPartition, leaderId, error);
        }

        if (error != ErrorCode.None)
        {
            Delay(partition);
        }

        return error;
    }

    ErrorCode Advance(Partition partition, PartitionLog log, FetchResponse.PartitionData data)
    {
        if (data.DivergingEpoch is { EndOffset: >= 0 } diverging)
        {
            Truncate(partition, log, diverging.Epoch, diverging.EndOffset);
            return ErrorCode.None;
        }

        if (data.Records is { Length: > 0 } records)
        {
            // checked like any append: what a leader's disk or the network damaged must not spread
            var appended = log.AppendAsFollower(records);
            if (appended.Error != ErrorCode.None)
            {
                LogBad(partition.TopicPartition, leaderId, appended.Message);
                return appended.Error;
            }

            replicas.Counters.Replicated(records.Length);
            if (IsThrottled(partition, log))
            {
                replicas.FollowerQuota.Record(records.Length);
            }
        }

        partition.HasCaughtUp = log.LogEndOffset >= data.HighWatermark;

        // before the high watermark, which is never below the start
        log.RaiseLogStartOffset(Math.Min(data.LogStartOffset, log.LogEndOffset));
        // the leader's, as far as this log reaches: above its own end a follower knows of nothing committed
        // It may go back: a new leader's lags until its followers have fetched from it
        log.HighWatermark = Math.Max(log.LogStartOffset, Math.Min(data.HighWatermark, log.LogEndOffset));
        return ErrorCode.None;
    }

    bool IsThrottled(Partition partition, PartitionLog log) =>
        log.Config.FollowerThrottled.Contains(partition.TopicPartition.Partition, replicas.BrokerId);

    /// <summary>While the quota is exceeded, throttled partitions that are behind are left out of the request.</summary>
    bool IsHeldBack(Partition partition, PartitionLog log) =>
        IsThrottled(partition, log) && !partition.HasCaughtUp && replicas.FollowerQuota.IsExceeded;

    /// <summary>
    /// The leader's log left ours behind (epoch, end): what we have of that epoch and past that end goes. When we do not know the epoch, we
    /// cut to where ours before it ends, and the next fetch shows how far the logs then agree.
    /// </summary>
    void Truncate(Partition partition, PartitionLog log, int epoch, long endOffset)
    {
        var (ownEpoch, ownEnd) = log.Epochs.EndOf(epoch, log.LogEndOffset);
        var to = ownEpoch < 0 ? Math.Min(endOffset, log.LogEndOffset)
            : ownEpoch == epoch ? Math.Min(ownEnd, endOffset)
            : Math.Min(ownEnd, log.LogEndOffset);
        LogTruncates(partition.TopicPartition, log.LogEndOffset, to, epoch, endOffset, log.HighWatermark);
        log.TruncateTo(to);
    }

    /// <summary>
    /// The leader does not have the offset we are at. Past its end (an unclean election): cut to its end. Before its start (we were away
    /// for long): begin anew there.
    /// </summary>
    async Task ResetAsync(ILeaderLink link, List<Partition> reset, CancellationToken stopping)
    {
        foreach (var partition in reset)
        {
            var epoch = partition.LeaderEpoch;
            var end = await AskAsync(link, partition, epoch, Latest, stopping).ConfigureAwait(false);
            var start = await AskAsync(link, partition, epoch, Earliest, stopping).ConfigureAwait(false);
            if (end < 0 || start < 0)
            {
                continue;
            }

            await replicas.Loop.InvokeAsync(() =>
            {
                // the answers are those of a leader that may have been replaced meanwhile
                if (partition.LeaderEpoch != epoch || partition.Log is not { } log || partition.IsLeader)
                {
                    return;
                }

                LogResets(partition.TopicPartition, log.LogStartOffset, log.LogEndOffset, start, end);
                replicas.Guard(partition, () =>
                {
                    // the records in between are gone at the leader: with those from here kept, the log would have a hole
                    if (log.LogEndOffset < start)
                    {
                        log.TruncateFullyAndStartAt(start);
                    }
                    else
                    {
                        log.TruncateTo(end);
                    }
                });
                partition.FetchDelayedUntil = 0; // the cause of the refusal is gone
            }).ConfigureAwait(false);
        }
    }

    async Task<long> AskAsync(ILeaderLink link, Partition partition, int epoch, long timestamp, CancellationToken stopping)
    {
        var request = new ListOffsetsRequest { ReplicaId = replicas.BrokerId };
        var topic = new ListOffsetsRequest.ListOffsetsTopic { Name = partition.TopicPartition.Topic };
        topic.Partitions.Add(new()
        {
            PartitionIndex = partition.TopicPartition.Partition,
            CurrentLeaderEpoch = epoch,
            Timestamp = timestamp,
        });
        request.Topics.Add(topic);
        var response = await link.ListOffsetsAsync(request, stopping).ConfigureAwait(false);
        return response.Topics.SelectMany(each => each.Partitions).FirstOrDefault() is { ErrorCode: 0 } answer ? answer.Offset : -1;
    }

    void Delay(Partition partition) => partition.FetchDelayedUntil =
        replicas.Time.GetTimestamp() + (long)(Backoff.TotalSeconds * replicas.Time.TimestampFrequency);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Partition}: leader {Leader} refuses the fetch: {Error}")]
    partial void LogRefused(TopicPartition partition, int leader, ErrorCode error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Partition}: what leader {Leader} sent cannot be appended: {Reason}")]
    partial void LogBad(TopicPartition partition, int leader, string? reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Partition}: cut from {From} to {To}, leader's epoch {Epoch} ends at {EndOffset}; high watermark {HighWatermark}")]
    partial void LogTruncates(TopicPartition partition, long from, long to, int epoch, long endOffset, long highWatermark);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Partition}: log {Start} to {End} lies outside of the leader's {LeaderStart} to {LeaderEnd}")]
    partial void LogResets(TopicPartition partition, long start, long end, long leaderStart, long leaderEnd);
}
