using System.Collections.Immutable;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>From a record that was encoded to one on its way.</summary>
static class Rows
{
    /// <param name="row">Its number: its place in the source.</param>
    /// <param name="timestamp">Ms since 1970.</param>
    public static RecordToWrite Of(EncodedRecord record, long row, long timestamp) => new(
        record.Asked.Topic, record.Asked.Partition,
        new MessageView(
            0, row, timestamp, false, Bytes(record.Key), Bytes(record.Value), record.Key?.Length ?? 0, record.Value?.Length ?? 0,
            [.. record.Asked.Headers.Select(header => new MessageHeaderView(header.Name, header.Value))]));

    static ImmutableArray<byte>? Bytes(byte[]? bytes) =>
        bytes is null ? null : System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(bytes);
}
