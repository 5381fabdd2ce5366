using System.Collections.Immutable;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Statistics;

/// <summary>Counts what the records of a range are like, without making text of any that no filter looks at.</summary>
public sealed class StatisticsReader(IBodyDecoders decoders)
{
    public const int MostTopKeys = 20, MostProducers = 200;

    static readonly TimeSpan part = TimeSpan.FromSeconds(20);

    /// <summary>Of what is shown of a key.</summary>
    const int KeyCharacters = 200;

    /// <param name="query">Read from its lower end to the upper one, whichever of them it begins at; its limit means nothing.</param>
    /// <param name="actor">With a filter records are looked at as it may see them.</param>
    /// <param name="progress">Told now and then how far it is.</param>
    /// <param name="stop">Ends it where it is: what it gives then says what it covers.</param>
    /// <exception cref="KafkaException">There is no such topic, or no broker can be asked.</exception>
    /// <exception cref="ArgumentException">A partition is asked for that the topic does not have.</exception>
    /// <exception cref="Filters.FilterException">The filter cannot be decided.</exception>
    public Task<TopicStatistics> ReadAsync(
        IClusterMonitor cluster, ScanQuery query, Actor actor, Action<ScanProgress> progress, CancellationToken stop,
        CancellationToken cancellationToken) => ReadAsync(cluster.Data, query, actor, progress, stop, cancellationToken);

    internal Task<TopicStatistics> ReadAsync(
        ClusterData data, ScanQuery query, Actor actor, Action<ScanProgress> progress, CancellationToken stop,
        CancellationToken cancellationToken) =>
        ReadAsync(data, query, actor, new StatisticsCount(), progress, () => { }, stop, cancellationToken);

    /// <param name="count">What was counted before; goes on from there.</param>
    /// <param name="keep">Called now and then, and at the end: the count can be written.</param>
    internal async Task<TopicStatistics> ReadAsync(
        ClusterData data, ScanQuery query, Actor actor, StatisticsCount count, Action<ScanProgress> progress, Action keep,
        CancellationToken stop, CancellationToken cancellationToken)
    {
        ScanProgress end;
        do
        {
            end = await PartAsync(data, query, actor, count, progress, stop, cancellationToken).ConfigureAwait(false);
            keep();
        }
        // a part ends by its time, not by its records: a job is saved as often on a slow cluster as on a fast one
        while (end is { IsComplete: false } && !stop.IsCancellationRequested && end.Partitions.All(p => p.Error is null));

        var keys = await TopKeysAsync(data.Id, query.Topic, count.Tally.Records, actor, cancellationToken).ConfigureAwait(false);
        var producers = await ProducersAsync(data, query, cancellationToken).ConfigureAwait(false);
        return Of(query, data.Time.GetUtcNow(), end, count.Tally) with { TopKeys = keys, Producers = producers };
    }

    /// <summary>As much as is lost when this program is killed.</summary>
    /// <returns>How far all of it is.</returns>
    async Task<ScanProgress> PartAsync(
        ClusterData data, ScanQuery query, Actor actor, StatisticsCount count, Action<ScanProgress> progress, CancellationToken stop,
        CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(part, data.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, stop);
        var asked = Forwards(query) with { Continue = count.Next };
        var steps = new MessageScanner(decoders).ScanAsync(data, asked, actor, either.Token, cancellationToken, count.Tally.Visit);
        ScanProgress? end = null;
        await foreach (var step in steps.ConfigureAwait(false))
        {
            end = step.Progress;
            progress(count.With(end));
        }

        return count.Take(end!);
    }

    internal static ScanQuery Forwards(ScanQuery query) =>
        // steps back in time can only be counted in the order of offsets
        (query.NewestFirst ? query with { From = query.End, To = query.From } : query) with { Limit = int.MaxValue };

