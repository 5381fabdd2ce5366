using Kafka.Client.Admin;
using Kafka.Client.Admin.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Tests;

/// <summary>What brokers of old releases lack is done in the way that they have, or refused in words.</summary>
public sealed class OldBrokerTests : IAsyncDisposable
{
    static readonly ConfigResource topic = new(ConfigResourceType.Topic, "orders");

    readonly FakeBroker broker = new() { NodeId = 1 };
    readonly KafkaCluster cluster;

    public OldBrokerTests()
    {
        broker.Handler = (_, body) => body switch
        {
            DescribeConfigsRequest => Configs(),
            AlterConfigsRequest asked => new AlterConfigsResponse
            {
                Responses = [.. asked.Resources.Select(one => new AlterConfigsResponse.AlterConfigsResourceResponse
                {
                    ResourceType = one.ResourceType,
                    ResourceName = one.ResourceName,
                })],
            },
            _ => broker.Metadata(),
        };
        cluster = new KafkaCluster([("127.0.0.1", broker.Port)], new() { RequestTimeout = TimeSpan.FromSeconds(20) });
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        await broker.DisposeAsync();
    }

    [Fact]
    public async Task Configs_are_read_of_a_broker_that_tells_no_synonyms_and_what_a_topic_sets_is_known()
    {
        broker.Versions[ApiKey.DescribeConfigs] = (0, 0);
        var read = (await cluster.DescribeConfigsAsync([topic], Token, synonyms: true))[topic].Require();
        Assert.Equal(
            [("cleanup.policy", ConfigSource.TopicConfig), ("retention.ms", ConfigSource.DefaultConfig)],
            read.Select(one => (one.Name, one.Source)));
    }

    [Fact]
    public async Task A_config_is_changed_by_replacing_all_of_them_where_there_is_no_other_way()
    {
        broker.Versions[ApiKey.DescribeConfigs] = (0, 0);
        broker.Versions.Remove(ApiKey.IncrementalAlterConfigs);
        var changes = new Dictionary<ConfigResource, IReadOnlyList<ConfigChange>>
        {
            [topic] = [new("retention.ms", ConfigOperation.Set, "1"), new("cleanup.policy", ConfigOperation.Append, "delete")],
        };
        Assert.Null((await cluster.AlterConfigsAsync(changes, validateOnly: false, Token))[topic]);
        var sent = Assert.Single(broker.Asked.Select(one => one.Body).OfType<AlterConfigsRequest>());
        Assert.Equal(
            [("cleanup.policy", "compact,delete"), ("retention.ms", "1")],
            sent.Resources[0].Configs.Select(one => (one.Name, one.Value!)));
    }

    [Fact]
    public async Task What_cannot_be_done_names_the_api_the_release_and_the_way_out()
    {
        broker.Versions[ApiKey.CreateTopics] = (0, 3);
        broker.Versions[ApiKey.ElectLeaders] = (0, 0);
        broker.Versions[ApiKey.LeaveGroup] = (0, 2);
        broker.Versions.Remove(ApiKey.DeleteGroups);
        await cluster.MetadataAsync([], Token);
        var names = new MemberName("m", null);
        foreach (var (call, words) in ((Func<Task>, string)[])
        [
            (() => cluster.DeleteGroupAsync(1, "g", Token),
                "does not have DeleteGroups, which came with Kafka 1.1. Until then a group without members goes by itself"),
            (() => cluster.RemoveMembersAsync(1, "g", [names], "", Token),
                "does not have LeaveGroup v3, which came with Kafka 2.4. Until then a member goes when it is stopped"),
            (() => cluster.ElectLeadersAsync(ElectionType.Unclean, null, Token),
                "does not have ElectLeaders v1, which came with Kafka 2.4. Until then a leader that is not in sync is elected while"),
            (() => cluster.CreateTopicsAsync([new NewTopic("t")], validateOnly: true, Token),
                "does not have CreateTopics v4, which came with Kafka 2.4. Name the number of partitions and the replication factor."),
        ])
        {
            var refused = await Assert.ThrowsAsync<KafkaException>(call);
            Assert.Equal(ErrorCode.UnsupportedVersion, refused.Code);
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
    }

    static DescribeConfigsResponse Configs() => new()
    {
        Results =
        [
            new DescribeConfigsResponse.DescribeConfigsResult
            {
                ResourceType = (sbyte)topic.Type,
                ResourceName = topic.Name,
                Configs =
                [
                    new() { Name = "cleanup.policy", Value = "compact" },
                    new() { Name = "retention.ms", Value = "604800000", IsDefault = true },
                ],
            },
        ],
    };
}
