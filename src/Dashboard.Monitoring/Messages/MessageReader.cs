using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Dashboard.Monitoring.Messages;

/// <summary>
/// Reads records with fetches of our own: they tell markers, aborted records and holes of compaction from the end of the log, which a
/// consumer hides, and ask a leader for all its partitions at once. On connections of its own: no poll waits behind a large answer.
/// </summary>
/// <param name="id">The cluster's, by which it is decided who may see what of a record.</param>
/// <param name="bootstrap">Asked when something is read first: the brokers of a hosted cluster come and go. Null without Kafka.</param>
/// <param name="options">As everything else reads this cluster.</param>
sealed class MessageReader(string id, Func<string>? bootstrap, KafkaClientOptions options, ILoggerFactory loggers)
    : IMessageReader, IAsyncDisposable
{
    /// <summary>Of a question with a small answer.</summary>
    static readonly TimeSpan answerDeadline = TimeSpan.FromSeconds(10);

    readonly Lazy<KafkaCluster>? kafka = bootstrap is null ? null : new(() => new KafkaCluster(
        KafkaCluster.ParseBootstrap(bootstrap()),
        options with { ClientId = "castellan-messages", RequestTimeout = answerDeadline },
        loggers));

    KafkaCluster Kafka => kafka?.Value ?? throw new InvalidOperationException(NotGiven.Kafka);

    public async IAsyncEnumerable<MessagePage> ReadLastAsync(
        MessageQuery query, MessagePage? earlier, Actor actor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cluster = Kafka;
        var looks = await LooksAsync(cluster, query, cancellationToken).ConfigureAwait(false);
        var reading = new TopicReading(query, looks, earlier, options.Time);
        var pages = Channel.CreateBounded<MessagePage>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var leaders = looks.Where(l => l.Error is null).Select(l => l.Leader).Distinct();
        void Changed() => pages.Writer.TryWrite(reading.Page(isReading: true));
        Task ReadAsync(int leader) => new LeaderReader(cluster, leader, query.Topic, reading, Changed, options.Time).RunAsync(ended.Token);
        var work = Task.WhenAll(leaders.Select(ReadAsync));
        _ = work.ContinueWith(_ => pages.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return RecordMasking.Of(page, actor, id);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        yield return RecordMasking.Of(reading.Page(isReading: false), actor, id);
    }

    public async Task<MessageView?> ReadOneAsync(
        string topic, int partition, long offset, Actor actor, CancellationToken cancellationToken)
    {
        const int AskedBytes = 64 << 10;
        var cluster = Kafka;
        var looks = await LooksAsync(cluster, new MessageQuery(topic, partition, 1), cancellationToken).ConfigureAwait(false);
        if (looks is not [{ Error: null, Leader: var leader }])
        {
            throw new KafkaException(looks is [] ? ErrorCode.UnknownTopicOrPartition : ErrorCode.LeaderNotAvailable);
        }

        var position = new FetchPosition(new TopicPartition(topic, partition), offset, AskedBytes);
        var answers = await cluster
            .FetchAsync(leader, [position], AskedBytes, IsolationLevel.ReadUncommitted, cancellationToken, LeaderReader.FetchDeadline)
            .ConfigureAwait(false);
        var answer = answers.Single();
        if (answer.Error is not (ErrorCode.None or ErrorCode.OffsetOutOfRange))
        {
            throw new KafkaException(answer.Error);
        }

        foreach (var batch in CommittedBatches.Read(answer.Records, []).Where(b => b.NextOffset > offset).Take(1))
        {
            var isLogAppendTime = batch.TimestampType == global::Kafka.Protocol.Records.TimestampType.LogAppendTime;
            return batch.Records is null
                ? throw new KafkaException(ErrorCode.CorruptMessage, batch.Trouble)
                : batch.Records
                    .Where(r => r.Offset == offset)
                    .Select(r => RecordMasking.Of(Views.Of(partition, r, isLogAppendTime, int.MaxValue), actor, id, topic))
                    .FirstOrDefault();
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (kafka is { IsValueCreated: true })
        {
            await kafka.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The partitions asked for and their leaders.</summary>
    async Task<List<PartitionLook>> LooksAsync(KafkaCluster cluster, MessageQuery query, CancellationToken cancellationToken)
    {
        var metadata = await cluster.MetadataAsync([query.Topic], cancellationToken).ConfigureAwait(false);
        var topic = metadata.Topics.FirstOrDefault(t => t.Name == query.Topic)
            ?? throw new KafkaException(ErrorCode.UnknownTopicOrPartition);
        KafkaException.ThrowIfError(topic.ErrorCode);
        var wanted = topic.Partitions.Where(p => query.Partition is null || p.PartitionIndex == query.Partition);
        return [.. wanted.OrderBy(p => p.PartitionIndex).Select(Look)];
    }

    PartitionLook Look(MetadataResponse.MetadataResponsePartition one) => new(one.PartitionIndex, one.LeaderId)
    {
        Error = one.LeaderId >= 0
            ? null
            : Errors.From(
                new KafkaException(ErrorCode.LeaderNotAvailable), ErrorSource.Partition(one.PartitionIndex), options.Time.GetUtcNow()),
    };
}
