using Dashboard.Monitoring;
using Dashboard.Monitoring.Messages;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Whose open transactions hold partitions up. Best effort: brokers before 2.8 do not tell it, and it takes a permission; of a transaction
/// nothing is known then.
/// </summary>
sealed class HolderReader(ClusterData data, string topic)
{
    readonly KafkaCluster cluster = data.Kafka;

    /// <param name="found">Called as it is known, for each partition whose readers have to wait.</param>
    public Task ReadAsync(IEnumerable<PartitionRange> ranges, Action<int, OpenTransaction> found, CancellationToken cancellationToken) =>
        Task.WhenAll(ranges.Where(r => r.Error is null && r.End > r.Stable).GroupBy(r => r.Leader)
            .Select(one => OfAsync(one.Key, [.. one.Select(r => new TopicPartition(topic, r.Partition))], found, cancellationToken)));

    async Task OfAsync(
        int leader, TopicPartition[] partitions, Action<int, OpenTransaction> found, CancellationToken cancellationToken)
    {
        try
        {
            var active = await cluster.DescribeProducersAsync(leader, partitions, cancellationToken).ConfigureAwait(false);
            var first = new Dictionary<int, ActiveProducer>();
            foreach (var (partition, answer) in active)
            {
                var open = (answer.Value ?? []).Where(p => p.TransactionStart >= 0).ToList();
                if (open.Count > 0)
                {
                    first[partition.Partition] = open.MinBy(p => p.TransactionStart);
                }
            }

            long[] producers = [.. first.Values.Select(p => p.ProducerId).Distinct()];
            var transactions = await DescribeAsync(producers, cancellationToken).ConfigureAwait(false);
            foreach (var (partition, producer) in first)
            {
                found(partition, Of(producer, transactions.GetValueOrDefault(producer.ProducerId)));
            }
        }
        catch (Exception e) when (e is KafkaException or OperationCanceledException)
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
}
