using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Producing;

/// <summary>
/// Writes in transactions (KIP-98), in the requests that brokers of any release understand. One transaction at a time, by one caller. After
/// a failure the transaction is aborted, and another producer of the same id goes on: it fences this one.
/// </summary>
/// <param name="timeout">Of a transaction: its coordinator aborts it then.</param>
public sealed class TransactionalProducer(KafkaCluster cluster, string transactionalId, TimeSpan timeout, ProducerOptions options)
{
    /// <summary>From v4 on it is a request between brokers (KIP-890).</summary>
    const short LastOfClients = 3;

    readonly Coordinator transactions = new(cluster, transactionalId, CoordinatorType.Transaction);
    readonly HashSet<TopicPartition> partitions = [];
    RecordProducer? producer;
    ProducerIdentity identity = ProducerIdentity.None;

    /// <summary>
    /// Becomes the one producer of its id: what an earlier one left open is aborted, or is committed where that was decided.
    /// </summary>
    /// <exception cref="KafkaException">Refused, or no coordinator within the patience.</exception>
    public async Task OpenAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var request = new InitProducerIdRequest
        {
            TransactionalId = transactionalId,
            TransactionTimeoutMs = (int)timeout.TotalMilliseconds,
        };
        var answer = await transactions.AskAsync(request, one => one.ErrorCode, patience, cancellationToken).ConfigureAwait(false);
        identity = new ProducerIdentity(answer.ProducerId, answer.ProducerEpoch);
        producer = new RecordProducer(cluster, options, transactionalId, identity);
    }

    /// <summary>Writes into the transaction, which begins with the first record.</summary>
    /// <exception cref="KafkaException">Not all are written: the transaction can only be aborted.</exception>
    public async Task WriteAsync(IReadOnlyList<ProducerRecord> records)
    {
        var placed = await producer!.PlaceAsync(records).ConfigureAwait(false);
        await AddAsync(placed.Select(one => new TopicPartition(one.Topic, one.Partition!.Value))).ConfigureAwait(false);
        var failed = (await producer.SendAsync(placed).ConfigureAwait(false)).FirstOrDefault(one => !one.Succeeded);
        if (failed.Error is { } error)
        {
            throw error;
        }
    }

    /// <summary>Commits an offset of a group with the transaction, or not at all.</summary>
    /// <exception cref="KafkaException">The transaction can only be aborted.</exception>
    public async Task CommitAsync(string group, TopicPartition partition, long offset)
    {
        var add = new AddOffsetsToTxnRequest
        {
            TransactionalId = transactionalId,
            ProducerId = identity.Id,
            ProducerEpoch = identity.Epoch,
            GroupId = group,
        };
        await transactions.AskAsync(add, one => one.ErrorCode, options.Patience, CancellationToken.None).ConfigureAwait(false);
        var commit = new TxnOffsetCommitRequest
        {
            TransactionalId = transactionalId,
            GroupId = group,
            ProducerId = identity.Id,
            ProducerEpoch = identity.Epoch,
            MemberId = "",
            Topics =
            [
                new()
                {
                    Name = partition.Topic,
                    Partitions = [new() { PartitionIndex = partition.Partition, CommittedOffset = offset }],
                },
            ],
        };
        await new Coordinator(cluster, group, CoordinatorType.Group)
            .AskAsync(commit, one => one.Topics[0].Partitions[0].ErrorCode, options.Patience, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Commits, or aborts. Asked again where no answer came: a coordinator that has done it says so.</summary>
    /// <exception cref="KafkaException">
    /// It is refused, or how it ended is not known (<see cref="KafkaException.MayHaveHappened"/>).
    /// </exception>
    public async Task EndAsync(bool commit, TimeSpan patience)
    {
        var request = new EndTxnRequest
        {
            TransactionalId = transactionalId,
            ProducerId = identity.Id,
            ProducerEpoch = identity.Epoch,
            Committed = commit,
        };
        partitions.Clear();
        await transactions.AskAsync(request, one => one.ErrorCode, patience, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Before anything is written to them: the coordinator ends the transaction at these.</summary>
    async Task AddAsync(IEnumerable<TopicPartition> written)
    {
        var added = written.Except(partitions).ToList();
        if (added.Count == 0)
        {
            return;
        }

        var request = new AddPartitionsToTxnRequest
        {
            V3AndBelowTransactionalId = transactionalId,
            V3AndBelowProducerId = identity.Id,
            V3AndBelowProducerEpoch = identity.Epoch,
            V3AndBelowTopics = [.. added.GroupBy(one => one.Topic).Select(topic => new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(one => one.Partition)],
            })],
        };
        await transactions.AskAsync(request, ErrorOf, options.Patience, CancellationToken.None, LastOfClients).ConfigureAwait(false);
        partitions.UnionWith(added);
    }

    /// <summary>One for all: where one partition is refused the others are told that they were not attempted.</summary>
    static short ErrorOf(AddPartitionsToTxnResponse answer) => answer.ResultsByTopicV3AndBelow
        .SelectMany(topic => topic.ResultsByPartition)
        .Select(one => one.PartitionErrorCode)
        .OrderBy(code => code == (short)ErrorCode.OperationNotAttempted)
        .FirstOrDefault(code => code != (short)ErrorCode.None);
}
