using System.Collections.Immutable;
using System.Diagnostics;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Producing;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Producing;

/// <summary>Produces one record, for a person or a script.</summary>
public interface IRecordSender
{
    /// <summary>Its bytes; nothing is sent.</summary>
    /// <exception cref="Bytes.BodyMismatchException">Key or value do not fit; names the field.</exception>
    /// <exception cref="Registry.RegistryException">A schema is not to be had.</exception>
    /// <exception cref="Bytes.UndecodableException">A schema cannot be read.</exception>
    Task<EncodedRecord> EncodeAsync(string cluster, RecordToSend record, CancellationToken cancellationToken);

    /// <summary>
    /// Sends it once if the actor may: through the cluster's gate, with an entry in the audit log. Where no answer came it is looked up,
    /// and not sent again: the result says whether it is there, or that this is not known.
    /// </summary>
    /// <returns>How it ended, and where the record is when it was written.</returns>
    Task<(CommandResult Result, SentRecord? Sent)> SendAsync(
        IClusterMonitor cluster, EncodedRecord record, Actor actor, CancellationToken cancellationToken);
}

/// <summary>What a broker may have taken is sent again by no one but an idempotent producer, whose copies the broker knows.</summary>
/// <param name="patience">How long a record is looked for that was not acknowledged; null: as long as the cluster's commands are.</param>
public sealed class RecordSender(
    IBodyEncoder encoder, RecordProducers producers, IMessageScanner scanner, TimeProvider time, TimeSpan? patience = null) : IRecordSender
{
    /// <summary>What is made appears within this, usually.</summary>
    static readonly TimeSpan appears = TimeSpan.FromSeconds(2);

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(400);

    public Task<EncodedRecord> EncodeAsync(string cluster, RecordToSend record, CancellationToken cancellationToken) =>
        encoder.EncodeAsync(cluster, record, cancellationToken);

    public async Task<(CommandResult Result, SentRecord? Sent)> SendAsync(
        IClusterMonitor cluster, EncodedRecord record, Actor actor, CancellationToken cancellationToken)
    {
        SentRecord? sent = null;
        var topic = record.Asked.Topic;
        var action = new GuardedAction(
            "record.produce", topic, record.Details, id => new Permission(AccessKind.Records, AccessAction.Write, id, topic),
            async () =>
            {
                (var result, sent) = await Task.Run(() => ProduceAsync(cluster, record), CancellationToken.None).ConfigureAwait(false);
                return result;
            })
        {
            After = () => sent is null ? null : $"partition {sent.Partition}, offset {sent.Offset?.ToString(Invariant) ?? "unknown"}",
        };
        return (await cluster.Commands.RunAsync(action, actor, cancellationToken).ConfigureAwait(false), sent);
    }

    static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;

    async Task<(CommandResult Result, SentRecord? Sent)> ProduceAsync(IClusterMonitor cluster, EncodedRecord record)
    {
        var asked = record.Asked;
        try
        {
            var producer = producers.Of(cluster, asked.Options);
            var lookUp = new RecordLookUp(scanner, cluster, patience ?? ((ClusterMonitor)cluster).Options.CommandLookUp, pause, time);
            return await ProduceAsync(producer, asked, Sent(record), lookUp).ConfigureAwait(false);
        }
        catch (InvalidOperationException e)
        {
            return (Refused(ErrorCode.InvalidConfig, e.Message, asked.Topic), null);
        }
        catch (Exception e) when (e is KafkaException or OperationCanceledException)
        {
            // of what is asked before the record is sent
            var refusal = e is KafkaException kafka
                ? new Refusal(kafka.Code, kafka.Message, asked.Topic)
                : new Refusal(ErrorCode.RequestTimedOut, $"No broker answered within {producers.Patience.TotalSeconds:0} s.", asked.Topic);
            return (NotSent(refusal), null);
        }
    }

    async Task<(CommandResult Result, SentRecord? Sent)> ProduceAsync(
        RecordProducer producer, RecordToSend asked, ProducerRecord record, RecordLookUp lookUp)
    {
        var (topic, began) = (asked.Topic, Stopwatch.GetTimestamp());
        var (metadata, missing) = await AskAsync(producer.Cluster, topic, asked.Partition).ConfigureAwait(false);
        if (missing is not null)
        {
            return (Refused(ErrorCode.UnknownTopicOrPartition, missing, topic), null);
        }

        // where to look from, should no answer come; with acks=0 none ever does
        var before = asked.Options.Acks == "none"
            ? ImmutableDictionary<int, long>.Empty
            : await lookUp.EndsAsync(metadata, asked.Partition).ConfigureAwait(false);
        var delivery = await producer.SendAsync(record).ConfigureAwait(false);
        var (at, took) = (delivery.Partition.Partition, Stopwatch.GetElapsedTime(began));
        if (delivery.Succeeded)
        {
            return (new CommandResult(CommandEnd.Done, 1, [], time.GetUtcNow()), new SentRecord(at, delivery.Offset, Time(delivery), took));
        }

        if (!delivery.MayBeWritten)
        {
            return (Ended(delivery), null);
        }

        long? from = before.TryGetValue(at, out var end) ? end : null;
        var (seen, found) = await lookUp.FindAsync(topic, at, from, record).ConfigureAwait(false);
        return Unanswered(SendFaults.Of(delivery, topic, producers.Patience), seen, found, at, Stopwatch.GetElapsedTime(began));
    }

    static DateTimeOffset? Time(Delivery delivery) =>
        delivery.Timestamp is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    /// <summary>With a time that is known before it is sent: by it the record is told from others like it.</summary>
    ProducerRecord Sent(EncodedRecord record) => new(
        record.Asked.Topic, record.Asked.Partition, Bytes(record.Key), Bytes(record.Value), time.GetUtcNow().ToUnixTimeMilliseconds())
    {
        Headers = [.. record.Asked.Headers.Select(header => new RecordHeader(header.Name, header.Value?.AsMemory()))],
    };

    // of its own type: no bytes would be taken for an array, and become an empty memory
    static ReadOnlyMemory<byte>? Bytes(byte[]? bytes) => bytes is null ? (ReadOnlyMemory<byte>?)null : bytes.AsMemory();

    /// <summary>
    /// Asked first: a producer waits for what is not there until its patience is over. A topic that was made a moment ago is not known to
    /// each broker yet: it is asked for again.
    /// </summary>
    /// <returns>What was told of the topic, and what of it is missing; null: nothing.</returns>
    async Task<(MetadataResponse Metadata, string? Missing)> AskAsync(KafkaCluster kafka, string topic, int? partition)
    {
        using var limit = new CancellationTokenSource(producers.Patience, time);
        for (var left = appears; ; left -= pause)
        {
            var told = await kafka.MetadataAsync([topic], limit.Token).ConfigureAwait(false);
            var found = told.Topics.Find(t => t.Name == topic);
            var missing = found is null || (ErrorCode)found.ErrorCode is ErrorCode.UnknownTopicOrPartition or ErrorCode.InvalidTopic
                ? $"There is no topic {topic}."
                : found.ErrorCode == 0 && partition >= found.Partitions.Count
                    ? KafkaException.NoPartition(new(topic, partition.Value), found.Partitions.Count).Detail
                : null;
            // asked again for a moment: a topic that was just made is not known to every broker yet
            if (missing is null || left <= TimeSpan.Zero)
            {
                return (told, missing);
            }

            await Task.Delay(pause, time).ConfigureAwait(false);
        }
    }

    /// <summary>Done where it was seen, and not known otherwise: it may still be on its way.</summary>
    (CommandResult Result, SentRecord? Sent) Unanswered(Refusal reason, Sighting seen, MessageView? found, int partition, TimeSpan took)
    {
        var result = new CommandResult(found is null ? CommandEnd.Unknown : CommandEnd.Done, found is null ? 0 : 1, [], time.GetUtcNow())
        {
            Reason = reason,
            Seen = [seen],
        };
        return (
            result,
            found is null ? null : new SentRecord(
                partition, found.Offset, DateTimeOffset.FromUnixTimeMilliseconds(found.Timestamp), took));
    }

    CommandResult Ended(Delivery failed)
    {
        var refusal = SendFaults.Of(failed, failed.Partition.Topic, producers.Patience);
        return SendFaults.NeverLeft(failed.Error!)
            ? NotSent(refusal)
            : new CommandResult(CommandEnd.Refused, 0, [refusal], time.GetUtcNow());
    }

    CommandResult NotSent(Refusal why) => new(CommandEnd.NotSent, 0, [], time.GetUtcNow()) { Reason = why };

    CommandResult Refused(ErrorCode code, string words, string topic) =>
        new(CommandEnd.Refused, 0, [new Refusal(code, words, topic)], time.GetUtcNow());
}
