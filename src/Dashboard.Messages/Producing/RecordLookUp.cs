using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Kafka.Client.Admin;
using Kafka.Client.Producing;
using Kafka.Protocol.Messages;
using ClientException = Kafka.Client.KafkaException;

namespace Dashboard.Messages.Producing;

/// <summary>
/// Whether a record that was sent and not acknowledged is there: what its partition got since is read and compared with it byte for byte,
/// with the timestamp that it was given. Best effort, and says what it saw.
/// </summary>
/// <param name="pause">Between two looks.</param>
sealed class RecordLookUp(IMessageScanner scanner, IClusterMonitor cluster, TimeSpan patience, TimeSpan pause, TimeProvider time)
{
    /// <summary>Read since the record was sent, at most; where more was written it is not told whether the record is among it.</summary>
    const long MostBytes = 128 << 20;

    /// <summary>The longest wait to know where logs end; the record is sent all the same.</summary>
    static readonly TimeSpan endPatience = TimeSpan.FromSeconds(3);

    /// <summary>Where the partitions end that the record can go to. Empty where that is not told in time.</summary>
    /// <param name="metadata">Of the topic; partitions that it cannot go to are taken out.</param>
    /// <param name="partition">Null: any.</param>
    public async Task<ImmutableDictionary<int, long>> EndsAsync(MetadataResponse metadata, int? partition)
    {
        using var limit = new CancellationTokenSource(endPatience, time);
        try
        {
            var kafka = cluster.Data.Kafka;
            foreach (var one in metadata.Topics.Where(_ => partition is not null))
            {
                one.Partitions = [.. one.Partitions.Where(p => p.PartitionIndex == partition)];
            }

            var ends = await kafka.ListOffsetsAsync(metadata, ListOffsetsCalls.Latest, limit.Token).ConfigureAwait(false);
            return ends.Where(one => one.Value.Succeeded).ToImmutableDictionary(one => one.Key.Partition, one => one.Value.Value.Offset);
        }
        catch (Exception e) when (e is ClientException or OperationCanceledException)
        {
            return ImmutableDictionary<int, long>.Empty;
        }
    }

    /// <summary>Looks until it is seen, or the patience is over.</summary>
    /// <param name="from">Where the partition ended before the record was sent; null: not known.</param>
    /// <returns>The record's place where it is there without a doubt.</returns>
    public async Task<(Sighting Seen, MessageView? Found)> FindAsync(
        string topic, int partition, long? from, ProducerRecord sent)
    {
        if (partition < 0 || from is not { } next)
        {
            return (NotSeen(topic, partition, "where the partition ended before is not known"), null);
        }

        var began = time.GetTimestamp();
        while (true)
        {
            var look = await LookAsync(topic, partition, next, new SameRecord(sent)).ConfigureAwait(false);
            if (look.Alike.Count > 0)
            {
                return Told(topic, partition, look.Alike);
            }

            if (look.Stopped is not null || time.GetElapsedTime(began) >= patience)
            {
                return (look.Stopped ?? Missing(topic, partition, look.Reached), null);
            }

            next = look.Reached;
            await Task.Delay(pause, time).ConfigureAwait(false);
        }
    }

    readonly record struct Look(List<MessageView> Alike, long Reached, Sighting? Stopped);

    async Task<Look> LookAsync(string topic, int partition, long from, SameRecord same)
    {
        var query = new ScanQuery(topic)
        {
            From = ScanBound.Oldest,
            Limit = int.MaxValue,
            BytesKept = 0,
            // an open transaction of others must not hide it
            Isolation = IsolationLevel.ReadUncommitted,
            // compared as it was written, whatever it means
            KeyFormat = BodyFormats.Hex,
            ValueFormat = BodyFormats.Hex,
            Filter = same,
            Continue = new ScanPosition(ImmutableSortedDictionary<int, OffsetRange>.Empty.Add(partition, new(from, long.MaxValue))),
        };
        var alike = new List<MessageView>();
        using var enough = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(patience, time);
        ScanProgress? end = null;
        try
        {
            await foreach (var step in scanner.ScanAsync(cluster, query, Actor.Program("Castellan"), enough.Token, limit.Token)
                .ConfigureAwait(false))
            {
                alike.AddRange(step.Found.Select(found => found.Message));
                end = step.Progress;
                // a busy partition: what is written meanwhile could be read without end
                if (end.Bytes > MostBytes)
                {
                    await enough.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is ClientException or OperationCanceledException)
        {
            var why = e is ClientException told ? told.Message : $"its leader did not answer within {patience.TotalSeconds:0} s";
            return new(alike, from, NotSeen(topic, partition, why));
        }

        var reached = end?.Partitions.FirstOrDefault(p => p.Partition == partition);
        return new(
            alike, reached is { Covered: { Length: > 0 } covered } ? covered.To : from,
            reached?.Error is { } error ? NotSeen(topic, partition, error.Message)
                : end is { IsComplete: false } ? NotSeen(topic, partition, $"more than {MostBytes >> 20} MiB were written since")
                : null);
    }

    /// <summary>Where the broker sets the times, or two are equal, nothing tells this record from another.</summary>
    static (Sighting Seen, MessageView? Found) Told(string topic, int partition, List<MessageView> alike)
    {
        var (subject, first) = (Subject(topic, partition), alike[0]);
        var at = first.Offset.ToString(CultureInfo.InvariantCulture);
        // by key, value, headers and time to the millisecond: with the broker's time instead, or twice, it proves nothing
        return alike.Count == 1 && !first.IsLogAppendTime
            ? (new(subject, true, "RecordThere", [subject, at], $"{subject} has it at offset {at}"), first)
            : (new(subject, null, "RecordAlike", [subject, at],
                $"{subject} has a record like it at offset {at}; whether it is this one cannot be told"), null);
    }

    static Sighting Missing(string topic, int partition, long reached)
    {
        var (subject, up) = (Subject(topic, partition), reached.ToString(CultureInfo.InvariantCulture));
        return new(subject, null, "RecordMissing", [subject, up], $"{subject} did not have it up to offset {up} when it was looked at");
    }

    static Sighting NotSeen(string topic, int partition, string why)
    {
        var subject = Subject(topic, partition);
        return new(subject, null, "NotSeen", [subject, why], $"{subject} could not be looked up: {why}");
    }

    static string Subject(string topic, int partition) =>
        partition < 0 ? topic : string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}");
}
