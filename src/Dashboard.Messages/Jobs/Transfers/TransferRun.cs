using System.Collections.Immutable;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// The loop: read a batch, write ahead what it covers, write it. Killed between any two of these, it goes on so that no record is written
/// twice and none is lost.
/// </summary>
sealed class TransferRun(
    TransferRequest request, JobRun run, SourceReader source, IBatchWriter writer, ITopicLookup topics, TimeProvider time)
{
    readonly Throttle throttle = new(request.RecordsPerSecond, request.BytesPerSecond, time);
    readonly HashSet<string> allowed = [];
    ImmutableHashSet<(int Partition, long Offset)> written = [];

    /// <summary>What holds for sure, between batches.</summary>
    TransferState stepped = new(0, new(ImmutableSortedDictionary<int, OffsetRange>.Empty, 0));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var state = TransferState.Read(run.Checkpoint);
        var settled = await writer.SettleAsync(state, cancellationToken).ConfigureAwait(false);
        written = settled.Written;
        state = state.Settled(settled);
        Save(stepped = state, state.After);
        try
        {
            while (!state.After.IsDone)
            {
                state = await StepAsync(state, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // between batches: what was written is known, and the cluster need not be asked for it
            Save(stepped, stepped.After);
            throw;
        }

        Save(state, state.After);
        await writer.ForgetAsync().ConfigureAwait(false);
    }

    /// <returns>What holds then.</returns>
    async Task<TransferState> StepAsync(TransferState state, CancellationToken cancellationToken)
    {
        stepped = state;
        cancellationToken.ThrowIfCancellationRequested();
        // each batch: rights may be taken away while a job runs
        RequireUnmasked();
        var batch = await source.ReadAsync(state.After.Left, run.Actor, throttle.BatchRecords, cancellationToken).ConfigureAwait(false);
        var (records, next) = await DecideAsync(batch, state.After, cancellationToken).ConfigureAwait(false);
        if (records.Count > 0)
        {
            var ahead = await AheadAsync(state, next, records, cancellationToken).ConfigureAwait(false);
            // before writing: a crash from here on leaves a batch that the next run knows to look for
            Save(ahead, state.After);
            await writer.WriteAsync(ahead, records).ConfigureAwait(false);
            stepped = ahead with { Before = null };
            run.Report(next.Progress(state.Planned));
        }
        else
        {
            stepped = state with { After = next };
            Save(stepped, next);
        }

        // no wait behind the last batch
        if (!next.IsDone)
        {
            await throttle.PayAsync(records.Count, next.Bytes - state.After.Bytes, cancellationToken).ConfigureAwait(false);
        }

        return stepped;
    }

    async Task<TransferState> AheadAsync(
        TransferState state, TransferPosition next, List<RecordToWrite> records, CancellationToken cancellationToken)
    {
        var ends = await writer.PrepareAsync(records.Select(r => r.Topic).Distinct(), cancellationToken).ConfigureAwait(false);

        // as long as records of an earlier attempt lie in this batch or ahead, they have to be found once more
        written = [.. written.Where(place => state.After.Left.TryGetValue(place.Partition, out var left) && place.Offset >= left.From)];
        return state.Ahead(next, records[0].Topic, ends, isUnsettled: !written.IsEmpty);
    }

    void Save(TransferState state, TransferPosition reached)
    {
        run.Save((state with { At = time.GetUtcNow() }).Write());
        run.Report(reached.Progress(state.Planned));
    }

    /// <exception cref="JobDeniedException">What would be copied is not the record.</exception>
    void RequireUnmasked()
    {
        if (RecordMasking.For(run.Actor, request.SourceCluster, request.Source.Topic) is not null)
        {
            throw new JobDeniedException(TransferPlanner.Masked(run.Actor, request));
        }
    }

    async Task<(List<RecordToWrite> Records, TransferPosition Next)> DecideAsync(
        SourceBatch batch, TransferPosition position, CancellationToken cancellationToken)
    {
        var records = new List<RecordToWrite>();
        var (counts, skipped) = (position.Written.ToBuilder(), position.Skipped.ToBuilder());
        var bytes = position.Bytes;
        foreach (var record in batch.Records)
        {
            var target = RecordTarget.Of(request, record);
            var why = target.Topic is { } topic && !await topics.ExistsAsync(topic, cancellationToken).ConfigureAwait(false)
                ? RecordTarget.Missing(topic, request.Cluster)
                : target.Why;
            if (why is not null)
            {
                Skip(why, record, skipped);
                continue;
            }

            Require(target.Topic!);
            counts[target.Topic!] = counts.GetValueOrDefault(target.Topic!) + 1;
            var one = new RecordToWrite(target.Topic!, request.KeepPartitions ? record.Partition : null, record);
            bytes += one.Bytes;
            if (!written.Contains((record.Partition, record.Offset)))
            {
                records.Add(one);
            }
        }

        var next = position with
        {
            Left = batch.Left,
            Written = counts.ToImmutable(),
            Skipped = skipped.ToImmutable(),
            Bytes = bytes,
        };
        return (records, next);
    }

    void Skip(SkipReason why, MessageView record, ImmutableSortedDictionary<string, long>.Builder skipped)
    {
        if (!request.SkipsMissing)
        {
            throw new JobFaultException(CodedText.Of(
                "noTarget",
                $"The record at {$"{request.Source.Topic}-{record.Partition}"} offset {record.Offset} has no target: {why.Coded}."));
        }

        SkipReasons.Count(skipped, why, TransferPlanner.MostReasons);
    }

    /// <summary>A topic that was not among those planned: once in a while, for the runner asks for the planned ones.</summary>
    void Require(string topic)
    {
        // once a topic: JobRunner asks again for all of them every few seconds
        if (allowed.Add(topic))
        {
            run.Require(new Permission(AccessKind.Records, AccessAction.Write, request.Cluster, topic));
        }
    }
}
