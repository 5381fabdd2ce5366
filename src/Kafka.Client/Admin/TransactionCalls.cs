using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>A producer that wrote to a partition lately.</summary>
/// <param name="LastTimestamp">Of its last write, ms since 1970; -1 when not known.</param>
/// <param name="TransactionStart">The first offset of its open transaction; -1 without one.</param>
public readonly record struct ActiveProducer(long ProducerId, int Epoch, long LastTimestamp, long TransactionStart);

/// <summary>A transaction as its coordinator knows it.</summary>
/// <param name="State">As Kafka names it: Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, …</param>
/// <param name="StartedAt">Ms since 1970; -1 when none is open.</param>
/// <param name="TimeoutMs">After this the coordinator aborts it.</param>
public sealed record TransactionDescription(
    string TransactionalId, long ProducerId, string State, long StartedAt, int TimeoutMs, int Coordinator);

/// <summary>Asks about transactions (KIP-664: Kafka 2.8 on for producers, 3.0 on for the rest).</summary>
public static class TransactionCalls
{
    /// <summary>The active producers of partitions that one broker leads.</summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<IReadOnlyList<ActiveProducer>>>> DescribeProducersAsync(
        this KafkaCluster cluster, int leader, IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        var request = new DescribeProducersRequest
        {
            Topics = [.. partitions.GroupBy(one => one.Topic, one => one.Partition).Select(topic =>
                new DescribeProducersRequest.TopicRequest { Name = topic.Key, PartitionIndexes = [.. topic] })],
        };
        var answer = await cluster.SendAsync(leader, request, cancellationToken).ConfigureAwait(false);
        var answered = from topic in answer.Topics
                       from one in topic.Partitions
                       select (Key: new TopicPartition(topic.Name, one.PartitionIndex), one);
        return answered.ToDictionary(
            pair => pair.Key,
            pair => Results.Answer<IReadOnlyList<ActiveProducer>>(
                pair.one.ErrorCode,
                () => [.. pair.one.ActiveProducers.Select(p =>
                    new ActiveProducer(p.ProducerId, p.ProducerEpoch, p.LastTimestamp, p.CurrentTxnStartOffset))],
                pair.one.ErrorMessage));
    }

    /// <summary>
    /// The transactions of producers, by producer id: every broker is asked which of them it coordinates, then each of those about its own.
    /// What does not answer is left out.
    /// </summary>
    public static async Task<IReadOnlyDictionary<long, TransactionDescription>> TransactionsOfAsync(
        this KafkaCluster cluster, IReadOnlyCollection<long> producers, CancellationToken cancellationToken)
    {
        var found = new Dictionary<long, TransactionDescription>();
        var listings = await cluster.SendToAllAsync(
            _ => new ListTransactionsRequest { ProducerIdFilters = [.. producers] }, cancellationToken).ConfigureAwait(false);
        foreach (var (broker, listing) in listings)
        {
            if (listing is not { Value: { ErrorCode: 0, TransactionStates: { Count: > 0 } listed } })
            {
                continue;
            }

            // the broker that listed them coordinates them: no look-up of coordinators is needed
            var request = new DescribeTransactionsRequest { TransactionalIds = [.. listed.Select(one => one.TransactionalId)] };
            var described = await cluster.TrySendAsync(broker, request, cancellationToken).ConfigureAwait(false);
            var byId = (described.Value?.TransactionStates ?? []).Where(one => one.ErrorCode == (short)ErrorCode.None)
                .ToDictionary(one => one.TransactionalId);
            foreach (var one in listed)
            {
                var known = byId.GetValueOrDefault(one.TransactionalId);
                found[one.ProducerId] = new TransactionDescription(
                    one.TransactionalId,
                    one.ProducerId,
                    // the description is the newer of the two
                    known?.TransactionState ?? one.TransactionState,
                    known?.TransactionStartTimeMs ?? -1,
                    known?.TransactionTimeoutMs ?? 0,
                    broker);
            }
        }

        return found;
    }
}
