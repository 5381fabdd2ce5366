using Kafka.Client.Admin;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Tests;

/// <summary>What brokers pass on to a controller.</summary>
public sealed class QuorumCallsTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Each broker finds the next controller in its own time.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_broker_that_waits_for_a_controller_that_is_gone_does_not_hold_up_the_answer_of_another(int late)
    {
        await using var first = new FakeBroker { NodeId = 0 };
        await using var second = new FakeBroker { NodeId = 1 };
        foreach (var broker in (FakeBroker[])[first, second])
        {
            broker.Handler = (_, request) => request is MetadataRequest ? broker.Metadata(first, second)
                : broker.NodeId == late ? null
                : Led(by: 7);
        }

        await using var cluster = Open(first, second);
        await cluster.MetadataAsync([], Token);
        Assert.Equal(7, (await cluster.DescribeQuorumAsync(Token))!.LeaderId);
    }

    static KafkaCluster Open(params FakeBroker[] brokers) => new([.. brokers.Select(b => ("127.0.0.1", b.Port))], new KafkaClientOptions
    {
        // longer than the test would wait: what is late is late for good
        RequestTimeout = TimeSpan.FromMinutes(5),
        SilentPatience = TimeSpan.FromMilliseconds(20),
    });

    static DescribeQuorumResponse Led(int by) => new()
    {
        Topics =
        [
            new DescribeQuorumResponse.TopicData
            {
                TopicName = "__cluster_metadata",
                Partitions = [new DescribeQuorumResponse.PartitionData { LeaderId = by, LeaderEpoch = 1 }],
            },
        ],
    };
}
