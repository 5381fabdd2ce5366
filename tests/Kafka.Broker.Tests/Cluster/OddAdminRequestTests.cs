using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using ZooKeeper.Client;

namespace Kafka.Broker.Tests.Cluster;

/// <summary>Requests of administrators that name something twice, or more than there can be: each is refused in its own words.</summary>
public sealed class OddAdminRequestTests(LoneBroker broker) : IClassFixture<LoneBroker>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(100_001)]
    public async Task A_number_of_partitions_that_no_topic_can_have_is_refused_before_it_is_planned(int partitions)
    {
        await using var client = await broker.ConnectAsync();
        await CreateAsync(client, new() { Name = "grows", NumPartitions = 1, ReplicationFactor = 1 });

        var created = await CreateAsync(client, new() { Name = "vast", NumPartitions = partitions, ReplicationFactor = 1 });
        Assert.Equal(((short)ErrorCode.InvalidPartitions, true), (created.ErrorCode, created.ErrorMessage!.Contains("at most 100000")));

        var grown = await client.SendAsync(
            new CreatePartitionsRequest { TimeoutMs = 30_000, Topics = [new() { Name = "grows", Count = partitions, Assignments = null }] },
            Token);
        Assert.Equal((short)ErrorCode.InvalidPartitions, grown.Results[0].ErrorCode);
    }

    /// <summary>Few enough to be planned, too many for the znode: nothing of the topic is left behind.</summary>
    [Fact]
    public async Task A_topic_that_ZooKeeper_would_not_take_is_refused_and_leaves_nothing()
    {
        await using var client = await broker.ConnectAsync();
        var created = await CreateAsync(client, new()
        {
            Name = "wide",
            NumPartitions = 95_000,
            ReplicationFactor = 1,
            Configs = [new() { Name = "retention.ms", Value = "1000" }],
        });
        Assert.Equal((short)ErrorCode.InvalidPartitions, created.ErrorCode);
        Assert.Contains("ZooKeeper takes", created.ErrorMessage, StringComparison.Ordinal);

        await using var zooKeeper = new ZooKeeperClient(ZooKeeperClientOptions.Parse(broker.ZooKeeperConnect));
        Assert.DoesNotContain("wide", (await zooKeeper.GetChildrenAsync("/config/topics", null, Token)).Children);
    }

    [Fact]
    public async Task Of_a_config_that_a_new_topic_has_twice_the_last_value_holds()
    {
        await using var client = await broker.ConnectAsync();
        var created = await CreateAsync(client, new()
        {
            Name = "twice",
            NumPartitions = 1,
            ReplicationFactor = 1,
            Configs = [new() { Name = "retention.ms", Value = "1000" }, new() { Name = "retention.ms", Value = "2000" }],
        });
        Assert.Equal(0, created.ErrorCode);
        Assert.Equal("2000", created.Configs!.Single(config => config.Name == "retention.ms").Value);
    }

    [Fact]
    public async Task A_resource_or_key_that_a_change_names_twice_is_refused_and_nothing_of_it_done()
    {
        await using var client = await broker.ConnectAsync();
        await CreateAsync(client, new() { Name = "altered", NumPartitions = 1, ReplicationFactor = 1 });
        AlterConfigsRequest.AlterConfigsResource Whole(params string[] values) => new()
        {
            ResourceType = 2,
            ResourceName = "altered",
            Configs = [.. values.Select(value => new AlterConfigsRequest.AlterableConfig { Name = "retention.ms", Value = value })],
        };
        IncrementalAlterConfigsRequest.AlterConfigsResource Part(string value) => new()
        {
            ResourceType = 2,
            ResourceName = "altered",
            Configs = [new() { Name = "retention.ms", Value = value }],
        };

        var resources = await client.SendAsync(new AlterConfigsRequest { Resources = [Whole("1000"), Whole("2000")] }, Token);
        var parts = await client.SendAsync(new IncrementalAlterConfigsRequest { Resources = [Part("1000"), Part("2000")] }, Token);
        var keys = await client.SendAsync(new AlterConfigsRequest { Resources = [Whole("1000", "2000")] }, Token);

        var refusals = resources.Responses.Select(one => (one.ErrorCode, one.ErrorMessage))
            .Concat(parts.Responses.Select(one => (one.ErrorCode, one.ErrorMessage))).ToList();
        Assert.Equal(4, refusals.Count);
        Assert.All(
            refusals, refused => Assert.Equal(((short)ErrorCode.InvalidRequest, "Each resource must appear at most once."), refused));
        Assert.Equal(
            ((short)ErrorCode.InvalidRequest, "Error due to duplicate config keys"),
            (keys.Responses[0].ErrorCode, keys.Responses[0].ErrorMessage));
        var described = await client.SendAsync(
            new DescribeConfigsRequest
            {
                Resources = [new() { ResourceType = 2, ResourceName = "altered", ConfigurationKeys = ["retention.ms"] }],
            },
            Token);
        Assert.Equal("604800000", described.Results[0].Configs[0].Value);
    }

    static async Task<CreateTopicsResponse.CreatableTopicResult> CreateAsync(
        KafkaConnection client, CreateTopicsRequest.CreatableTopic topic) =>
        (await client.SendAsync(new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [topic] }, Token)).Topics[0];
}
