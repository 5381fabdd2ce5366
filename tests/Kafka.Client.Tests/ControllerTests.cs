using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Tests;

/// <summary>Which broker what is for the controller is sent to.</summary>
public sealed class ControllerTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static readonly KafkaClientOptions Options = new() { RequestTimeout = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task The_controller_is_looked_up_again_when_it_moved()
    {
        await using var one = new FakeBroker { NodeId = 1 };
        await using var two = new FakeBroker { NodeId = 2 };
        var controller = one;
        one.Handler = (_, body) =>
            body is MetadataRequest ? controller.Metadata(one, two) : Created(controller == one ? ErrorCode.None : ErrorCode.NotController);
        two.Handler = (_, body) => body is MetadataRequest ? controller.Metadata(one, two) : Created(ErrorCode.None);
        await using var cluster = new KafkaCluster([("127.0.0.1", one.Port)], Options);
        Assert.True((await cluster.CreateTopicsAsync([new NewTopic("t", 1, 1)], false, Token))["t"].Succeeded);
        controller = two;
        Assert.True((await cluster.CreateTopicsAsync([new NewTopic("t", 1, 1)], false, Token))["t"].Succeeded);
        Assert.Single(two.Asked, asked => asked.Body is CreateTopicsRequest);

        static CreateTopicsResponse Created(ErrorCode code) => new() { Topics = [new() { Name = "t", ErrorCode = (short)code }] };
    }

    [Fact]
    public async Task The_controller_is_looked_up_again_when_it_is_said_of_partitions_that_it_moved()
    {
        await using var one = new FakeBroker { NodeId = 1 };
        await using var two = new FakeBroker { NodeId = 2 };
        var controller = one;
        one.Handler = (_, body) => body is MetadataRequest ? controller.Metadata(one, two) : Elected(ErrorCode.NotController);
        two.Handler = (_, _) => Elected(ErrorCode.None);
        await using var cluster = new KafkaCluster([("127.0.0.1", one.Port)], Options);
        await cluster.MetadataAsync([], Token);
        controller = two;
        var partition = new TopicPartition("t", 0);
        Assert.Null((await cluster.ElectLeadersAsync(ElectionType.Preferred, [partition], Token))[partition]);

        static ElectLeadersResponse Elected(ErrorCode code) => new()
        {
            ReplicaElectionResults = [new() { Topic = "t", PartitionResult = [new() { ErrorCode = (short)code }] }],
        };
    }
}
