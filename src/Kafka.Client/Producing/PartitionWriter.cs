using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Kafka.Client.Producing;

/// <summary>
/// Writes to one partition in the order in which records come: one batch at a time, and what comes meanwhile is the next. An idempotent
/// writer numbers its batches, so that the leader knows one that it has already; any other sends none again that the leader may have.
/// Thread safe: all but the queue belongs to the one loop that runs while something waits.
/// </summary>
sealed class PartitionWriter(TopicPartition partition, RecordProducer producer, ProducerIdentities identities)
{
    readonly BatchQueue<PendingRecord> waiting = new(producer.Options.MaxBatchBytes, one => one.Record.EstimatedSize);
    ProducerIdentity? identity;
    int sequence;

    KafkaClientOptions Client => producer.Cluster.Options;

    ProducerOptions Options => producer.Options;

    public void Add(IEnumerable<PendingRecord> records)
    {
        if (waiting.Add(records))
        {
            _ = Task.Run(WriteAsync);
        }
    }

    async Task WriteAsync()
    {
        while (waiting.Next() is { Count: > 0 } batch)
        {
            try
            {
                await DeliverAsync(batch).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // none that is foreseen: who waits must not wait for ever, and nothing is known of these
                Fail(batch, new KafkaException(ErrorCode.UnknownServerError, e.Message), mayBeWritten: true);
            }
        }
    }

    /// <summary>Until the leader has it, says that it never will, or the patience of its first record is over.</summary>
    async Task DeliverAsync(List<PendingRecord> batch)
    {
        KafkaException? last = null;
        var (mayBeWritten, pause) = (false, new RetryPause(Client.Time));
        while (true)
        {
            var left = Options.Patience - Client.Time.GetElapsedTime(batch[0].Since);
            if (left <= TimeSpan.Zero)
            {
                Fail(batch, last ?? new KafkaException(ErrorCode.RequestTimedOut), mayBeWritten);
                return;
            }

            // half of it: a request or an answer that was lost can be asked for again
            var attempt = Options.IsIdempotent && Options.Patience / 2 < left ? Options.Patience / 2 : left;
            var (answer, error, mayBeSent) = await TryAsync(batch, attempt).ConfigureAwait(false);
            if (answer is { Error: ErrorCode.None or ErrorCode.DuplicateSequenceNumber } written)
            {
                Succeed(batch, written);
                return;
            }

            if (answer is { Error: ErrorCode.MessageTooLarge } && batch.Count > 1 && !mayBeWritten)
            {
                // the topic takes less than a batch: by halves, of which the first has the number that the whole had
                await DeliverAsync(batch[..(batch.Count / 2)]).ConfigureAwait(false);
                await DeliverAsync(batch[(batch.Count / 2)..]).ConfigureAwait(false);
                return;
            }

            last = error ?? new KafkaException(answer!.Value.Error, answer.Value.Message);
            mayBeWritten |= mayBeSent || answer is { IsAppended: true };
            if (!IsWorthAnother(last, mayBeWritten))
            {
                Fail(batch, last, mayBeWritten);
                return;
            }

            producer.Leaders.Forget(partition.Topic);
            await pause.WaitAsync(left).ConfigureAwait(false);
        }
    }

    /// <returns>The leader's answer, or why there is none, and whether it may have the batch all the same.</returns>
    async Task<(ProducedPartition? Answer, KafkaException? Error, bool MayBeSent)> TryAsync(List<PendingRecord> batch, TimeSpan timeout)
    {
        int leader;
        try
        {
            identity ??= await identities.TakeAsync(timeout).ConfigureAwait(false);
            leader = await LeaderAsync().ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            return (null, e, false); // of what is asked before
        }

        try
        {
            return (await producer.SenderTo(leader).SendAsync(new(partition, Encode(batch)), timeout).ConfigureAwait(false), null, false);
        }
        catch (KafkaException e)
        {
            return (null, e, e.MayHaveHappened);
        }
    }

    async Task<int> LeaderAsync()
    {
        var layout = await producer.Leaders.OfAsync(partition.Topic).ConfigureAwait(false);
        return partition.Partition >= layout.Leaders.Count
            ? throw KafkaException.NoPartition(partition, layout.Leaders.Count)
            : layout.Leaders[partition.Partition] is >= 0 and var leader ? leader
            : throw KafkaException.NoLeader(partition);
    }

    byte[] Encode(List<PendingRecord> batch)
    {
        using var builder = new RecordBatchBuilder
        {
            Compression = Options.Compression,
            IsTransactional = producer.TransactionalId is not null,
            ProducerId = identity!.Id,
            ProducerEpoch = identity.Epoch,
            BaseSequence = identity.Id < 0 ? -1 : sequence,
        };
        foreach (var one in batch)
        {
            builder.Add(one.Record.Key, one.Record.Value, one.Record.Timestamp, one.Record.Headers);
        }

        return builder.Build();
    }

    bool IsWorthAnother(KafkaException error, bool mayBeWritten)
    {
        if (mayBeWritten && !Options.IsIdempotent)
        {
            return false;
        }

        if (ProduceErrors.IsOfIdentity(error.Code))
        {
            // the leader knows less of this writer than it should: what was never appended goes on under another identity. A transaction
            // has but one
            Renew();
            return !mayBeWritten && producer.TransactionalId is null;
        }

        return ProduceErrors.Passes(error);
    }

    void Succeed(List<PendingRecord> batch, ProducedPartition answer)
    {
        // wraps at 2^31, as the leader's count does
        sequence = (int)(((uint)sequence + (uint)batch.Count) & int.MaxValue);
        foreach (var (index, one) in batch.Index())
        {
            one.End(new Delivery(
                partition,
                answer.BaseOffset >= 0 ? answer.BaseOffset + index : null,
                answer.BaseOffset < 0 ? null : answer.LogAppendTime >= 0 ? answer.LogAppendTime : one.Record.Timestamp,
                null,
                MayBeWritten: false));
        }
    }

    void Fail(List<PendingRecord> batch, KafkaException error, bool mayBeWritten)
    {
        if (mayBeWritten)
        {
            // its numbers are used or not: nobody knows, and the next must not be taken for a copy of it
            Renew();
        }

        batch.ForEach(one => one.End(new Delivery(partition, null, null, error, mayBeWritten)));
    }

    void Renew()
    {
        identities.Renew(identity);
        (identity, sequence) = (null, 0);
    }
}
