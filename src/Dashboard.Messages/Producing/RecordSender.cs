using System.Diagnostics;
using Confluent.Kafka;
using Dashboard.Messages.Decoding;
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
    /// Sends it once if the actor may: through the cluster's gate, with an entry in the audit log. Where no answer came the result says so:
    /// it may be written all the same, and is not sent again.
    /// </summary>
    /// <returns>How it ended, and where the record is when it was written.</returns>
    Task<(CommandResult Result, SentRecord? Sent)> SendAsync(
        IClusterMonitor cluster, EncodedRecord record, Actor actor, CancellationToken cancellationToken);
}

/// <summary>
/// With a producer of its own for each record: one record now and then is not worth a connection that stays. What a broker may have taken
/// is sent again by no one but an idempotent producer, whose copies the broker knows.
/// </summary>
public sealed class RecordSender(IBodyEncoder encoder, TimeProvider time) : IRecordSender
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>What is made appears within this, usually.</summary>
    static readonly TimeSpan appears = TimeSpan.FromSeconds(2);

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(400);

    /// <summary>The topic's limit, and the broker's, decide; beyond this the client does not try.</summary>
    const int MostBytes = 64 << 20;

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
            After = () => sent is null ? null : $"partition {sent.Partition}, offset {sent.Offset?.ToString(Invariant) ?? "not told"}",
        };
        return (await cluster.Commands.RunAsync(action, actor, cancellationToken).ConfigureAwait(false), sent);
    }

    static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;

    async Task<(CommandResult Result, SentRecord? Sent)> ProduceAsync(IClusterMonitor cluster, EncodedRecord record)
    {
        var (topic, asked) = (record.Asked.Topic, record.Asked);
        ProducerConfig config;
        try
        {
            config = Config(((ClusterMonitor)cluster).Options, asked.Options);
        }
        catch (InvalidOperationException e)
        {
            return (Refused(KafkaCode.InvalidConfig, e.Message, topic), null);
        }

        var message = new Message<byte[]?, byte[]?> { Key = record.Key, Value = record.Value, Headers = [] };
        foreach (var header in asked.Headers)
        {
            message.Headers.Add(header.Name, header.Value is { } value ? [.. value] : null);
        }

        using var producer = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var began = Stopwatch.GetTimestamp();
        try
        {
            if (await MissingAsync(producer, topic, asked.Partition).ConfigureAwait(false) is { } missing)
            {
                return (Refused(KafkaCode.UnknownTopicOrPartition, missing, topic), null);
            }

            var to = new TopicPartition(topic, asked.Partition is { } partition ? new Partition(partition) : Partition.Any);
            var report = await producer.ProduceAsync(to, message, CancellationToken.None).ConfigureAwait(false);
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
            return (Ended(e.Error, e.DeliveryResult.Status, topic, asked.Partition), null);
        }
        catch (KafkaException e)
        {
            return (Ended(e.Error, PersistenceStatus.NotPersisted, topic, asked.Partition), null);
        }
    }

    /// <summary>
    /// Asked first, since librdkafka waits for what is not there until its deadline. A topic that was made a moment ago is not known to
    /// each broker yet: it is asked for again.
    /// </summary>
    async Task<string?> MissingAsync(IProducer<byte[]?, byte[]?> producer, string topic, int? partition)
    {
        using var asking = new DependentAdminClientBuilder(producer.Handle).Build();
        for (var left = appears; ; left -= pause)
        {
            var found = asking.GetMetadata(topic, patience).Topics.Find(t => t.Topic == topic);
            var missing = found is null || found.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.TopicException
                ? $"There is no topic {topic}."
                : !found.Error.IsError && partition >= found.Partitions.Count ? $"{topic} has {found.Partitions.Count} partitions."
                : null;
            if (missing is null || left <= TimeSpan.Zero)
            {
                return missing;
            }

            await Task.Delay(pause, time).ConfigureAwait(false);
        }
    }

    CommandResult Ended(Error error, PersistenceStatus status, string topic, int? partition)
    {
        var code = error.Code switch
        {
            ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => KafkaCode.UnknownTopicOrPartition,
            ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOut => KafkaCode.RequestTimedOut,
            ErrorCode.MsgSizeTooLarge => KafkaCode.MessageTooLarge,
            var local when (short)local < 0 => KafkaCode.Network,
            var told => (KafkaCode)(short)told,
        };
        var words = error.Code switch
        {
            ErrorCode.Local_UnknownTopic => $"There is no topic {topic}.",
            ErrorCode.Local_UnknownPartition => $"{topic} has no partition {partition}.",
            ErrorCode.Local_MsgTimedOut => $"No leader took the record within {patience.TotalSeconds:0} s.",
            _ => error.Reason,
        };
        if (status == PersistenceStatus.PossiblyPersisted)
        {
            return new CommandResult(CommandEnd.Unknown, 0, [], time.GetUtcNow())
            {
                Reason = new Refusal(code, words, topic),
                Seen = [new Sighting(topic, null, "NotSeen", [topic, words], "the record may be at the end of the topic's log")],
            };
        }

        return error.Code is ErrorCode.Local_MsgTimedOut or ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown
                or ErrorCode.Local_TimedOut or ErrorCode.Local_Resolve or ErrorCode.Local_Authentication
            ? new CommandResult(CommandEnd.NotSent, 0, [], time.GetUtcNow()) { Reason = new Refusal(code, words, topic) }
            : Refused(code, words, topic);
    }

    CommandResult Refused(KafkaCode code, string words, string topic) =>
        new(CommandEnd.Refused, 0, [new Refusal(code, words, topic)], time.GetUtcNow());

    static ProducerConfig Config(ClusterMonitorOptions cluster, ProduceOptions options) => new(ProducerProperties.Of(cluster))
    {
        ClientId = "castellan",
        Acks = options.Acks switch { "none" => Acks.None, "leader" => Acks.Leader, _ => Acks.All },
        EnableIdempotence = options.Acks == "all",
        // who is not idempotent cannot send again without writing twice
        MessageSendMaxRetries = options.Acks == "all" ? null : 0,
        CompressionType = Enum.Parse<CompressionType>(options.Compression, ignoreCase: true),
        Partitioner = options.Partitioner switch
        {
            "consistent" => Partitioner.ConsistentRandom,
            "random" => Partitioner.Random,
            _ => Partitioner.Murmur2Random,
        },
        MessageTimeoutMs = (int)patience.TotalMilliseconds,
        MessageMaxBytes = MostBytes,
        LingerMs = 0,
        AllowAutoCreateTopics = false,
    };
}
