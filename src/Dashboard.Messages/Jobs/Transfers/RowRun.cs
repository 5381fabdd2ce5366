using System.Collections.Immutable;
using Dashboard.Messages.Scanning;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>Rows that become records: of a file, or made one after the other. Read again from any of them they are the same.</summary>
interface IRowSource
{
    /// <param name="from">The first row, from 0 on.</param>
    /// <param name="most">Of records.</param>
    Task<RowBatch> ReadAsync(long from, int most, CancellationToken cancellationToken);
}

/// <param name="Records">With the number of its row as the offset of each.</param>
/// <param name="Next">The row after them.</param>
/// <param name="IsLast">There are no more.</param>
/// <param name="Skipped">Why rows among them are left out, the key of a <see cref="SkipReason"/> each.</param>
sealed record RowBatch(IReadOnlyList<RecordToWrite> Records, long Next, bool IsLast, IReadOnlyList<string> Skipped);

/// <summary>
/// Writes rows in batches: what a batch covers is written ahead of it, so that it goes on after a crash without a record twice or lost.
/// </summary>
/// <param name="keep">On disk when it returns.</param>
/// <param name="told">Gets how far it is.</param>
sealed class RowRun(
    IRowSource source, IBatchWriter writer, RowPace pace, Action<TransferState> keep, Action<TransferPosition> told, TimeProvider time)
{
    /// <summary>Of reasons that are told apart.</summary>
    const int MostReasons = 20;

    ImmutableHashSet<(int Partition, long Offset)> written = [];

    /// <summary>What holds for sure, between batches.</summary>
    TransferState stepped = Start("", 0);

    /// <summary>Where a run begins.</summary>
    /// <param name="rows">How many there are; null: not known, or without end.</param>
    public static TransferState Start(string topic, long? rows) => new(
        0, new TransferPosition(At(0, rows ?? long.MaxValue), rows ?? long.MaxValue))
    {
        Anchor = topic,
        Planned = rows,
    };

    public async Task RunAsync(TransferState state, CancellationToken cancellationToken)
    {
        var settled = await writer.SettleAsync(state, cancellationToken).ConfigureAwait(false);
        written = settled.Written;
        stepped = state.Settled(settled);
        Keep(stepped, stepped.After);
        pace.Begin();
        try
        {
            while (!stepped.After.IsDone)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await StepAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // between batches: what was written is known, and the cluster need not be asked for it
            Keep(stepped, stepped.After);
            throw;
        }

        Keep(stepped, stepped.After);
        await writer.ForgetAsync().ConfigureAwait(false);
    }

    async Task StepAsync(CancellationToken cancellationToken)
    {
        var batch = await source.ReadAsync(stepped.After.Left[0].From, pace.Batch, cancellationToken).ConfigureAwait(false);
        var next = Next(stepped.After, batch);
        var records = batch.Records.Where(r => !written.Contains((r.Record.Partition, r.Record.Offset))).ToList();
        if (records.Count == 0)
        {
            stepped = stepped with { After = next };
            Keep(stepped, next);
            return;
        }

        var ends = await writer.PrepareAsync(records.Select(r => r.Topic).Distinct(), cancellationToken).ConfigureAwait(false);
        // as long as records of an earlier attempt lie in this batch or ahead, they have to be found once more
        written = [.. written.Where(place => place.Offset >= stepped.After.Left[0].From)];
        var ahead = stepped.Ahead(next, records[0].Topic, ends, isUnsettled: !written.IsEmpty);
        Keep(ahead, stepped.After);
        // after the checkpoint that announces it: see TransferRun
        await writer.WriteAsync(ahead, records).ConfigureAwait(false);
        stepped = ahead with { Before = null };
        told(next);
        await pace.KeepAsync(records.Count, cancellationToken).ConfigureAwait(false);
    }

    void Keep(TransferState state, TransferPosition reached)
    {
        keep(state with { At = time.GetUtcNow() });
        told(reached);
    }

    static ImmutableSortedDictionary<int, OffsetRange> At(long next, long rows) =>
        ImmutableSortedDictionary<int, OffsetRange>.Empty.Add(0, new(next, rows));

    static TransferPosition Next(TransferPosition position, RowBatch batch)
    {
        var (written, skipped, bytes) = (position.Written.ToBuilder(), position.Skipped.ToBuilder(), position.Bytes);
        foreach (var record in batch.Records)
        {
            written[record.Topic] = written.GetValueOrDefault(record.Topic) + 1;
            bytes += record.Bytes;
        }

        foreach (var why in batch.Skipped)
        {
            SkipReasons.Count(skipped, SkipReason.Of(why), MostReasons);
        }

        return position with
        {
            Left = At(batch.Next, batch.IsLast ? batch.Next : position.Left[0].To),
            Written = written.ToImmutable(),
            Skipped = skipped.ToImmutable(),
            Bytes = bytes,
        };
    }
}
