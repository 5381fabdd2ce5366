using System.Collections.Immutable;
using Dashboard.Messages.Filters;
using Dashboard.Monitoring;
using Kafka.Client.Producing;

namespace Dashboard.Messages.Producing;

/// <summary>
/// Key, value, headers in their order and the timestamp are those of a record that was sent; the timestamp not where the broker sets it.
/// </summary>
sealed class SameRecord(ProducerRecord sent) : IRecordFilter
{
    public string Text => "";

    public bool MayBeIn(ReadOnlySpan<byte> written) =>
        written.IndexOf((sent.Key ?? default).Span) >= 0 && written.IndexOf((sent.Value ?? default).Span) >= 0;

    public bool Fits(ViewedRecord record)
    {
        var message = record.Message;
        return (message.IsLogAppendTime || message.Timestamp == sent.Timestamp)
            && Same(message.Key, sent.Key) && Same(message.Value, sent.Value)
            && message.Headers.Length == sent.Headers.Count
            && message.Headers.Zip(sent.Headers).All(pair =>
                pair.First.Name == pair.Second.Key && Same(pair.First.Value, pair.Second.Value));
    }

    static bool Same(ImmutableArray<byte>? one, ReadOnlyMemory<byte>? other) =>
        one is { } bytes ? other is { } sent && bytes.AsSpan().SequenceEqual(sent.Span) : other is null;
}
