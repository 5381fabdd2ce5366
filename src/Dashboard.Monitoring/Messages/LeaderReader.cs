using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Wire;

namespace Dashboard.Monitoring.Messages;

/// <summary>
/// What of a reading concerns one leader: where its partitions begin and end, their records, and which transactions hold them up. One that
/// is silent or slow holds up no other.
/// </summary>
/// <param name="changed">Called after each answer.</param>
sealed class LeaderReader(KafkaCluster cluster, int leader, string topic, TopicReading reading, Action changed, TimeProvider time)
{
    /// <summary>Of an answer with records in it, which on a slow link takes its time.</summary>
    public static readonly TimeSpan FetchDeadline = TimeSpan.FromSeconds(30);

    /// <summary>An answer holds at most so much; less where answers of that size take long, more where they do not.</summary>
    const int LeastBytes = 64 << 10, FirstBytes = 512 << 10, MostBytes = 8 << 20;

    static readonly TimeSpan quick = TimeSpan.FromSeconds(1), slow = TimeSpan.FromSeconds(5);

    ErrorSource Source => ErrorSource.Broker(
        leader, cluster.View.Brokers.TryGetValue(leader, out var broker) ? HostPort.Format(broker.Host, broker.Port) : null);

    /// <summary>Throws only when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await AskAsync(ids: null, () => BoundsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        changed();
        var holders = HoldersAsync(cancellationToken);
        var most = FirstBytes;
        while (reading.Next(leader) is { Count: > 0 } positions)
        {
            var began = time.GetTimestamp();
            var asked = positions.Select(p => p.Partition.Partition).ToList();
            await AskAsync(asked, () => FetchAsync(positions, most, cancellationToken), cancellationToken).ConfigureAwait(false);
            var took = time.GetElapsedTime(began);
            most = took < quick ? Math.Min(most * 2, MostBytes) : took > slow ? Math.Max(most / 2, LeastBytes) : most;
            changed();
        }

        await holders.ConfigureAwait(false);
        changed();
    }

    /// <summary>A failure is that of the partitions asked for; null for all of this leader that are not known.</summary>
    async Task AskAsync(IReadOnlyList<int>? ids, Func<Task> ask, CancellationToken cancellationToken)
    {
        try
        {
            await ask().ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            reading.Fail(ids ?? [.. reading.Unknown(leader).Select(p => p.Partition)], Error(failure));
        }
    }

    /// <summary>
    /// One request each for beginnings, ends and last stable offsets. Ends first: asked for later, one could be past a record that the
    /// stable offset does not know of.
    /// </summary>
    async Task BoundsAsync(CancellationToken cancellationToken)
    {
        var wanted = reading.Unknown(leader);
        if (wanted.Count == 0)
        {
            return;
        }

        var partitions = new Dictionary<int, IReadOnlyList<TopicPartition>>
        {
            [leader] = [.. wanted.Select(p => new TopicPartition(topic, p.Partition))],
        };
        var begins = cluster.ListOffsetsAsync(partitions, ListOffsetsCalls.Earliest, cancellationToken);
        var ends = cluster.ListOffsetsAsync(partitions, ListOffsetsCalls.Latest, cancellationToken);
        var stables = cluster.ListOffsetsAsync(partitions, ListOffsetsCalls.Latest, cancellationToken, IsolationLevel.ReadCommitted);
        await Task.WhenAll(begins, ends, stables).ConfigureAwait(false);
        foreach (var key in partitions[leader])
        {
            var (begin, end, stable) = (begins.Result[key], ends.Result[key], stables.Result[key]);
            if ((begin.Error ?? end.Error ?? stable.Error) is { } error)
            {
                reading.Fail([key.Partition], Error(error));
            }
            else
            {
                reading.Known(key.Partition, begin.Value.Offset, stable.Value.Offset, end.Value.Offset);
            }
        }
    }

    async Task FetchAsync(IReadOnlyList<FetchPosition> positions, int most, CancellationToken cancellationToken)
    {
        var answers = await cluster
            .FetchAsync(leader, positions, most, IsolationLevel.ReadCommitted, cancellationToken, FetchDeadline)
            .ConfigureAwait(false);
        foreach (var answer in answers)
        {
            try
            {
                if (answer.Error == ErrorCode.OffsetOutOfRange)
                {
                    var begin = await BeginAsync(answer.Partition, cancellationToken).ConfigureAwait(false);
                    reading.BeginsAt(answer.Partition.Partition, begin);
                    continue;
                }

                if (answer.Error != ErrorCode.None)
                {
                    throw new KafkaException(answer.Error);
                }

                reading.Take(answer, answer.Partition == positions[0].Partition);
            }
            catch (Exception failure) when (failure is KafkaException or WireFormatException)
            {
                reading.Fail([answer.Partition.Partition], Error(failure));
            }
        }
    }

    async Task<long> BeginAsync(TopicPartition partition, CancellationToken cancellationToken)
    {
        var asked = new Dictionary<int, IReadOnlyList<TopicPartition>> { [leader] = [partition] };
        var answers = await cluster.ListOffsetsAsync(asked, ListOffsetsCalls.Earliest, cancellationToken).ConfigureAwait(false);
        return answers[partition].Require().Offset;
    }

    /// <summary>Best effort: brokers before 2.8 do not have the API, and it takes a permission.</summary>
    async Task HoldersAsync(CancellationToken cancellationToken)
    {
        var held = reading.HeldUp(leader);
        if (held.Count == 0)
        {
            return;
        }

        try
        {
            var partitions = held.Select(p => new TopicPartition(topic, p.Partition));
            var active = await cluster.DescribeProducersAsync(leader, [.. partitions], cancellationToken).ConfigureAwait(false);
            var first = new Dictionary<int, ActiveProducer>();
            foreach (var (partition, answer) in active)
            {
                var open = (answer.Value ?? []).Where(p => p.TransactionStart >= 0).ToList();
                if (open.Count > 0)
                {
                    first[partition.Partition] = open.MinBy(p => p.TransactionStart);
                }
            }

            var producers = first.Values.Select(p => p.ProducerId).Distinct();
            var transactions = await DescribeAsync([.. producers], cancellationToken).ConfigureAwait(false);
            foreach (var (partition, producer) in first)
            {
                reading.Held(partition, Of(producer, transactions.GetValueOrDefault(producer.ProducerId)));
            }
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // shown as a transaction of which nothing is known
        }
    }

    async Task<IReadOnlyDictionary<long, TransactionDescription>> DescribeAsync(long[] producers, CancellationToken cancellationToken)
    {
        try
        {
            return producers.Length == 0
                ? new Dictionary<long, TransactionDescription>()
                : await cluster.TransactionsOfAsync(producers, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            return new Dictionary<long, TransactionDescription>();
        }
    }

    static OpenTransaction Of(ActiveProducer producer, TransactionDescription? transaction)
    {
        var since = transaction is { StartedAt: > 0 and var started } ? started : producer.LastTimestamp;
        return new OpenTransaction(
            producer.ProducerId, transaction?.TransactionalId, transaction?.State, since > 0 ? UnixTime.At(since) : null,
            transaction is { TimeoutMs: > 0 and var timeout } ? TimeSpan.FromMilliseconds(timeout) : null);
    }

    SectionError Error(Exception failure) => Errors.From(failure, Source, time.GetUtcNow());
}
