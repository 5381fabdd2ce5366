using Kafka.Broker.Controller;
using Kafka.Broker.Replication;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Broker.Tests.Controller;

public sealed class IsrUpdaterTests
{
    static readonly Guid id = Guid.NewGuid();
    readonly List<AlterPartitionRequest> sent = [];

    [Fact]
    public async Task What_gathers_while_a_request_is_under_way_goes_with_the_next_one()
    {
        var first = new TaskCompletionSource();
        await using var updater = Updater(async request =>
        {
            if (sent.Count == 1)
            {
                await first.Task;
            }

            return Accept(request);
        });
        var one = Submit(updater, 0);
        await Testing.Eventually.TrueAsync(() => sent.Count == 1, "the first is sent");
        Task<IsrUpdateResult>[] others = [Submit(updater, 1), Submit(updater, 2)];
        first.SetResult();
        var results = await Task.WhenAll([one, .. others]);
        Assert.All(results, result => Assert.Equal((ErrorCode.None, 8), (result.Error, result.PartitionEpoch)));
        Assert.Equal(2, sent.Count);
        Assert.Equal([1, 2], sent[1].Topics[0].Partitions.Select(partition => partition.PartitionIndex));
        Assert.Equal([1, 2], sent[1].Topics[0].Partitions[0].NewIsrWithEpochs.Select(replica => replica.BrokerId));
    }

    [Fact]
    public async Task A_controller_that_moved_or_is_away_is_asked_again()
    {
        await using var updater = Updater(request => sent.Count switch
        {
            1 => throw new KafkaException(ErrorCode.BrokerNotAvailable),
            2 => Task.FromResult(new AlterPartitionResponse { ErrorCode = (short)ErrorCode.NotController }),
            3 => Task.FromResult(new AlterPartitionResponse { ErrorCode = (short)ErrorCode.StaleBrokerEpoch }),
            _ => Task.FromResult(Accept(request)),
        });
        Assert.Equal(ErrorCode.None, (await Submit(updater, 0)).Error);
        Assert.Equal(4, sent.Count);
    }

    [Fact]
    public async Task A_refusal_of_one_partition_is_its_own()
    {
        await using var updater = Updater(request =>
        {
            var answer = Accept(request);
            answer.Topics[0].Partitions[0].ErrorCode = (short)ErrorCode.FencedLeaderEpoch;
            return Task.FromResult(answer);
        });
        Assert.Equal(ErrorCode.FencedLeaderEpoch, (await Submit(updater, 0)).Error);
    }

    static Task<IsrUpdateResult> Submit(IsrUpdater updater, int partition) =>
        updater.SubmitAsync(
            new IsrUpdate(new TopicPartition("orders", partition), id, 3, [1, 2], 7), TestContext.Current.CancellationToken);

    static AlterPartitionResponse Accept(AlterPartitionRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new AlterPartitionResponse.TopicData
        {
            TopicId = topic.TopicId,
            Partitions = [.. topic.Partitions.Select(partition => new AlterPartitionResponse.PartitionData
            {
                PartitionIndex = partition.PartitionIndex,
                LeaderEpoch = partition.LeaderEpoch,
                PartitionEpoch = partition.PartitionEpoch + 1,
            })],
        })],
    };

    IsrUpdater Updater(Func<AlterPartitionRequest, Task<AlterPartitionResponse>> answer) => new(
        (request, _) =>
        {
            sent.Add(request);
            return answer(request);
        },
        1,
        () => 42,
        TimeProvider.System,
        new PauseGate(),
        NullLoggerFactory.Instance);
}
