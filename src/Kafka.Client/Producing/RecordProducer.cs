using System.Collections.Concurrent;
using Kafka.Protocol;

namespace Kafka.Client.Producing;

/// <summary>
/// Writes records through the connections of a cluster. With <see cref="Acks.All"/> it is idempotent: each record is written once, whatever
/// happens to requests and answers, or it is told that this is not known. Thread safe; it holds no connection or thread of its own, and
/// need not be closed.
/// </summary>
public sealed class RecordProducer
{
    /// <summary>Partitions whose numbers are remembered; beyond it all are written under another identity.</summary>
    const int MostPartitions = 10_000;

    readonly ConcurrentDictionary<int, LeaderSender> senders = new(); // as many as the cluster has brokers
    volatile Writers writers;

    public RecordProducer(KafkaCluster cluster, ProducerOptions options)
        : this(cluster, options, null, null)
    {
    }

    /// <summary>For transactions: their coordinator has given the identity.</summary>
    internal RecordProducer(KafkaCluster cluster, ProducerOptions options, string? transactionalId, ProducerIdentity? given)
    {
        (Cluster, Options, TransactionalId, Leaders) = (cluster, options, transactionalId, new TopicLeaders(cluster));
        writers = new Writers(new ProducerIdentities(cluster, options.IsIdempotent ? given : ProducerIdentity.None));
    }

    public KafkaCluster Cluster { get; }

    public ProducerOptions Options { get; }

    internal TopicLeaders Leaders { get; }

    /// <summary>Null without transactions.</summary>
    internal string? TransactionalId { get; }

    /// <summary>Writes one record. Never throws: the failure is in the result.</summary>
    public async Task<Delivery> SendAsync(ProducerRecord record) => (await SendAsync([record]).ConfigureAwait(false))[0];

    /// <summary>
    /// Writes records, those of a partition in their order. Ends when the last has ended; one that fails does not stop the others.
    /// </summary>
    public async Task<IReadOnlyList<Delivery>> SendAsync(IReadOnlyList<ProducerRecord> records)
    {
        var now = Cluster.Options.Time.GetTimestamp();
        var pending = records.Select(record => new PendingRecord(record, now)).ToList();
        await Task.WhenAll(pending.GroupBy(one => one.Record.Topic).Select(AddAsync)).ConfigureAwait(false);
        return await Task.WhenAll(pending.Select(one => one.Delivered)).ConfigureAwait(false);
    }

    /// <summary>The same records, each with the partition that it will be written to.</summary>
    /// <exception cref="KafkaException">A topic is not there, may not be seen, or nobody answers.</exception>
    internal async Task<IReadOnlyList<ProducerRecord>> PlaceAsync(IReadOnlyList<ProducerRecord> records)
    {
        var layouts = new Dictionary<string, (TopicLayout Layout, int Any)>();
        foreach (var topic in records.Select(record => record.Topic).Distinct())
        {
            var layout = await Leaders.OfAsync(topic).ConfigureAwait(false);
            layouts[topic] = (layout, layout.Any());
        }

        return [.. records.Select(record => record with { Partition = PartitionOf(record, layouts[record.Topic]) })];
    }

    async Task AddAsync(IGrouping<string, PendingRecord> records)
    {
        try
        {
            // where it is told, the layout is not needed to know the partition: its writer asks for it, and asks again
            var layout = records.All(one => one.Record.Partition is not null) ? null : await LayoutAsync(records).ConfigureAwait(false);
            var any = layout?.Any() ?? 0;
            foreach (var partition in records.GroupBy(one => one.Record.Partition ?? PartitionOf(one.Record, (layout!, any))))
            {
                Writer(new TopicPartition(records.Key, partition.Key)).Add(partition);
            }
        }
        catch (KafkaException e)
        {
            foreach (var one in records)
            {
                one.End(new Delivery(new TopicPartition(records.Key, one.Record.Partition ?? -1), null, null, e, MayBeWritten: false));
            }
        }
    }

    /// <summary>As long as the records have time: a topic that was just made is not known to each broker yet.</summary>
    async Task<TopicLayout> LayoutAsync(IGrouping<string, PendingRecord> records)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                return await Leaders.OfAsync(records.Key).ConfigureAwait(false);
            }
            catch (KafkaException e) when (ProduceErrors.Passes(e)
                && Cluster.Options.Time.GetElapsedTime(records.First().Since) + pause < Options.Patience)
            {
                await Task.Delay(pause, Cluster.Options.Time).ConfigureAwait(false);
            }
        }
    }

    /// <param name="topic">With the partition for records without a key this time: together they make a batch worth its request.</param>
    int PartitionOf(ProducerRecord record, (TopicLayout Layout, int Any) topic) =>
        record.Partition
        ?? Partitions.Of(Options.Partitioner, (record.Key ?? default).Span, record.Key is not null, topic.Layout.Leaders.Count)
        ?? topic.Any;

    PartitionWriter Writer(TopicPartition partition)
    {
        var now = writers;
        if (now.Of.Count >= MostPartitions && TransactionalId is null)
        {
            // with another identity: a writer that is made again counts from 0, which its leader would take for a copy of what it has
            writers = now = new Writers(now.Identities.Next());
        }

        return now.Of.GetOrAdd(
            partition, static (one, all) => new PartitionWriter(one, all.Producer, all.Identities), (Producer: this, now.Identities));
    }

    internal LeaderSender SenderTo(int leader) =>
        senders.GetOrAdd(leader, id => new LeaderSender(Cluster, id, Options, TransactionalId));

    /// <summary>Writers whose identities are of one source, by their partition.</summary>
    sealed record Writers(ProducerIdentities Identities)
    {
        public ConcurrentDictionary<TopicPartition, PartitionWriter> Of { get; } = new();
    }
}
