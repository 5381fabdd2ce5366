using System.Collections.Concurrent;
using Kafka.Broker.Configuration;
using Kafka.Broker.Controller;
using Kafka.Broker.Metadata;
using Kafka.Broker.Topics;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Registration;

/// <summary>
/// Asks the controller for topics that clients name and that do not exist, __consumer_offsets among them. One request a topic at a time.
/// </summary>
sealed partial class AutoTopicCreation(
    BrokerConfig config, MetadataCache metadata, ControllerClient controller, ILoggerFactory loggers, CancellationToken stopping)
{
    static readonly TimeSpan timeout = TimeSpan.FromSeconds(30);
    readonly ConcurrentDictionary<string, bool> underWay = new();
    readonly ILogger<AutoTopicCreation> logger = loggers.CreateLogger<AutoTopicCreation>();

    /// <summary>
    /// Starts the creation and returns what clients are answered meanwhile: LeaderNotAvailable (try again), or why it cannot be.
    /// </summary>
    public ErrorCode Request(string topic)
    {
        if (TopicName.Problem(topic) is not null)
        {
            return ErrorCode.InvalidTopic;
        }

        var wanted = Wanted(topic);
        if (wanted.ReplicationFactor > metadata.Current.Brokers.Count)
        {
            return ErrorCode.InvalidReplicationFactor;
        }

        if (underWay.TryAdd(topic, true))
        {
            _ = CreateAsync(wanted);
        }

        return ErrorCode.LeaderNotAvailable;
    }

    CreateTopicsRequest.CreatableTopic Wanted(string topic) => topic == InternalTopics.ConsumerOffsets
        ? new()
        {
            Name = topic,
            NumPartitions = config.OffsetsTopicPartitions,
            ReplicationFactor = config.OffsetsTopicReplicationFactor,
            Configs =
            [
                // as Kafka's groupMetadataTopicConfigs
                new() { Name = "compression.type", Value = "producer" },
                new() { Name = "cleanup.policy", Value = "compact" },
                new()
                {
                    Name = "segment.bytes",
                    Value = config.OffsetsTopicSegmentBytes.ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
            ],
        }
        : new() { Name = topic, NumPartitions = config.NumPartitions, ReplicationFactor = (short)config.DefaultReplicationFactor };

    async Task CreateAsync(CreateTopicsRequest.CreatableTopic topic)
    {
        try
        {
            LogCreating(topic.Name, topic.NumPartitions, topic.ReplicationFactor);
            var answer = await controller.SendAsync(
                new CreateTopicsRequest { Topics = [topic], TimeoutMs = (int)timeout.TotalMilliseconds },
                timeout,
                stopping).ConfigureAwait(false);
            foreach (var result in answer.Topics.Where(result =>
                (ErrorCode)result.ErrorCode is not (ErrorCode.None or ErrorCode.TopicAlreadyExists)))
            {
                LogRefused(topic.Name, (ErrorCode)result.ErrorCode, result.ErrorMessage);
            }
        }
        catch (Exception e)
        {
            // this is not awaited: whatever it was is logged here
            var error = e is KafkaException or OperationCanceledException ? ErrorCode.BrokerNotAvailable : ErrorCode.UnknownServerError;
            LogRefused(topic.Name, error, e.Message);
        }
        finally
        {
            underWay.TryRemove(topic.Name, out _);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Creating topic {Topic} on demand: {Partitions} partitions, replication factor {Factor}")]
    partial void LogCreating(string topic, int partitions, short factor);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic {Topic} could not be created on demand: {Error} {Reason}")]
    partial void LogRefused(string topic, ErrorCode error, string? reason);
}
