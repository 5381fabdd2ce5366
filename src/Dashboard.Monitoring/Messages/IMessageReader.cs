using System.Collections.Immutable;
using Dashboard.Monitoring.Access;

namespace Dashboard.Monitoring;

/// <summary>Single records, by their place. Never part of a snapshot.</summary>
public interface IMessageReader
{
    /// <summary>One record whole; null when it is there no longer.</summary>
    /// <param name="actor">What it may not see of the record is taken out of it: <see cref="MessageView.Concealed"/>.</param>
    /// <exception cref="Kafka.Client.KafkaException">It could not be read.</exception>
    Task<MessageView?> ReadOneAsync(string topic, int partition, long offset, Actor actor, CancellationToken cancellationToken);
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

    /// <summary>What the reader may not see is not in it; the lengths are those of the record.</summary>
    public Concealed Concealed { get; init; }
}

/// <summary>What was taken out of a record for the one who asked.</summary>
public enum Concealed
{
    Nothing,

    /// <summary>What rules of masking name.</summary>
    Parts,

    /// <summary>Key, value and the values of headers: records may not be read.</summary>
    All,
}

public sealed record MessageHeaderView(string Name, ImmutableArray<byte>? Value);
