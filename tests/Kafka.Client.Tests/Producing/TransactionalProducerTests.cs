using Kafka.Client.Producing;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Tests.Producing;

/// <summary>The order of a transaction's requests, and what of them is asked again.</summary>
public sealed class TransactionalProducerTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_and_an_offset_are_committed_together()
    {
        await using var brokers = new ProducingBrokers();
        var producer = Producer(brokers);
        await producer.OpenAsync(patience, Token);
        await producer.WriteAsync([ProducingBrokers.Record(0), ProducingBrokers.Record(3)]);
        await producer.WriteAsync([ProducingBrokers.Record(3), ProducingBrokers.Record(1)]);
        await producer.CommitAsync("g", new("t", 0), 7);
        await producer.EndAsync(commit: true, patience);

        Assert.Equal(
            [
                "InitProducerId", "AddPartitionsToTxn", "Produce", "AddPartitionsToTxn", "Produce", "AddOffsetsToTxn", "TxnOffsetCommit",
                "EndTxn",
            ],
            brokers.Asked.Where(one => one is not (MetadataRequest or FindCoordinatorRequest))
                .Select(one => $"{(ApiKey)one.Key}").Aggregate(new List<string>(), (all, one) =>
                {
                    // the two leaders are asked at once
                    if (all.LastOrDefault() != one)
                    {
                        all.Add(one);
                    }

                    return all;
                }));
        Assert.Equal(
            [[0, 3], [1]],
            brokers.Asked.OfType<AddPartitionsToTxnRequest>().Select(one => one.V3AndBelowTopics[0].Partitions));
        Assert.All(brokers.Asked.OfType<ProduceRequest>(), one => Assert.Equal("id", one.TransactionalId));
        Assert.Equal([0, 1], brokers.Taken.Where(one => one.Partition == 3).Select(one => one.Sequence));
        Assert.Equal(7, brokers.Asked.OfType<TxnOffsetCommitRequest>().Single().Topics[0].Partitions[0].CommittedOffset);
        Assert.True(brokers.Asked.OfType<EndTxnRequest>().Single().Committed);

        // the next transaction begins with its partitions anew, and its numbers go on
        await producer.WriteAsync([ProducingBrokers.Record(3)]);
        Assert.Equal(3, brokers.Asked.OfType<AddPartitionsToTxnRequest>().Count());
        Assert.Equal(2, brokers.Taken[^1].Sequence);
    }

    [Fact]
    public async Task What_passes_is_waited_for_and_the_coordinator_looked_for_again()
    {
        await using var brokers = new ProducingBrokers();
        var errors = new Queue<ErrorCode>([
            ErrorCode.CoordinatorLoadInProgress, ErrorCode.NotCoordinator, ErrorCode.ConcurrentTransactions, ErrorCode.None]);
        brokers.Other = request => request is InitProducerIdRequest
            ? new InitProducerIdResponse { ProducerId = 5, ProducerEpoch = 1, ErrorCode = (short)errors.Dequeue() }
            : null;
        await Producer(brokers).OpenAsync(patience, Token);
        Assert.Empty(errors);
        // not for the last: the same coordinator is still busy with the transaction before
        Assert.Equal(3, brokers.Asked.OfType<FindCoordinatorRequest>().Count());
    }

    [Fact]
    public async Task What_does_not_pass_is_told_at_once_and_nothing_is_committed()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Other = request => request is AddPartitionsToTxnRequest
            ? new AddPartitionsToTxnResponse
            {
                ResultsByTopicV3AndBelow =
                [
                    new()
                    {
                        Name = "t",
                        ResultsByPartition =
                        [
                            new() { PartitionErrorCode = (short)ErrorCode.OperationNotAttempted },
                            new() { PartitionErrorCode = (short)ErrorCode.TopicAuthorizationFailed },
                        ],
                    },
                ],
            }
            : null;
        var producer = Producer(brokers);
        await producer.OpenAsync(patience, Token);
        var error = await Assert.ThrowsAsync<KafkaException>(
            () => producer.WriteAsync([ProducingBrokers.Record(0), ProducingBrokers.Record(1)]));
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, error.Code);
        Assert.Empty(brokers.Taken);
    }

    [Fact]
    public async Task A_fenced_producer_does_not_go_on_under_another_identity()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = _ => ErrorCode.InvalidProducerEpoch;
        var producer = Producer(brokers);
        await producer.OpenAsync(patience, Token);
        var error = await Assert.ThrowsAsync<KafkaException>(() => producer.WriteAsync([ProducingBrokers.Record(0)]));
        Assert.Equal((ErrorCode.InvalidProducerEpoch, 1), (error.Code, brokers.Taken.Count));
        await producer.EndAsync(commit: false, patience);
        Assert.False(brokers.Asked.OfType<EndTxnRequest>().Single().Committed);
    }

    static TransactionalProducer Producer(ProducingBrokers brokers) => new(brokers.Cluster, "id", TimeSpan.FromMinutes(1), new());
}
