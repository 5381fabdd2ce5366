using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Jobs;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Messages.Producing;
using Dashboard.Messages.Registry;
using Wire;

namespace Dashboard.Messages.Importing;

/// <summary>
/// Rows of an uploaded file, one after the other, encoded. Asked for an earlier one, or for the first time, it begins anew and passes over
/// what lies before: a file is read fast.
/// </summary>
/// <param name="partitions">How many the topic has.</param>
sealed class FileRows(
    UploadStore uploads, ImportRequest request, string cluster, int partitions, IBodyEncoder encoder, TimeProvider time)
    : IRowSource, IAsyncDisposable
{
    // of one batch; wrong rows that are left out count too, or a file full of them would report nothing for minutes
    const int MostBytes = 4 << 20, MostRows = 20_000;

    /// <summary>Of wrong rows that are reported one by one.</summary>
    const int MostTold = 100;

    readonly List<RowFault> wrong = [];
    Stream? file;
    IAsyncEnumerator<ImportRow>? rows;
    long at;

    /// <summary>A wrong row that waits until those before it are written.</summary>
    (ImportRow Row, EncodedRecord? Record, CodedText? Fault)? pending;

    /// <summary>Of what was encoded last.</summary>
    public CodedText? Outdated { get; private set; }

    /// <summary>Since it was opened; the first of them.</summary>
    public ImmutableArray<RowFault> Wrong => [.. wrong];

    /// <summary>Of a wrong row that is not to be left out.</summary>
    public static CodedText Stops(RowFault row) => CodedText.Of(
        "wrongRow",
        $"Line {row.Line}: {row.Why ?? CodedText.Plain(row.Fault)} Leave wrong rows out, or correct the file.");

    /// <summary>How much of the file was read, 0 to 1.</summary>
    public double Share => file is { Length: > 0 } open ? (double)open.Position / open.Length : 1;

    /// <exception cref="FileFaultException">A row is wrong and is not to be left out, or a column that is named is not there.</exception>
    public async Task<RowBatch> ReadAsync(long from, int most, CancellationToken cancellationToken)
    {
        await GoToAsync(from, cancellationToken).ConfigureAwait(false);
        var records = new List<RecordToWrite>();
        var skipped = new List<string>();
        var (bytes, isLast) = (0L, false);
        while (records.Count < most && skipped.Count < MostRows && bytes < MostBytes)
        {
            if (pending is null && !await rows!.MoveNextAsync().ConfigureAwait(false))
            {
                isLast = true;
                break;
            }

            var (row, record, fault) = pending ?? await EncodeAsync(rows!.Current, cancellationToken).ConfigureAwait(false);
            pending = null;
            if (fault is not null && !request.SkipsWrong)
            {
                if (records.Count > 0)
                {
                    pending = (row, record, fault); // what came before it is written first
                    break;
                }

                throw new FileFaultException(Stops(RowFault.Of(row.Line, fault)));
            }

            if (fault is null)
            {
                records.Add(Rows.Of(record!, at, row.Timestamp ?? time.GetUtcNow().ToUnixTimeMilliseconds()));
                bytes += (record!.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
            }
            else
            {
                skipped.Add(SkipReason.WrongRows);
                Tell(row.Line, fault);
            }

            at++;
        }

        return new RowBatch(records, at, isLast, skipped);
    }

    public async ValueTask DisposeAsync()
    {
        if (rows is not null)
        {
            await rows.DisposeAsync().ConfigureAwait(false);
        }

        if (file is not null)
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task GoToAsync(long row, CancellationToken cancellationToken)
    {
        if (rows is not null && at == row)
        {
            return;
        }

        await DisposeAsync().ConfigureAwait(false);
        file = uploads.Open(request.Upload);
        rows = RowsOf(file, cancellationToken).GetAsyncEnumerator(cancellationToken);
        (at, pending) = (0, null);
        while (at < row)
        {
            if (!await rows.MoveNextAsync().ConfigureAwait(false))
            {
                throw new FileFaultException(
                    CodedText.Of("fileOther", $"The file has fewer rows than were read of it before: it is another one."));
            }

            at++;
        }
    }

    IAsyncEnumerable<ImportRow> RowsOf(Stream stream, CancellationToken cancellationToken) => request.Mapping.File == ImportKindOfFile.Csv
        ? new CsvRows(request.Mapping, request.Topic, partitions).ReadAsync(stream, cancellationToken)
        : new LineRows(request.Mapping, request.Topic, partitions).ReadAsync(stream, cancellationToken);

    async Task<(ImportRow, EncodedRecord?, CodedText?)> EncodeAsync(ImportRow row, CancellationToken cancellationToken)
    {
        if (row.Record is null)
        {
            return (row, null, row.Why);
        }

        try
        {
            var record = await encoder.EncodeAsync(cluster, row.Record, cancellationToken).ConfigureAwait(false);
            Outdated = record.Outdated;
            return (row, record, null);
        }
        catch (Exception e) when (e is BodyMismatchException or UndecodableException or RegistryException { IsAnswer: true })
        {
            return (row, null, JobReasons.Of(e));
        }
    }

    void Tell(long line, CodedText fault)
    {
        if (wrong.Count < MostTold)
        {
            wrong.Add(RowFault.Of(line, fault));
        }
    }

    /// <summary>The first rows, and those among a number of them that become no records.</summary>
    public async Task<FilePreview> PreviewAsync(int shown, int looked, CancellationToken cancellationToken)
    {
        await GoToAsync(0, cancellationToken).ConfigureAwait(false);
        var previews = ImmutableArray.CreateBuilder<RecordPreview>();
        var (count, faults) = (0L, 0L);
        while (count < looked)
        {
            if (!await rows!.MoveNextAsync().ConfigureAwait(false))
            {
                return new FilePreview(previews.ToImmutable(), Wrong, count, faults, true);
            }

            var (row, record, fault) = await EncodeAsync(rows.Current, cancellationToken).ConfigureAwait(false);
            count++;
            if (fault is not null)
            {
                faults++;
                Tell(row.Line, fault);
            }

            if (previews.Count < shown)
            {
                previews.Add(row.Record is null
                    ? RecordPreview.Wrong(row.Line, fault!)
                    : RecordPreview.Of(row.Line, row.Record, row.Timestamp, record, fault));
            }
        }

        return new FilePreview(previews.ToImmutable(), Wrong, count, faults, false);
    }
}

/// <summary>What the first rows of a file become.</summary>
/// <param name="Wrong">The first of those that become no records.</param>
/// <param name="Looked">Rows looked at.</param>
/// <param name="Faults">How many of them become no records.</param>
/// <param name="IsAll">There are no more rows.</param>
sealed record FilePreview(
    ImmutableArray<RecordPreview> Rows, ImmutableArray<RowFault> Wrong, long Looked, long Faults, bool IsAll);
