using System.Collections.Immutable;
using Kafka.Protocol.Records;

namespace Dashboard.Monitoring.Messages;

/// <summary>From a record of a batch to one that can be kept: its bytes are copied, the batch is not held.</summary>
static class Views
{
    public static MessageView Of(int partition, Record record, bool isLogAppendTime, int keptBytes) => new(
        partition,
        record.Offset,
        record.Timestamp,
        isLogAppendTime,
        Kept(record.Key, keptBytes),
        Kept(record.Value, keptBytes),
        record.Key?.Length ?? 0,
        record.Value?.Length ?? 0,
        Headers(record.Headers, keptBytes));

    /// <summary>All names, and as much of the values as may be kept of them together.</summary>
    static ImmutableArray<MessageHeaderView> Headers(IReadOnlyList<RecordHeader> headers, int keptBytes)
    {
        var kept = ImmutableArray.CreateBuilder<MessageHeaderView>(headers.Count);
        foreach (var header in headers)
        {
            var value = Kept(header.Value, keptBytes);
            keptBytes -= Math.Min(keptBytes, value?.Length ?? 0);
            kept.Add(new MessageHeaderView(header.Key, value));
        }

        return kept.MoveToImmutable();
    }

    static ImmutableArray<byte>? Kept(ReadOnlyMemory<byte>? bytes, int most) =>
        bytes is { } all ? ImmutableArray.Create(all.Span[..Math.Min(all.Length, most)]) : null;
}
