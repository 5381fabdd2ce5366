using Kafka.Broker.Log;
using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Kafka.Broker.Replication;

/// <summary>One partition of ListOffsets: planned on the loop, searched for outside it when it is a time that is asked for.</summary>
sealed class OffsetQuestion(TopicPartition topicPartition, long timestamp, int currentLeaderEpoch, short version = short.MaxValue)
{
    const long Latest = -1;
    const long Earliest = -2;
    const long MaxTimestamp = -3; // KIP-734
    const long EarliestLocal = -4; // KIP-405
    const long LatestTiered = -5; // KIP-1005
    const long EarliestPendingUpload = -6; // KIP-1023

    LogSlice? slice;
    long limit;
    long wanted;
    IReadOnlyList<(int Epoch, long Start)> epochs = [];

    public TopicPartition TopicPartition => topicPartition;

    public ErrorCode Error { get; private set; }

    /// <summary>-1 when there is none.</summary>
    public long Offset { get; private set; } = -1;

    /// <summary>Of the record found; -1 for offsets that are not records.</summary>
    public long FoundTimestamp { get; private set; } = -1;

    public int LeaderEpoch { get; private set; } = -1;

    /// <summary>A negative time means a place, each known from a version of ListOffsets on; v0 did not check.</summary>
    bool IsKnown => version == 0 || timestamp switch
    {
        >= 0 or Latest or Earliest => true,
        MaxTimestamp => version >= 7,
        EarliestLocal => version >= 8,
        LatestTiered => version >= 9,
        EarliestPendingUpload => version >= 11,
        _ => false,
    };

    /// <summary>On the loop: answers what needs no look into the files.</summary>
    /// <param name="replicas">Where the partition is.</param>
    /// <param name="replicaId">Who asks: a broker, or one of those that <see cref="FetchOperation"/> names.</param>
    public void Plan(ReplicaManager replicas, int replicaId)
    {
        if (!IsKnown)
        {
            Error = ErrorCode.UnsupportedVersion;
            return;
        }

        Error = replicaId == FetchOperation.DebuggingReplica
            ? replicas.FindReplica(topicPartition, out var partition)
            : replicas.FindLeader(topicPartition, out partition);
        if (Error == ErrorCode.None)
        {
            Error = ReplicaManager.CheckEpoch(partition, currentLeaderEpoch);
        }

        if (Error != ErrorCode.None)
        {
            return;
        }

        var log = partition.Log!;
        // a follower asks where to cut its log: the leader's tail counts, committed or not
        var byConsumer = replicaId == FetchOperation.Consumer;
        limit = byConsumer ? log.HighWatermark : log.LogEndOffset;
        if (byConsumer && timestamp is not (Earliest or EarliestLocal) && log.HighWatermark < partition.LeaderEpochStart)
        {
            // until the new leader's high watermark has caught up, offsets could go backwards (KIP-207)
            Error = ErrorCode.OffsetNotAvailable;
            return;
        }

        switch (timestamp)
        {
            case Latest:
                (Offset, LeaderEpoch) = (limit, partition.LeaderEpoch);
                break;
            case Earliest or EarliestLocal:
                (Offset, LeaderEpoch) = (log.LogStartOffset, log.Epochs.EpochAt(log.LogStartOffset));
                break;
            case LatestTiered or EarliestPendingUpload:
                break; // nothing is tiered
            default:
                PlanSearch(log);
                break;
        }
    }

    /// <summary>Outside the loop: the first record that is at least as late as the time asked for.</summary>
    public void Search()
    {
        if (slice is not { } from || Error != ErrorCode.None)
        {
            return;
        }

        try
        {
            for (var i = 0; i < from.Segments.Count && Offset < 0; i++)
            {
                Search(from.Segments[i], i == 0 ? from.Segments[0].Find(from.Offset).Position : 0);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            Error = ErrorCode.KafkaStorageError;
        }
    }

    void PlanSearch(PartitionLog log)
    {
        wanted = timestamp == MaxTimestamp ? log.Segments.Max(segment => segment.Newest.Timestamp) : timestamp;
        // no record has a timestamp
        if (wanted < 0)
        {
            return;
        }

        var first = log.Segments.FirstOrDefault(segment => segment.Newest.Timestamp >= wanted);
        if (first is not null)
        {
            // times need not grow with offsets: the index gives a place before which no record is late enough
            slice = log.Slice(Math.Max(first.BaseOffset + first.Times.Lookup(wanted), log.LogStartOffset), limit);
            epochs = [.. log.Epochs.Entries];
        }
    }

    void Search(LogSegment segment, int position)
    {
        using var scan = new SegmentScanner(segment.File, position, segment.Size);
        while (Offset < 0 && scan.Next() && scan.Header.BaseOffset < limit)
        {
            if (scan.Header.MaxTimestamp >= wanted)
            {
                var bytes = new byte[scan.Header.SizeInBytes];
                segment.File.Read(bytes, scan.Position);
                Search(new RecordBatch(bytes));
            }
        }
    }

    void Search(RecordBatch batch)
    {
        if (RecordReader.ReadAllOrNull(batch) is not { } records)
        {
            Found(batch.BaseOffset, batch.MaxTimestamp); // it cannot be read here: the batch's first record is taken for it
            return;
        }

        foreach (var record in records)
        {
            // the first batch may begin below the slice: what DeleteRecords took of it is not found any more
            if (record.Timestamp >= wanted && record.Offset < limit && record.Offset >= slice!.Value.Offset)
            {
                Found(record.Offset, record.Timestamp);
                return;
            }
        }
    }

    void Found(long offset, long time)
    {
        (Offset, FoundTimestamp) = (offset, time);
        LeaderEpoch = epochs.LastOrDefault(entry => entry.Start <= offset, (-1, 0)).Epoch;
    }
}
