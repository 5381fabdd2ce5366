using System.Collections.Immutable;
using System.Text;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Filters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Messages;
using Kafka.Client.Data;
using Kafka.Protocol.Records;
using Wire;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Finds the records of a portion that fit. Bytes first: of records that are shown as they were written, those of a batch that does not
/// hold what the filter needs are only counted, and one that does not is not decoded. Thread safe.
/// </summary>
/// <param name="masking">What the actor may not see is taken out before anything looks at a record; null: all is shown.</param>
/// <param name="visitors">By partition: with them records that fit are looked at and not kept.</param>
sealed class PortionSearch(
    ScanQuery query, IBodyDecoder decoder, RecordMask? masking, Func<int, IPortionVisitor>? visitors = null)
{
    /// <summary>Of one batch, decompressed.</summary>
    const int MaxBatchBytes = 64 << 20;

    /// <summary>A mask changes what is searched: bytes would tell what it hides.</summary>
    // with masks a filter sees what the reader may see: by the bytes it would tell whether a hidden value is there
    readonly IRecordFilter? byBytes = masking is null ? query.Filter : null;

    /// <param name="enough">Read forwards, no more than so many are wanted.</param>
    public async ValueTask<PortionResult> SearchAsync(Portion portion, int enough, CancellationToken cancellationToken)
    {
        var result = new PortionResult { Visitor = visitors?.Invoke(portion.Partition.Partition) };
        foreach (var judged in portion.Batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // collected before decoding: a cursor over the batch cannot live across an await
            foreach (var candidate in Candidates(judged, portion, result, enough - result.Hits.Count))
            {
                var found = await FoundAsync(judged, candidate.Message, result, cancellationToken).ConfigureAwait(false);
                if (found is null)
                {
                    continue;
                }

                if (result.Visitor is { } visitor)
                {
                    visitor.Visit(candidate.Message);
                    continue;
                }

                result.Hits.Add(new Hit(found, candidate.Index));
                if (result.Hits.Count >= enough)
                {
                    // looked at up to here and no further: the rest is for the next request
                    (result.CutAt, result.Scanned) = (candidate.Message.Offset + 1, candidate.Index);
                    return result;
                }
            }
        }

        return result;
    }

    readonly record struct Candidate(MessageView Message, long Index);

    List<Candidate> Candidates(JudgedBatch judged, Portion portion, PortionResult result, int enough)
    {
        var batch = judged.Batch;
        if (judged.Standing is null)
        {
            Lose(batch.BaseOffset, batch.BaseOffset + 1, $"message format {batch.Magic}, of before Kafka 0.11", portion, result);
            return [];
        }

        if (judged.Standing == BatchStanding.Marker)
        {
            result.Markers += Clip(batch.BaseOffset, batch.NextOffset, portion.Offsets);
            return [];
        }

        if (judged.Standing == BatchStanding.Aborted && query.Isolation == Kafka.Client.Admin.IsolationLevel.ReadCommitted)
        {
            result.Aborted += Math.Min(batch.RecordCount, Clip(batch.BaseOffset, batch.NextOffset, portion.Offsets));
            return [];
        }

        var trouble = batch.IsValid ? null
            : batch.Magic == RecordBatch.CurrentMagic ? "its checksum is wrong"
            : $"message format {batch.Magic}, which is not known";
        var before = result.Scanned;
        try
        {
            if (trouble is null)
            {
                return Walk(judged, portion.Offsets, result, enough);
            }
        }
        catch (Exception e) when (e is WireFormatException or CompressionNotSupportedException or OverflowException)
        {
            trouble = e.Message;
        }

        // what was counted of a batch that then broke counts as lost, not as looked at
        result.Scanned = before;
        Lose(batch.BaseOffset, batch.NextOffset, trouble, portion, result);
        return [];
    }

    List<Candidate> Walk(JudgedBatch judged, OffsetRange offsets, PortionResult result, int enough)
    {
        var batch = judged.Batch;
        var payload = RecordCompression.Decompress(batch.Compression, batch.Payload, MaxBatchBytes).Span;
        result.Visitor?.Open(batch, payload.Length);
        // one look over the whole batch spares a look at each record of most batches
        var mayBeInBatch = byBytes?.MayBeIn(payload) != false;
        var candidates = new List<Candidate>();
        var cursor = new RecordCursor(batch, payload);
        while (cursor.MoveNext())
        {
            if (cursor.Offset < offsets.From || cursor.Offset >= offsets.To)
            {
                continue;
            }

            result.Scanned++;
            if (query.Filter is null && result.Visitor is { } visitor)
            {
                visitor.Visit(cursor);
                continue;
            }

            // bytes decide only where the text shown is the bytes; else it has to be decoded first
            if (byBytes is not null && IsAsWritten(cursor) && !(mayBeInBatch && byBytes.MayBeIn(cursor.Body)))
            {
                continue;
            }

            candidates.Add(new Candidate(View(cursor, batch), result.Scanned));
            // each would be a hit: more than enough need not be copied
            if (query.Filter is null && candidates.Count >= enough)
            {
                break;
            }
        }

        return candidates;
    }

    bool IsAsWritten(in RecordCursor cursor) =>
        query is { KeyFormat: null, ValueFormat: null }
        && decoder.ShowsAsWritten(query.Topic, BodyPart.Key, cursor.Key)
        && decoder.ShowsAsWritten(query.Topic, BodyPart.Value, cursor.Value)
        // a schema named by a header makes text of bytes that do not look like it
        && (cursor.HeaderCount == 0 || cursor.Headers.IndexOf("_schema_id"u8) < 0);

    MessageView View(in RecordCursor cursor, RecordBatch batch)
    {
        var headers = ImmutableArray.CreateBuilder<MessageHeaderView>(cursor.HeaderCount);
        var left = cursor.Headers;
        for (var i = 0; i < cursor.HeaderCount; i++)
        {
            RecordCursor.ReadHeader(ref left, out var name, out var value, out var hasValue);
            headers.Add(new MessageHeaderView(Encoding.UTF8.GetString(name), Copy(value, hasValue)));
        }

        return new MessageView(
            0, cursor.Offset, cursor.Timestamp, batch.TimestampType == TimestampType.LogAppendTime,
            Copy(cursor.Key, cursor.HasKey), Copy(cursor.Value, cursor.HasValue), cursor.Key.Length, cursor.Value.Length,
            headers.MoveToImmutable());
    }

    static ImmutableArray<byte>? Copy(ReadOnlySpan<byte> bytes, bool isThere) => isThere ? ImmutableArray.Create(bytes) : null;

    /// <summary>The record as the actor sees it; null when it does not fit.</summary>
    async ValueTask<FoundRecord?> FoundAsync(
        JudgedBatch judged, MessageView written, PortionResult result, CancellationToken cancellationToken)
    {
        var message = masking is null ? written : masking.Of(written);
        var key = await DecodeAsync(BodyPart.Key, written, message.Key, cancellationToken).ConfigureAwait(false);
        var value = await DecodeAsync(BodyPart.Value, written, message.Value, cancellationToken).ConfigureAwait(false);
        if (query.Filter is { } filter && !filter.Fits(new ViewedRecord(message, key, value)))
        {
            // what is sought may be in it: nobody saw
            result.Undecoded += key?.Trouble is null && value?.Trouble is null ? 0 : 1;
            result.Registry = key?.Registry ?? value?.Registry ?? result.Registry;
            return null;
        }

        var batch = judged.Batch;
        var end = !batch.IsTransactional ? TransactionEnd.None
            : judged.IsPastStable ? TransactionEnd.NotTold
            : judged.Standing == BatchStanding.Aborted ? TransactionEnd.Aborted
            : TransactionEnd.Committed;
        var facts = new BatchFacts(
            batch.BaseOffset, batch.LastOffset, batch.RecordCount, batch.SizeInBytes, batch.Compression, batch.ProducerId,
            batch.ProducerEpoch, batch.PartitionLeaderEpoch);
        var found = new FoundRecord(message, key, value, facts, end).Cut(query.BytesKept);
        return query.PrintsKeys ? found with { KeyPrint = written.Key is { } bytes ? KeyPrint.Of(bytes.AsSpan()) : null } : found;
    }

    /// <summary>
    /// Decoded as it was written, and masked then: of a value with a schema a mask finds its fields in what was decoded only.
    /// </summary>
    /// <param name="shown">What is left of the bytes; null: nothing is there, or nothing of it is shown.</param>
    async ValueTask<DecodedBody?> DecodeAsync(
        BodyPart part, MessageView written, ImmutableArray<byte>? shown, CancellationToken cancellationToken)
    {
        if (shown is null)
        {
            return null;
        }

        var bytes = part == BodyPart.Key ? written.Key : written.Value;
        var body = new RecordBody(query.Topic, part, bytes.GetValueOrDefault().AsMemory())
        {
            Headers = written.Headers,
            Key = written.Key?.AsMemory(),
            Format = part == BodyPart.Key ? query.KeyFormat : query.ValueFormat,
        };
        var decoded = await decoder.DecodeAsync(body, cancellationToken).ConfigureAwait(false);
        return masking is null ? decoded : BodyMasking.Of(decoded, part, masking.Masks);
    }

    static long Clip(long from, long to, OffsetRange offsets) =>
        new OffsetRange(Math.Max(from, offsets.From), Math.Min(to, offsets.To)).Length;

    static void Lose(long from, long to, string? why, Portion portion, PortionResult result)
    {
        var (first, next) = (Math.Max(from, portion.Offsets.From), Math.Min(Math.Max(to, from + 1), portion.Offsets.To));
        result.Lost += Math.Max(0, next - first);
        result.Unreadable.Add(new UnreadableBatch(first, next - 1, why ?? ""));
    }
}
