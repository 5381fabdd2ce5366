using Kafka.Broker.Metadata;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Tests.Metadata;

public sealed class MetadataImageTests
{
    static readonly Guid id = Guid.NewGuid();

    [Fact]
    public void Partitions_merge_and_brokers_are_replaced()
    {
        var cache = new MetadataCache();
        Assert.Equal(ErrorCode.None, cache.Apply(Update(1, [0, 1], ("orders", 0, 0), ("orders", 1, 1))));
        Assert.Equal(ErrorCode.None, cache.Apply(Update(1, [1], ("orders", 0, 1))));
        Assert.Equal([1], cache.Current.Brokers.Keys);
        Assert.Equal([1, 1], cache.Current.Topics["orders"].Partitions.Values.Select(partition => partition.Leader));
        Assert.Equal("orders", cache.Current.Topic(id)!.Name);
    }

    [Fact]
    public void Leader_minus_two_removes_a_partition_and_the_topic_with_the_last_one()
    {
        var cache = new MetadataCache();
        cache.Apply(Update(1, [0], ("orders", 0, 0), ("orders", 1, 0)));
        cache.Apply(Update(1, [0], ("orders", 0, -2)));
        Assert.Equal([1], cache.Current.Topics["orders"].Partitions.Keys);
        cache.Apply(Update(1, [0], ("orders", 1, -2)));
        Assert.Empty(cache.Current.Topics);
        Assert.Null(cache.Current.Topic(id));
    }

    [Fact]
    public void An_older_controller_is_refused()
    {
        var cache = new MetadataCache();
        cache.Apply(Update(3, [0]));
        Assert.Equal(ErrorCode.StaleControllerEpoch, cache.Apply(Update(2, [])));
        Assert.Equal([0], cache.Current.Brokers.Keys);
    }

    [Fact]
    public async Task Waiting_ends_with_the_update_or_at_the_deadline()
    {
        var token = TestContext.Current.CancellationToken;
        var cache = new MetadataCache();
        var waiting = cache.WaitAsync(image => image.Topics.ContainsKey("orders"), TimeSpan.FromSeconds(30), TimeProvider.System, token);
        Assert.False(waiting.IsCompleted);
        cache.Apply(Update(1, [0], ("orders", 0, 0)));
        Assert.True(await waiting);
        Assert.False(
            await cache.WaitAsync(image => image.Topics.ContainsKey("none"), TimeSpan.FromMilliseconds(20), TimeProvider.System, token));
    }

    [Theory]
    [InlineData("", "Topic name is invalid: the empty string is not allowed")]
    [InlineData(".", "Topic name is invalid: '.' is not allowed")]
    [InlineData("a/b", "Topic name is invalid: 'a/b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")]
    [InlineData("ok-1._", null)]
    public void Topic_names_are_refused_in_kafkas_words(string name, string? problem) => Assert.Equal(problem, TopicName.Problem(name));

    static UpdateMetadataRequest Update(int epoch, int[] brokers, params (string Topic, int Partition, int Leader)[] partitions) => new()
    {
        ControllerEpoch = epoch,
        LiveBrokers = [.. brokers.Select(broker => new UpdateMetadataRequest.UpdateMetadataBroker { Id = broker })],
        TopicStates = [.. partitions.GroupBy(partition => partition.Topic).Select(
            topic => new UpdateMetadataRequest.UpdateMetadataTopicState
            {
                TopicName = topic.Key,
                TopicId = id,
                PartitionStates = [.. topic.Select(partition => new UpdateMetadataRequest.UpdateMetadataPartitionState
                {
                    PartitionIndex = partition.Partition,
                    Leader = partition.Leader,
                })],
            })],
    };

    [Fact]
    public void Old_controllers_tell_of_brokers_without_naming_listeners()
    {
        var oldest = MetadataImage.Empty.Apply(
            new UpdateMetadataRequest { LiveBrokers = [new() { Id = 1, V0Host = "one", V0Port = 9091 }] });
        Assert.Equal(new BrokerImageEndpoint("PLAINTEXT", "one", 9091), Assert.Single(oldest.Brokers[1].Endpoints));
        var old = MetadataImage.Empty.Apply(new UpdateMetadataRequest
        {
            LiveBrokers = [new() { Id = 1, Endpoints = [new() { Host = "one", Port = 9093, SecurityProtocol = 1 }] }],
        });
        Assert.Equal(new BrokerImageEndpoint("SSL", "one", 9093), Assert.Single(old.Brokers[1].Endpoints));
    }
}
