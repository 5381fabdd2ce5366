using System.Text;
using Dashboard.Messages.Decoding;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Filters;

/// <summary>A record as its reader may see it, decoded.</summary>
/// <param name="Message">Masked. Whole while filters look at it.</param>
/// <param name="Key">Null for a record without one.</param>
/// <param name="Value">Null for a tombstone.</param>
public sealed record ViewedRecord(MessageView Message, DecodedBody? Key, DecodedBody? Value)
{
    /// <summary>Of a header's value: as UTF-8, with a mark for bytes that are none.</summary>
    public static string? HeaderText(MessageHeaderView header) =>
        header.Value is { } value ? Encoding.UTF8.GetString(value.AsSpan()) : null;
}
