using System.Collections.Immutable;
using Confluent.Kafka;
using Dashboard.Messages.Filters;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Producing;

/// <summary>
/// Key, value, headers in their order and the timestamp are those of a record that was sent; the timestamp not where the broker sets it.
/// </summary>
sealed class SameRecord(Message<byte[]?, byte[]?> sent) : IRecordFilter
{
    public string Text => "";

    public bool MayBeIn(ReadOnlySpan<byte> written) =>
        written.IndexOf(sent.Key ?? []) >= 0 && written.IndexOf(sent.Value ?? []) >= 0;

    public bool Fits(ViewedRecord record)
    {
        var message = record.Message;
        return (message.IsLogAppendTime || message.Timestamp == sent.Timestamp.UnixTimestampMs)
            && Same(message.Key, sent.Key) && Same(message.Value, sent.Value)
            && message.Headers.Length == sent.Headers.Count
            && message.Headers.Zip(sent.Headers).All(pair =>
                pair.First.Name == pair.Second.Key && Same(pair.First.Value, pair.Second.GetValueBytes()));
    }

    static bool Same(ImmutableArray<byte>? one, byte[]? other) =>
        one is { } bytes ? other is not null && bytes.AsSpan().SequenceEqual(other) : other is null;
}
