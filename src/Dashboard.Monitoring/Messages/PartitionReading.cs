using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Data;
using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Dashboard.Monitoring.Messages;

/// <summary>
/// One partition, read from its end backwards: a window is read forwards, as Kafka reads, and the next one lies before it and is twice as
/// long. What was found counts once its window is complete, so that there is no gap between the records shown. Owned by <see
/// cref="TopicReading"/>.
/// </summary>
sealed class PartitionReading(PartitionLook look, MessageView? oldest)
{
    const int MostOffsets = 1 << 20;

    /// <summary>About how much of the log a window may hold, going by what the last one held.</summary>
    const long WindowBytes = 4 << 20;

    const int FirstAskedBytes = 256 << 10, MostAskedBytes = 8 << 20;

    /// <summary>A leader that gives nothing although it was asked for this partition first has nothing there: compaction took it.</summary>
    const int EmptyAnswersBelieved = 2;

    readonly List<MessageView> window = [];
    readonly List<UnreadableBatch> unreadable = [];
    long windowFrom, windowTo, position, windowBytes;
    long width;
    int asked = FirstAskedBytes;
    int emptyAnswers;

    public PartitionLook Look { get; set; } = look;

    public bool IsOpen { get; private set; }

    /// <summary>The oldest record found; what lies before it is older.</summary>
    public MessageView? Oldest { get; private set; } = oldest;

    /// <summary>When it was last given something, as a turn: those that wait longest are asked for first.</summary>
    public int Served { get; private set; }

    public FetchPosition Position(string topic) => new(new TopicPartition(topic, Look.Partition), position, asked);

    public void Known(long begin, long stable, long end) => Look = Look with
    {
        IsKnown = true,
        Begin = Math.Min(begin, stable),
        Stable = stable,
        End = Math.Max(end, stable),
        From = stable,
        IsDone = stable <= begin,
    };

    public void Open(long firstWidth)
    {
        width = width == 0 ? firstWidth : width;
        (windowTo, windowFrom) = (Look.From, Math.Max(Look.Begin, Look.From - width));
        (position, windowBytes, emptyAnswers, IsOpen) = (windowFrom, 0, 0, true);
        window.Clear();
        unreadable.Clear();
    }

    /// <summary>The oldest records were deleted while this was read: the log begins later than it did.</summary>
    public void BeginsAt(long begin)
    {
        if (begin <= Look.Begin)
        {
            throw new KafkaException(
                ErrorCode.OffsetOutOfRange, $"The log does not have offset {position} any longer: it was cut while it was read.");
        }

        Look = Look with { Begin = Math.Min(begin, Look.From), IsDone = begin >= Look.From };
        Abandon();
    }

    /// <summary>Drops a window that is not complete.</summary>
    public void Abandon() => IsOpen = false;

    /// <summary>
    /// Takes an answer without an error; true when that completed the window, whose records are then in <paramref name="found"/>.
    /// </summary>
    /// <param name="wasFirst">It was asked for before all others of the leader.</param>
    public bool Take(FetchedPartition answer, bool wasFirst, int turn, out IReadOnlyList<MessageView> found)
    {
        var before = position;
        foreach (var batch in CommittedBatches.Read(answer.Records, answer.Aborted))
        {
            if (batch.BaseOffset >= windowTo)
            {
                position = windowTo;
                break;
            }

            Take(batch);
        }

        windowBytes += answer.Records.Length;
        (emptyAnswers, Served) = position > before ? (0, turn) : (wasFirst ? emptyAnswers + 1 : emptyAnswers, Served);
        if (position == before)
        {
            asked = Math.Min(asked * 4, MostAskedBytes);
        }

        if (emptyAnswers >= EmptyAnswersBelieved)
        {
            if (answer.HighWatermark < windowTo)
            {
                throw new KafkaException(
                    ErrorCode.OffsetOutOfRange, $"The log ends at {answer.HighWatermark} now: it was cut while it was read.");
            }

            position = windowTo;
        }

        found = [];
        if (position < windowTo)
        {
            return false;
        }

        found = [.. window];
        Close();
        return true;
    }

    void Take(CommittedBatch batch)
    {
        // a batch that begins before the window was read whole
        windowFrom = Math.Min(windowFrom, Math.Max(Look.Begin, batch.BaseOffset));
        position = Math.Max(position, Math.Min(batch.NextOffset, windowTo));
        if (batch.Records is null)
        {
            unreadable.Add(new UnreadableBatch(Math.Max(batch.BaseOffset, Look.Begin), batch.NextOffset - 1, batch.Trouble ?? ""));
            return;
        }

        foreach (var record in batch.Records.Where(r => r.Offset >= Look.Begin && r.Offset < windowTo))
        {
            window.Add(Views.Of(Look.Partition, record, batch.TimestampType == TimestampType.LogAppendTime, MessageView.BytesKept));
        }
    }

    void Close()
    {
        var length = Math.Max(1, windowTo - windowFrom);
        var fits = Math.Max(1, WindowBytes / Math.Max(1, windowBytes / length));
        width = Math.Min(Math.Min(width * 2, MostOffsets), fits);
        Oldest = window.FirstOrDefault() ?? Oldest;
        IsOpen = false;
        Look = Look with { From = windowFrom, IsDone = windowFrom <= Look.Begin, Unreadable = [.. unreadable, .. Look.Unreadable] };
    }
}
