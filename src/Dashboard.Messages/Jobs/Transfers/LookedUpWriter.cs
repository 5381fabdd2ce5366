using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Messages.Bytes;
using Dashboard.Messages.Filters;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Kafka.Client.Admin;
using Kafka.Client.Producing;
using Wire;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>
/// For clusters without transactions: each record bears a mark of the job, and after a crash those that are there already are found by it,
/// from where the topics ended before the batch. An idempotent producer writes none twice by itself; what a dead one may still have had
/// under way is given the time in which it would have been given up.
/// </summary>
/// <param name="settling">That time.</param>
sealed class LookedUpWriter(
    IClusterMonitor cluster, TransferRequest request, string job, IMessageScanner scanner, TimeSpan settling, TimeProvider time)
    : IBatchWriter
{
    readonly MessageShape shape = new(request, job, time);
    readonly ReplicatedEnds replicated = new(cluster, time);
    readonly Dictionary<string, long[]> ends = [];
    RecordProducer? producer;

    public async Task<SettledBatch> SettleAsync(TransferState state, CancellationToken cancellationToken)
    {
        var found = ImmutableHashSet.CreateBuilder<(int, long)>();
        if (state.Before is not null && state.At + settling - time.GetUtcNow() is { Ticks: > 0 } wait)
        {
            // what an earlier run had sent may still be on its way to the leader
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (topic, from) in state.Ends)
        {
            await replicated.RequireAsync(topic, cancellationToken).ConfigureAwait(false);
            await foreach (var place in MarkedAsync(topic, from, cancellationToken).ConfigureAwait(false))
            {
                found.Add(place);
            }
        }

        producer = new RecordProducer(cluster.Data.Kafka, BatchProducer.Options);
        return new SettledBatch(state.Before is null ? state.Batch : state.Batch - 1, found.ToImmutable());
    }

    public async Task<ImmutableSortedDictionary<string, ImmutableArray<long>>> PrepareAsync(
        IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var kafka = cluster.Data.Kafka;
        foreach (var topic in topics.Where(topic => !ends.ContainsKey(topic)).ToList())
        {
            var metadata = await kafka.MetadataAsync([topic], cancellationToken).ConfigureAwait(false);
            TopicLookup.RequireLeaders(metadata, topic);
            var listed = await kafka.ListOffsetsAsync(metadata, ListOffsetsCalls.Latest, cancellationToken).ConfigureAwait(false);
            ends[topic] = [.. listed.OrderBy(one => one.Key.Partition).Select(one => one.Value.Require().Offset)];
        }

        return ends.ToImmutableSortedDictionary(one => one.Key, one => one.Value.ToImmutableArray());
    }

    public async Task WriteAsync(TransferState state, IReadOnlyList<RecordToWrite> records)
    {
        var deliveries = await producer!.SendAsync([.. records.Select(shape.Of)]).ConfigureAwait(false);
        foreach (var one in deliveries)
        {
            if (one is { Succeeded: true, Offset: { } offset }
                && ends.TryGetValue(one.Partition.Topic, out var known) && one.Partition.Partition < known.Length)
            {
                // the next look begins behind what is known to be there
                known[one.Partition.Partition] = Math.Max(known[one.Partition.Partition], offset + 1);
            }
        }

        if (deliveries.FirstOrDefault(one => !one.Succeeded).Error is { } error)
        {
            throw ProducerFaults.Of(
                CodedText.Of(
                    "batchNotWhole",
                    $"Batch {state.Batch} was not written whole to {cluster.Id}: {ProducerFaults.Words(error)}. "
                    + $"What of it is there is found when the job goes on."),
                error);
        }
    }

    public Task ForgetAsync() => Task.CompletedTask;

    // it holds nothing: the connections are the cluster's
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Places in the source of records of this job that are there.</summary>
    async IAsyncEnumerable<(int Partition, long Offset)> MarkedAsync(
        string topic, ImmutableArray<long> from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new ScanQuery(topic)
        {
            From = ScanBound.Oldest,
            Limit = int.MaxValue,
            BytesKept = 0,
            Isolation = global::Kafka.Client.Admin.IsolationLevel.ReadUncommitted,
            Filter = RecordFilters.Parse($"{RecordFilters.TextKind}:{job}/"),
            Continue = new ScanPosition(from.Index().ToImmutableSortedDictionary(
                one => one.Index, one => new OffsetRange(one.Item, long.MaxValue))),
        };
        ScanProgress? end = null;
        await foreach (var step in scanner.ScanAsync(cluster, query, Actor.Program("Castellan"), CancellationToken.None, cancellationToken)
            .ConfigureAwait(false))
        {
            foreach (var place in step.Found.Select(found => MessageShape.PlaceOf(found.Message, job)))
            {
                if (place is { } known)
                {
                    yield return known;
                }
            }

            end = step.Progress;
        }

        if (end is { IsComplete: false })
        {
            var error = end.Partitions.Select(p => p.Error).FirstOrDefault(e => e is not null);
            var said = error is null ? CodedText.Plain("") : JobReasons.Of(error);
            var why = CodedText.Of("batchUntold", $"What of the last batch was written to {topic} cannot be told now: {said}");
            throw error is null || TransientFaults.Is(error) ? new TransientFaultException(why) : new JobFaultException(why);
        }
    }
}
