using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;
using Dashboard.Messages.Columns;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;

namespace Dashboard.Api.Streams;

/// <summary>
/// Records as a file for a spreadsheet: RFC 4180, UTF-8, times in UTC, bytes that are no text in hexadecimal, no value and no field as
/// nothing. A text that a spreadsheet would take for a formula gets a ' in front; a number is none.
/// </summary>
sealed class MessageCsv(Stream body, ImmutableArray<RecordColumn> columns) : IMessageWriter
{
    /// <summary>What spreadsheets begin formulas with, in both widths, and what they pass over before one.</summary>
    const string Formulas = "=+-@\t\r\n＝＋－＠";

    readonly CsvWriter csv = CsvWriter.Create(body, leaveOpen: true);
    bool hasHead;

    public async ValueTask WriteAsync(FoundRecord found, CancellationToken cancellationToken)
    {
        await WriteHeadAsync(cancellationToken);
        foreach (var column in columns)
        {
            csv.WriteField(Defused(Text(found, column)));
        }

        await csv.EndRecordAsync(cancellationToken);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await csv.FlushAsync(cancellationToken);

    /// <summary>There is no line that would not be taken for a record.</summary>
    public async ValueTask<bool> EndAsync(ScanProgress progress, string? failure, CancellationToken cancellationToken)
    {
        await WriteHeadAsync(cancellationToken);
        await csv.FlushAsync(cancellationToken);
        return MessageStream.IsWhole(progress, failure);
    }

    public ValueTask DisposeAsync() => csv.DisposeAsync();

    async ValueTask WriteHeadAsync(CancellationToken cancellationToken)
    {
        if (hasHead)
        {
            return;
        }

        hasHead = true;
        foreach (var column in columns)
        {
            csv.WriteField(Defused(column.Name));
        }

        await csv.EndRecordAsync(cancellationToken);
    }

    static string? Text(FoundRecord found, RecordColumn column) => column.Kind switch
    {
        ColumnKind.Partition => Number(found.Message.Partition),
        ColumnKind.Offset => Number(found.Message.Offset),
        ColumnKind.Time => Time(found.Message.Timestamp),
        ColumnKind.Key => found.Key?.Text,
        ColumnKind.Value => found.Value?.Text,
        ColumnKind.Headers => MessageLines.Headers(found),
        ColumnKind.Size => Number(found.Message.ValueLength),
        _ => column.Of(found),
    };

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A number where it is no time; nothing where there is none.</summary>
    static string? Time(long timestamp) => timestamp == -1 ? null
        : UnixTime.At(timestamp)?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? Number(timestamp);

    internal static string? Defused(string? text) =>
        text is [var first, ..] && Formulas.Contains(first, StringComparison.Ordinal)
        // a negative number is no formula and stays one
        && !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            ? $"'{text}"
            : text;
}
