using Kafka.Client.Producing;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;

namespace Kafka.Client.Tests.Producing;

/// <summary>What is sent again, under which number, and what is told of records of which no answer came.</summary>
public sealed class RecordProducerTests
{
    static readonly TimeSpan shortly = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Records_of_a_partition_are_numbered_and_have_their_offsets()
    {
        await using var brokers = new ProducingBrokers();
        var producer = brokers.Producer();
        var first = await producer.SendAsync([ProducingBrokers.Record(), ProducingBrokers.Record()]);
        Assert.Equal([10, 11], first.Select(one => one.Offset));
        var next = await producer.SendAsync(ProducingBrokers.Record());
        Assert.Equal((20, 1000), (next.Offset, next.Timestamp));
        Assert.Equal([new(0, 0, 100, 0, 2), new(0, 0, 100, 2, 1)], brokers.Taken);
    }

    [Fact]
    public async Task Partitions_of_a_leader_share_a_request_and_a_producer_one_identity()
    {
        await using var brokers = new ProducingBrokers();
        var producer = brokers.Producer();
        var records = Enumerable.Range(0, 400).Select(i => ProducingBrokers.Record(i % 4)).ToList();
        Assert.All(await producer.SendAsync(records), one => Assert.True(one.Succeeded));
        Assert.Equal(400, brokers.Taken.Sum(one => one.Count));
        Assert.All(brokers.Taken, one => Assert.Equal((one.Partition % 2, 100L), (one.Leader, one.ProducerId)));
        // an empty id of transactions is one
        Assert.Null(Assert.Single(brokers.Asked.OfType<InitProducerIdRequest>()).TransactionalId);
        // the first of a leader's partitions goes at once, the other with the next
        Assert.InRange(brokers.Asked.OfType<ProduceRequest>().Count(), 2, 4);
    }

    [Fact]
    public async Task Batches_end_at_their_limit()
    {
        await using var brokers = new ProducingBrokers();
        var producer = brokers.Producer(new() { MaxBatchBytes = 1000 });
        var records = Enumerable.Range(0, 10).Select(_ => ProducingBrokers.Record(0, new string('x', 400))).ToList();
        Assert.All(await producer.SendAsync(records), one => Assert.True(one.Succeeded));
        Assert.Equal([0, 2, 4, 6, 8], brokers.Taken.Select(one => one.Sequence));
    }

