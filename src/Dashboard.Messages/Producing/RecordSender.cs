using System.Collections.Immutable;
using System.Diagnostics;
using Confluent.Kafka;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using KafkaCode = Kafka.Protocol.ErrorCode;

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

/// <summary>
/// Through producers that stay open for a while. What a broker may have taken is sent again by no one but an idempotent producer, whose
/// copies the broker knows.
/// </summary>
/// <param name="patience">How long a record is looked for that was not acknowledged; null: as long as the cluster's commands are.</param>
public sealed class RecordSender(
    IBodyEncoder encoder, KeptProducers producers, IMessageScanner scanner, TimeProvider time, TimeSpan? patience = null) : IRecordSender
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
        var options = ((ClusterMonitor)cluster).Options;
        ProducerLease lease;
        try
        {
            lease = producers.Take(options, record.Asked.Options);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // what the client does not take of a property it says so
            return (Refused(KafkaCode.InvalidConfig, e.Message, record.Asked.Topic), null);
        }

        using (lease)
        {
            var lookUp = new RecordLookUp(scanner, cluster, patience ?? options.CommandLookUp, pause, time);
            return await ProduceAsync(lease, record.Asked, Message(record), lookUp).ConfigureAwait(false);
        }
    }

    async Task<(CommandResult Result, SentRecord? Sent)> ProduceAsync(
        ProducerLease lease, RecordToSend asked, Message<byte[]?, byte[]?> message, RecordLookUp lookUp)
    {
        var (topic, began) = (asked.Topic, Stopwatch.GetTimestamp());
        var before = ImmutableDictionary<int, long>.Empty;
        try
        {
            // at once: both ask for little, and what they ask does not change by the other
            // where to look from, should no answer come; with acks=0 none ever does
            var ends = asked.Options.Acks == "none" ? Task.FromResult(before) : lookUp.EndsAsync(topic, asked.Partition);
            var missing = await MissingAsync(lease.Asking, topic, asked.Partition).ConfigureAwait(false);
            before = await ends.ConfigureAwait(false);
            if (missing is not null)
            {
                return (Refused(KafkaCode.UnknownTopicOrPartition, missing, topic), null);
            }

            var to = new TopicPartition(topic, asked.Partition is { } partition ? new Partition(partition) : Partition.Any);
            var report = await lease.Producer.ProduceAsync(to, message, CancellationToken.None).ConfigureAwait(false);
            var sent = new SentRecord(
                report.Partition.Value, report.Offset.Value >= 0 ? report.Offset.Value : null,
                report.Timestamp.Type == TimestampType.NotAvailable || report.Offset.Value < 0
                    ? null
                    : DateTimeOffset.FromUnixTimeMilliseconds(report.Timestamp.UnixTimestampMs),
                Stopwatch.GetElapsedTime(began));
            return (new CommandResult(CommandEnd.Done, 1, [], time.GetUtcNow()), sent);
        }
        catch (ProduceException<byte[]?, byte[]?> e)
        {
            var at = asked.Partition ?? e.DeliveryResult.Partition.Value;
            long? from = before.TryGetValue(at, out var end) ? end : null;
            // that it was not persisted the client also says of what it had sent: where the leader answered just before it is no proof
            var mayBeWritten = e.DeliveryResult.Status == PersistenceStatus.PossiblyPersisted
                || (e.DeliveryResult.Status != PersistenceStatus.Persisted && from is not null && SendFaults.NeverLeft(e.Error));
            if (e.Error.IsFatal || mayBeWritten)
            {
                lease.Spoil();
            }

            if (!mayBeWritten)
            {
                return (Ended(e.Error, topic, asked.Partition), null);
            }

            var (seen, found) = await lookUp.FindAsync(topic, at, from, message).ConfigureAwait(false);
            var reason = SendFaults.Of(e.Error, topic, at, producers.Patience, mayBeWritten: true);
            return Unanswered(reason, seen, found, at, Stopwatch.GetElapsedTime(began));
        }
        catch (KafkaException e)
        {
            if (e.Error.IsFatal)
            {
                lease.Spoil();
            }

            return (Ended(e.Error, topic, asked.Partition), null);
        }
    }

    /// <summary>With a time that is known before it is sent: by it the record is told from others like it.</summary>
    Message<byte[]?, byte[]?> Message(EncodedRecord record)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = record.Key,
            Value = record.Value,
            Headers = [],
            // set here, so that a record whose answer was lost can be told from one like it
            Timestamp = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds(), TimestampType.CreateTime),
        };
        foreach (var header in record.Asked.Headers)
        {
            message.Headers.Add(header.Name, header.Value is { } value ? [.. value] : null);
        }

        return message;
    }

    /// <summary>
    /// Asked first, since librdkafka waits for what is not there until its deadline. A topic that was made a moment ago is not known to
    /// each broker yet: it is asked for again.
    /// </summary>
    async Task<string?> MissingAsync(IAdminClient asking, string topic, int? partition)
    {
        for (var left = appears; ; left -= pause)
        {
            var found = asking.GetMetadata(topic, producers.Patience).Topics.Find(t => t.Topic == topic);
            var missing = found is null || found.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.TopicException
                ? $"There is no topic {topic}."
                : !found.Error.IsError && partition >= found.Partitions.Count
                    ? $"{topic} has no partition {partition}; it has {found.Partitions.Count}, from 0 on."
                : null;
            // asked again for a moment: a topic that was just made is not known to every broker yet
            if (missing is null || left <= TimeSpan.Zero)
            {
                return missing;
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

    CommandResult Ended(Error error, string topic, int? partition)
    {
        var refusal = SendFaults.Of(error, topic, partition, producers.Patience, mayBeWritten: false);
        return SendFaults.NeverLeft(error)
            ? new CommandResult(CommandEnd.NotSent, 0, [], time.GetUtcNow()) { Reason = refusal }
            : new CommandResult(CommandEnd.Refused, 0, [refusal], time.GetUtcNow());
    }

    CommandResult Refused(KafkaCode code, string words, string topic) =>
        new(CommandEnd.Refused, 0, [new Refusal(code, words, topic)], time.GetUtcNow());
}
