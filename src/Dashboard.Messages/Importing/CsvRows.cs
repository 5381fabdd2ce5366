using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CsvHelper;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Producing;
using Wire;

namespace Dashboard.Messages.Importing;

/// <summary>Rows of a CSV file with the names of its columns in the first one. A row that is none is reported with its line.</summary>
sealed class CsvRows(ImportMapping mapping, string topic, int partitions)
{
    public async IAsyncEnumerable<ImportRow> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wrong = new Queue<ImportRow>();
        var options = new CsvReaderOptions
        {
            Separator = mapping.Separator,
            TrackLineNumbers = true,
            MaxRecordSize = FileLines.MostBytes,
            SkipEmptyLines = true,
            MalformedData = CsvMalformedDataHandling.Skip,
            FieldCountMismatch = CsvFieldCountHandling.Skip,
            OnMalformedRecord = record => wrong.Enqueue(ImportRow.Wrong(record.LineNumber, Why(record.Reason))),
        };
        await using var csv = CsvReader.Create(stream, options, leaveOpen: true);
        CsvColumns? columns = null;
        while (true)
        {
            ImportRow? last = null;
            var isThere = false;
            try
            {
                isThere = await csv.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (CsvFormatException e)
            {
                // nothing can be read past it
                last = ImportRow.Wrong(Math.Max(1, e.LineNumber), CodedText.Of("csvUnreadable", $"{e.Message}"));
            }

            while (wrong.TryDequeue(out var row))
            {
                yield return row;
            }

            if (last is not null || !isThere)
            {
                if (last is not null)
                {
                    yield return last;
                }

                yield break;
            }

            columns ??= CsvColumns.Of(mapping, [.. csv.Headers]);
            yield return Row(columns, csv);
        }
    }

    ImportRow Row(CsvColumns columns, CsvReader csv)
    {
        var (line, fields) = (csv.LineNumber, Enumerable.Range(0, csv.FieldCount).Select(csv.GetString).ToImmutableArray());
        try
        {
            var record = new RecordToSend(topic, columns.KeyOf(fields), columns.ValueOf(fields))
            {
                Partition = columns.Partition is { } partition && fields[partition].Length > 0
                    ? RowText.Partition(fields[partition], partitions)
                    : null,
                Headers = columns.HeadersOf(fields),
            };
            var time = columns.Timestamp is { } at && fields[at].Length > 0 ? RowText.Time(fields[at]) : (long?)null;
            return new ImportRow(line, record, time, null);
        }
        catch (FormatException e)
        {
            return ImportRow.Wrong(line, CodedText.Of(e));
        }
    }

    static CodedText Why(CsvMalformedReason reason) => reason switch
    {
        CsvMalformedReason.FieldCountMismatch =>
            CodedText.Of("csvFieldCount", $"It has more or fewer fields than there are columns."),
        CsvMalformedReason.UnterminatedQuote => CodedText.Of("csvOpenQuote", $"A quote is not closed up to the end of the file."),
        CsvMalformedReason.TextAfterClosingQuote => CodedText.Of("csvTextAfterQuote", $"Text follows a closing quote."),
        CsvMalformedReason.StrayQuote => CodedText.Of("csvStrayQuote", $"There is a quote in the middle of a field."),
        _ => CodedText.Of("csvNoRow", $"It is no row of a CSV file."),
    };
}