    [Fact]
    public async Task What_was_not_answered_is_sent_again_under_its_number_and_a_copy_is_known()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = _ => brokers.Taken.Count == 1 ? null : ErrorCode.DuplicateSequenceNumber;
        var delivery = await brokers.Producer(new() { Patience = shortly * 4 }).SendAsync(ProducingBrokers.Record());
        Assert.Equal((true, null), (delivery.Succeeded, delivery.Offset));
        Assert.Equal([new(0, 0, 100, 0, 1), new(0, 0, 100, 0, 1)], brokers.Taken);
    }

    [Fact]
    public async Task Without_numbers_it_is_not_sent_again_and_told_as_unknown()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = _ => null;
        var producer = brokers.Producer(new() { Acks = Acks.Leader, Patience = shortly });
        var delivery = await producer.SendAsync(ProducingBrokers.Record());
        Assert.Equal((false, true), (delivery.Succeeded, delivery.MayBeWritten));
        Assert.Equal([new(0, 0, -1, -1, 1)], brokers.Taken);
        Assert.Empty(brokers.Asked.OfType<InitProducerIdRequest>());
    }

    [Theory]
    [InlineData(Acks.All)]
    [InlineData(Acks.Leader)]
    public async Task Another_leader_is_looked_for_where_the_one_says_that_it_is_none(Acks acks)
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = batch =>
        {
            brokers.Leaders[0] = 1;
            return batch.Leader == 1 ? ErrorCode.None : ErrorCode.NotLeaderOrFollower;
        };
        Assert.True((await brokers.Producer(new() { Acks = acks }).SendAsync(ProducingBrokers.Record())).Succeeded);
        Assert.Equal([0, 1], brokers.Taken.Select(one => one.Leader));
        Assert.Single(brokers.Taken.Select(one => one.Sequence).Distinct());
    }

    [Theory]
    [InlineData(ErrorCode.OutOfOrderSequenceNumber)]
    [InlineData(ErrorCode.UnknownProducerId)]
    [InlineData(ErrorCode.InvalidProducerEpoch)]
    public async Task A_leader_that_forgot_the_writer_gets_the_batch_under_another_identity(ErrorCode error)
    {
        await using var brokers = new ProducingBrokers();
        var producer = brokers.Producer();
        await producer.SendAsync(ProducingBrokers.Record());
        brokers.Decide = batch => batch.ProducerId == 100 ? error : ErrorCode.None;
        Assert.True((await producer.SendAsync(ProducingBrokers.Record())).Succeeded);
        Assert.Equal([new(0, 0, 100, 0, 1), new(0, 0, 100, 1, 1), new(0, 0, 101, 0, 1)], brokers.Taken);
    }

    [Fact]
    public async Task What_may_be_there_is_not_written_anew_by_a_leader_that_forgot_the_writer()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = _ => brokers.Taken.Count == 1 ? null : ErrorCode.UnknownProducerId;
        var delivery = await brokers.Producer(new() { Patience = shortly * 4 }).SendAsync(ProducingBrokers.Record());
        Assert.Equal((ErrorCode.UnknownProducerId, true), (delivery.Error?.Code, delivery.MayBeWritten));
        Assert.Equal(2, brokers.Taken.Count);
    }

    [Fact]
    public async Task After_one_whose_fate_is_unknown_records_are_written_under_another_identity()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = _ => null;
        var producer = brokers.Producer(new() { Patience = shortly });
        Assert.True((await producer.SendAsync(ProducingBrokers.Record())).MayBeWritten);
        brokers.Decide = _ => ErrorCode.None;
        Assert.True((await brokers.Producer().SendAsync(ProducingBrokers.Record())).Succeeded);
        Assert.True((await producer.SendAsync(ProducingBrokers.Record())).Succeeded);
        Assert.Equal((102, 0), (brokers.Taken[^1].ProducerId, brokers.Taken[^1].Sequence));
    }

    [Fact]
    public async Task A_batch_that_the_topic_does_not_take_is_halved_until_the_one_record_is_found()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = batch => batch.Count > 1 || batch.Sequence == 3 ? ErrorCode.MessageTooLarge : ErrorCode.None;
        var deliveries = await brokers.Producer().SendAsync([.. Enumerable.Range(0, 8).Select(_ => ProducingBrokers.Record())]);
        // it was never appended: the number of the one that is too large is the next one's
        Assert.Equal(3, deliveries.Count(one => one.Succeeded));
        Assert.All(deliveries.Where(one => !one.Succeeded), one =>
            Assert.Equal((ErrorCode.MessageTooLarge, false), (one.Error!.Code, one.MayBeWritten)));
    }

    [Fact]
    public async Task Replicas_that_are_missing_are_waited_for_and_told_when_the_patience_is_over()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = _ => ErrorCode.NotEnoughReplicas;
        var delivery = await brokers.Producer(new() { Patience = shortly }).SendAsync(ProducingBrokers.Record());
        Assert.Equal((ErrorCode.NotEnoughReplicas, false), (delivery.Error?.Code, delivery.MayBeWritten));
        Assert.True(brokers.Taken.Count > 1);
    }

    [Fact]
    public async Task A_right_that_is_missing_is_told_at_once()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Decide = _ => ErrorCode.TopicAuthorizationFailed;
        var delivery = await brokers.Producer(new() { Patience = shortly * 60 }).SendAsync(ProducingBrokers.Record());
        Assert.Equal((ErrorCode.TopicAuthorizationFailed, 1), (delivery.Error?.Code, brokers.Taken.Count));
    }

    [Fact]
    public async Task Nothing_may_be_written_where_no_identity_was_given()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Other = request => request is InitProducerIdRequest
            ? new InitProducerIdResponse { ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed }
            : null;
        var delivery = await brokers.Producer().SendAsync(ProducingBrokers.Record());
        Assert.Equal((ErrorCode.ClusterAuthorizationFailed, false), (delivery.Error?.Code, delivery.MayBeWritten));
        Assert.Empty(brokers.Taken);
    }

    [Fact]
    public async Task A_partition_without_a_leader_does_not_hold_up_the_others()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Leaders[2] = -1;
        var producer = brokers.Producer(new() { Patience = shortly });
        var deliveries = await producer.SendAsync([ProducingBrokers.Record(2), ProducingBrokers.Record(1), ProducingBrokers.Record(4)]);
        Assert.Equal(
            [ErrorCode.LeaderNotAvailable, null, ErrorCode.UnknownTopicOrPartition], deliveries.Select(one => one.Error?.Code));
        Assert.All(deliveries, one => Assert.False(one.MayBeWritten));
        // without a key a record goes where there is a leader
        for (var i = 0; i < 20; i++)
        {
            Assert.NotEqual(2, (await producer.SendAsync(ProducingBrokers.Record(null))).Partition.Partition);
        }
    }

    [Fact]
    public async Task Without_acknowledgement_it_is_sent_and_no_offset_is_told()
    {
        await using var brokers = new ProducingBrokers();
        var delivery = await brokers.Producer(new() { Acks = Acks.None }).SendAsync(ProducingBrokers.Record());
        Assert.Equal((true, null, null), (delivery.Succeeded, delivery.Offset, delivery.Timestamp));
    }

    [Fact]
    public async Task A_leader_before_2_1_is_not_given_zstd()
    {
        await using var brokers = new ProducingBrokers();
        brokers.Offer(ApiKey.Produce, 3, 6);
        var delivery = await brokers.Producer(new() { Compression = CompressionType.Zstd }).SendAsync(ProducingBrokers.Record());
        Assert.Equal(ErrorCode.UnsupportedCompressionType, delivery.Error?.Code);
        Assert.Empty(brokers.Taken);
        Assert.True((await brokers.Producer().SendAsync(ProducingBrokers.Record())).Succeeded);
    }
}
