using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Tests;

/// <summary>Whom changes of configs are sent to.</summary>
public sealed class ConfigChangeTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Configs_go_to_the_broker_that_they_are_of_and_the_rest_to_the_controller()
    {
        await using var one = new FakeBroker { NodeId = 1 };
        await using var two = new FakeBroker { NodeId = 2 };
        one.Handler = (_, body) => body is IncrementalAlterConfigsRequest asked ? Changed(asked) : one.Metadata(one, two);
        two.Handler = (_, body) =>
            body is IncrementalAlterConfigsRequest asked ? Changed(asked, ErrorCode.InvalidConfig) : one.Metadata(one, two);
        await using var cluster = new KafkaCluster([("127.0.0.1", one.Port)], new() { RequestTimeout = TimeSpan.FromSeconds(20) });
        await cluster.MetadataAsync([], Token);
        var (own, all, topic, logger) = (
            new ConfigResource(ConfigResourceType.Broker, "2"), new ConfigResource(ConfigResourceType.Broker, ""),
            new ConfigResource(ConfigResourceType.Topic, "2"), new ConfigResource(ConfigResourceType.BrokerLogger, "2"));
        var answers = await cluster.AlterConfigsAsync(
            new[] { own, all, topic, logger }.ToDictionary(
                resource => resource, _ => (IReadOnlyList<ConfigChange>)[new("key", ConfigOperation.Set, "1")]),
            validateOnly: false, Token);
        Assert.Equal(
            [ErrorCode.InvalidConfig, null, null, ErrorCode.InvalidConfig],
            new[] { own, all, topic, logger }.Select(resource => answers[resource]?.Code));

        static IncrementalAlterConfigsResponse Changed(IncrementalAlterConfigsRequest asked, ErrorCode error = ErrorCode.None) => new()
        {
            Responses = [.. asked.Resources.Select(resource => new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
                ErrorCode = (short)error,
            })],
        };
    }
}
