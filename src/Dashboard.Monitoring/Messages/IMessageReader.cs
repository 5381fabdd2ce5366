using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>The last records of a topic, read for a person. Never part of a snapshot.</summary>
public interface IMessageReader
{
    /// <summary>
    /// The newest records that an application which reads committed records would be given: what was read so far, again and again as
    /// leaders answer, then the whole. Goes back from the end, in windows that double, until the limit is reached, the log begins, or a
    /// reading has taken 64 MiB or 30 s.
    /// </summary>
    /// <param name="earlier">A reading of the same query to go on from, further back; null begins at the end.</param>
    /// <param name="actor">What it may not see of the records is taken out of them: <see cref="MessageView.Concealed"/>.</param>
    /// <exception cref="Kafka.Client.KafkaException">There is no such topic, or no broker can be asked.</exception>
    IAsyncEnumerable<MessagePage> ReadLastAsync(MessageQuery query, MessagePage? earlier, Actor actor, CancellationToken cancellationToken);

    /// <summary>One record whole; null when it is there no longer.</summary>
    /// <exception cref="Kafka.Client.KafkaException">It could not be read.</exception>
    Task<MessageView?> ReadOneAsync(string topic, int partition, long offset, Actor actor, CancellationToken cancellationToken);
}

/// <param name="Partition">Null: all.</param>
/// <param name="Limit">At most so many records.</param>
public sealed record MessageQuery(string Topic, int? Partition, int Limit);

/// <param name="Messages">Newest first: by offset within one partition, by their own time among several.</param>
/// <param name="Partitions">Those asked for, ascending, and how far each was looked at.</param>
/// <param name="IsReading">More is on its way.</param>
public sealed record MessagePage(
    MessageQuery Query, ImmutableArray<MessageView> Messages, ImmutableArray<PartitionLook> Partitions, bool IsReading, DateTimeOffset AsOf)
{
    /// <summary>Offsets looked at, and how many there are.</summary>
    public long Looked => Partitions.Sum(p => p.Looked);

    public long Offsets => Partitions.Sum(p => p.Stable - p.Begin);

    public IEnumerable<PartitionLook> Failed => Partitions.Where(p => p.Error is not null);

    /// <summary>Partitions whose leader has not answered yet.</summary>
    public IEnumerable<PartitionLook> Pending => Partitions.Where(p => p is { IsKnown: false, Error: null });

    /// <summary>There is more before what was looked at, and the limit is not reached.</summary>
    public bool CanGoBack => !IsReading && Messages.Length < Query.Limit && Partitions.Any(p => p is { IsKnown: true, IsDone: false });
}

/// <summary>What is known of a partition, and how much of it was looked at: from <see cref="From"/> up to <see cref="Stable"/>.</summary>
/// <param name="Leader">-1: none.</param>
public sealed record PartitionLook(int Partition, int Leader)
{
    /// <summary>The three offsets below were read.</summary>
    public bool IsKnown { get; init; }

    /// <summary>Where the log begins.</summary>
    public long Begin { get; init; }

    /// <summary>The last stable offset: what lies behind it belongs to, or waits for, an open transaction.</summary>
    public long Stable { get; init; }

    /// <summary>The high watermark.</summary>
    public long End { get; init; }

    public long From { get; init; }

    /// <summary>Nothing before <see cref="From"/> could be among the newest records asked for, or nothing is there.</summary>
    public bool IsDone { get; init; }

    /// <summary>Why its leader could not be read. What was found before stays.</summary>
    public SectionError? Error { get; init; }

    /// <summary>Batches whose records cannot be read.</summary>
    public ImmutableArray<UnreadableBatch> Unreadable { get; init; } = [];

    /// <summary>The transaction at <see cref="Stable"/>; null when nothing is held up, or while it is not known.</summary>
    public OpenTransaction? Holder { get; init; }

    public long Looked => Stable - From;

    /// <summary>Offsets that readers of committed records do not get yet.</summary>
    public long HeldUp => End - Stable;
}

/// <param name="Last">Its last offset.</param>
public sealed record UnreadableBatch(long First, long Last, string Why);

/// <summary>A transaction that is neither committed nor aborted.</summary>
/// <param name="TransactionalId">Null when no coordinator names it.</param>
/// <param name="Since">When it began, or when its producer last wrote here; null when not known.</param>
public sealed record OpenTransaction(long ProducerId, string? TransactionalId, string? State, DateTimeOffset? Since, TimeSpan? Timeout);

/// <summary>
/// Bodies are untrusted bytes; of a page's records at most the first 64 KiB of key and value are kept, the lengths are those of the whole.
/// </summary>
/// <param name="Timestamp">As written: ms since 1970 are meant, -1 means none; producers write other units as well.</param>
/// <param name="IsLogAppendTime">Set by the broker, not by the producer.</param>
public sealed record MessageView(
    int Partition,
    long Offset,
    long Timestamp,
    bool IsLogAppendTime,
    ImmutableArray<byte>? Key,
    ImmutableArray<byte>? Value,
    int KeyLength,
    int ValueLength,
    ImmutableArray<MessageHeaderView> Headers)
{
    public const int BytesKept = 64 << 10;

    /// <summary>What whoever asked may not see is not in it; the lengths are those of the record.</summary>
    public Concealed Concealed { get; init; }
}

/// <summary>What was taken out of a record for whoever asked.</summary>
public enum Concealed
{
    Nothing,

    /// <summary>What rules of masking name.</summary>
    Parts,

    /// <summary>Key, value and the values of headers: records may not be read.</summary>
    All,
}

public sealed record MessageHeaderView(string Name, ImmutableArray<byte>? Value);