    static TopicStatistics Of(ScanQuery query, DateTimeOffset now, ScanProgress end, TopicTally tally)
    {
        var records = tally.Records;
        return new(query.Topic, now, end.IsComplete, end.Scanned, records.Records, end.Bytes, end.Took)
        {
            From = query.From.ToString(),
            To = query.End.ToString(),
            Filter = query.Filter?.Text,
            Keys = records.Keys.Summary(),
            Values = records.Values.Summary(),
            NullKeys = records.NullKeys,
            Tombstones = records.Tombstones,
            DistinctKeys = new(records.DistinctKeys.Estimate(), HyperLogLog.Margin),
            Partitions = [.. end.Partitions.Select(p => Of(p, tally.Of(p.Partition)))],
            TimeStep = TimeSpan.FromMilliseconds(records.Times.Width),
            Times = records.Times.InOrder(),
            WithoutTime = records.Times.Without,
            Codecs =
            [
                .. records.Codecs.Index().Where(c => c.Item.Batches > 0).Select(c => new CodecStatistics(
                    ((CompressionType)c.Index).ToString().ToLowerInvariant(), c.Item.Batches, c.Item.Records, c.Item.Stored,
                    c.Item.Unpacked)),
            ],
            Headers = [.. records.Headers],
            WithHeaders = records.WithHeaders,
            OtherHeaders = records.HeadersElsewhere,
            Transactional = records.Transactional,
            Idempotent = records.Idempotent,
            Aborted = end.Partitions.Sum(p => p.Aborted),
            LogAppendTime = records.LogAppendTime,
            ProducersSeen = records.Producers.Count,
        };
    }

    static PartitionStatistics Of(PartitionProgress read, PartitionTally counted) => new(
        read.Partition, read.Range.From, read.Range.To, read.Covered.From, read.Covered.To, read.IsDone, read.Error?.Message,
        counted.Records, counted.Bytes, counted.StepsBack,
        TimeSpan.FromMilliseconds(Math.Min(counted.LongestStepBack, (long)TimeSpan.MaxValue.TotalMilliseconds - 1)));

    async Task<ImmutableArray<KeyCount>?> TopKeysAsync(
        string cluster, string topic, RecordTally tally, Actor actor, CancellationToken cancellationToken)
    {
        if (HidesKeys(actor, cluster, topic))
        {
            return null;
        }

        // a count may be too low by what was missed, and is never too high
        var (decoder, missed) = (decoders.Of(cluster), tally.TopKeys.Missed);
        var keys = ImmutableArray.CreateBuilder<KeyCount>();
        foreach (var key in tally.TopKeys.Top(MostTopKeys))
        {
            var body = await decoder.DecodeAsync(topic, BodyPart.Key, key.Bytes, cancellationToken).ConfigureAwait(false);
            var text = body.Text.Length > KeyCharacters ? body.Text[..KeyCharacters] + "…" : body.Text;
            keys.Add(new(text, body.Format, key.Length, key.Count, key.Count + missed));
        }

        return keys.ToImmutable();
    }

    /// <summary>Whether a reader may not see the keys of a topic's records.</summary>
    public static bool HidesKeys(Actor actor, string cluster, string topic) =>
        RecordMasking.For(actor, cluster, topic) is { } mask && (mask.Masks is [] || mask.Masks.Any(m => m.Part == MaskedPart.Key));

    /// <summary>Best effort: brokers before 2.8 do not tell it, and it takes a permission.</summary>
    static async Task<ImmutableArray<KnownProducer>?> ProducersAsync(
        ClusterData data, ScanQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = await data.Kafka.MetadataAsync([query.Topic], cancellationToken).ConfigureAwait(false);
            var asked = metadata.Topics.SelectMany(t => t.Partitions)
                // only the leader of a partition keeps the state of its producers
                .Where(p => p.LeaderId >= 0 && (query.Partitions.Length == 0 || query.Partitions.Contains(p.PartitionIndex)))
                .GroupBy(p => p.LeaderId, p => new TopicPartition(query.Topic, p.PartitionIndex))
                .Select(leader => data.Kafka.DescribeProducersAsync(leader.Key, [.. leader], cancellationToken));
            var answers = (await Task.WhenAll(asked).ConfigureAwait(false)).SelectMany(a => a).ToList();
            return answers.TrueForAll(a => !a.Value.Succeeded)
                ? null
                : [
                    .. answers.Where(a => a.Value.Succeeded).SelectMany(a => a.Value.Require().Select(p => Of(a.Key.Partition, p)))
                        .OrderByDescending(p => p.LastAt).Take(MostProducers),
                ];
        }
        // brokers before 2.8 cannot say it; the rest of the statistics does not depend on it
        catch (KafkaException)
        {
            return null;
        }
    }

    static KnownProducer Of(int partition, ActiveProducer producer) => new(
        partition, producer.ProducerId, producer.Epoch,
        producer.LastTimestamp > 0 ? UnixTime.At(producer.LastTimestamp) : null, producer.TransactionStart >= 0);
}
