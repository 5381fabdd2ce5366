using System.Collections.Immutable;
using Confluent.Kafka;

namespace Dashboard.Monitoring;

/// <summary>
/// Reads the end of a topic through Confluent.Kafka, which knows every codec. A consumer of its own, without a group, for each reading; its native
/// calls block, so they run on a thread of their own and never on a page's.
/// </summary>
sealed class MessageReader(string? bootstrap, TimeProvider time) : IMessageReader
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(5);
    const int BytesKept = 64 << 10;

    public Task<MessagePage> ReadLastAsync(string topic, int? partition, int limit, CancellationToken cancellation) =>
        bootstrap is null
            ? throw new InvalidOperationException(NotGiven.Kafka)
            : Task.Factory.StartNew(() => Read(bootstrap, topic, partition, limit, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    MessagePage Read(string servers, string topic, int? only, int limit, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = "castellan-messages",
            ClientId = "castellan-messages",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 50,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var metadata = admin.GetMetadata(topic, deadline);
        var partitions = metadata.Topics.SelectMany(t => t.Partitions).Select(p => p.PartitionId).Where(p => only is null || p == only).ToList();
        var silent = new HashSet<int>();
        var open = new HashSet<int>();
        var starts = new List<TopicPartitionOffset>();
        foreach (var partition in partitions)
        {
            try
            {
                var range = consumer.QueryWatermarkOffsets(new TopicPartition(topic, partition), Left(started));
                if (range.High > range.Low)
                {
                    starts.Add(new TopicPartitionOffset(topic, partition, Math.Max(range.Low, range.High - limit)));
                    open.Add(partition);
                }
            }
            catch (KafkaException)
            {
                silent.Add(partition);
            }
        }

        var messages = new List<MessageView>();
        consumer.Assign(starts);
        while (open.Count > 0 && Left(started) is { Ticks: > 0 } left && !cancellation.IsCancellationRequested)
        {
            if (consumer.Consume(left) is not { } result)
            {
                break;
            }

            if (result.IsPartitionEOF)
            {
                open.Remove(result.Partition.Value);
            }
            else
            {
                messages.Add(View(result));
            }
        }

        silent.UnionWith(open);
        var newest = messages.OrderByDescending(m => m.Timestamp).ThenByDescending(m => m.Offset).Take(limit);
        return new MessagePage([.. newest], [.. silent.Order()], time.GetUtcNow());
    }

    TimeSpan Left(long started)
    {
        var left = deadline - time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    static MessageView View(ConsumeResult<byte[]?, byte[]?> result) => new(
        result.Partition.Value,
        result.Offset.Value,
        result.Message.Timestamp.UnixTimestampMs > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(result.Message.Timestamp.UnixTimestampMs) : DateTimeOffset.UnixEpoch,
        Kept(result.Message.Key),
        Kept(result.Message.Value),
        result.Message.Key?.Length ?? 0,
        result.Message.Value?.Length ?? 0,
        [.. result.Message.Headers?.Select(h => new MessageHeader(h.Key, Kept(h.GetValueBytes()))) ?? []]);

    static ImmutableArray<byte>? Kept(byte[]? bytes) => bytes is null ? null : ImmutableArray.Create(bytes.AsSpan(0, Math.Min(bytes.Length, BytesKept)));
}
