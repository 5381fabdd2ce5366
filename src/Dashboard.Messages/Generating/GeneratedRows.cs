using System.Collections.Immutable;
using Dashboard.Messages.Jobs.Transfers;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Generating;

/// <summary>Records made one after the other, until there are enough or it is time.</summary>
/// <param name="isOver">It ran as long as it should.</param>
sealed class GeneratedRows(RecordMaker maker, long? records, Func<bool> isOver, TimeProvider time) : IRowSource
{
    const int MostBytes = 4 << 20;

    public async Task<RowBatch> ReadAsync(long from, int most, CancellationToken cancellationToken)
    {
        if (isOver())
        {
            return new RowBatch([], from, true, []);
        }

        var made = new List<RecordToWrite>();
        var (next, bytes) = (from, 0L);
        for (; made.Count < most && bytes < MostBytes && next < (records ?? long.MaxValue); next++)
        {
            var record = await maker.MakeAsync(next, cancellationToken).ConfigureAwait(false);
            made.Add(Rows.Of(record, next, time.GetUtcNow().ToUnixTimeMilliseconds()));
            bytes += (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        }

        return new RowBatch(made, next, next >= records, []);
    }
}
