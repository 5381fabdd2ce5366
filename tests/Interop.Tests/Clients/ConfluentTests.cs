using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Clients;

/// <summary>Confluent.Kafka, over today's librdkafka.</summary>
public sealed class ConfluentTests(SharedCluster shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_are_created_extended_configured_and_deleted()
    {
        var cluster = await shared.GetAsync();
        using var admin = Admin(cluster);
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = "net-admin",
            NumPartitions = 2,
            ReplicationFactor = 3,
            Configs = new() { ["retention.ms"] = "60000" },
        }]);
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "net-admin", IncreaseTo = 4 }]);
        var resource = new ConfigResource { Type = ResourceType.Topic, Name = "net-admin" };
        var change = new ConfigEntry { Name = "retention.ms", Value = "70000", IncrementalOperation = AlterConfigOpType.Set };
        await admin.IncrementalAlterConfigsAsync(new() { [resource] = [change] });
        await Eventually.TrueAsync(
            async () => (await admin.DescribeConfigsAsync([resource])).Single().Entries["retention.ms"]
                is { Value: "70000", Source: ConfigSource.DynamicTopicConfig },
            "the setting is told");
        await Eventually.TrueAsync(
            async () =>
            {
                var described = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(["net-admin"]));
                return described.TopicDescriptions.Single() is { Partitions.Count: 4 } topic
                    && topic.Partitions.All(partition => partition.Replicas.Count == 3 && partition.ISR.Count == 3);
            },
            "four partitions, three copies each");

        var once = new TopicSpecification { Name = "net-admin", NumPartitions = 1, ReplicationFactor = 1 };
        var refused = await Assert.ThrowsAsync<CreateTopicsException>(() => admin.CreateTopicsAsync([once]));
        Assert.Equal(ErrorCode.TopicAlreadyExists, refused.Results.Single().Error.Code);

        await admin.DeleteTopicsAsync(["net-admin"]);
        await Eventually.TrueAsync(
            () => admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.All(topic => topic.Topic != "net-admin"),
            "the topic is gone");
    }

    [Fact]
    public async Task A_group_is_shared_out_anew_when_a_member_leaves_and_resumes_from_its_commits()
    {
        var cluster = await shared.GetAsync();
        using var admin = Admin(cluster);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "net-group", NumPartitions = 6, ReplicationFactor = 2 }]);
        await ProduceAsync(cluster, "net-group", 0, 120);

        using var first = Member(cluster, "net-group", "net-readers");
        using var second = Member(cluster, "net-group", "net-readers");
        var read = new HashSet<string>();
        await Eventually.TrueAsync(
            () =>
            {
                Read(first, read);
                Read(second, read);
                return first.Assignment.Count == 3 && second.Assignment.Count == 3 && read.Count == 120;
            },
            "both members read, half each",
            TimeSpan.FromSeconds(60));
        Assert.Empty(first.Assignment.Intersect(second.Assignment));
        first.Commit();
        second.Commit();
        var described = (await admin.DescribeConsumerGroupsAsync(["net-readers"])).ConsumerGroupDescriptions.Single();
        Assert.Equal((ConsumerGroupState.Stable, 2), (described.State, described.Members.Count));
        Assert.Contains((await admin.ListConsumerGroupsAsync()).Valid, group => group.GroupId == "net-readers");

        second.Close();
        await Eventually.TrueAsync(
            () =>
            {
                Read(first, read);
                return first.Assignment.Count == 6;
            },
            "the one that stays has all",
            TimeSpan.FromSeconds(60));
        await ProduceAsync(cluster, "net-group", 120, 60);
        await Eventually.TrueAsync(
            () =>
            {
                Read(first, read);
                return read.Count == 180;
            },
            "it reads on");
        first.Commit();
        first.Close();

        await ProduceAsync(cluster, "net-group", 180, 30);
        using var third = Member(cluster, "net-group", "net-readers");
        var resumed = new HashSet<string>();
        await Eventually.TrueAsync(
            () =>
            {
                Read(third, resumed);
                return resumed.Count >= 30;
            },
            "a new member reads what is new");
        Assert.Equal(Enumerable.Range(180, 30).Select(i => $"{i}").Order(), resumed.Order());
        third.Commit();
        third.Close();

        var told = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions("net-readers", null)]);
        Assert.Equal(210, told.Single().Partitions.Sum(partition => partition.Offset.Value));
        await admin.DeleteGroupsAsync(["net-readers"]);
        Assert.DoesNotContain((await admin.ListConsumerGroupsAsync()).Valid, group => group.GroupId == "net-readers");
    }

    [Fact]
    public async Task A_cooperative_group_keeps_what_it_reads_while_another_joins()
    {
        var cluster = await shared.GetAsync();
        using var admin = Admin(cluster);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = "net-sticky", NumPartitions = 4, ReplicationFactor = 2 }]);
        using var first = Member(cluster, "net-sticky", "net-sticky-readers", PartitionAssignmentStrategy.CooperativeSticky);
        await Eventually.TrueAsync(
            () =>
            {
                Read(first, []);
                return first.Assignment.Count == 4;
            },
            "one member has all");
        using var second = Member(cluster, "net-sticky", "net-sticky-readers", PartitionAssignmentStrategy.CooperativeSticky);
        await Eventually.TrueAsync(
            () =>
            {
                Read(first, []);
                Read(second, []);
                return first.Assignment.Count == 2 && second.Assignment.Count == 2;
            },
            "two members have half each",
            TimeSpan.FromSeconds(60));
        second.Close();
        first.Close();
    }

    static IAdminClient Admin(HostedCluster cluster) =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.Bootstrap }).Build();

    static IConsumer<string, string> Member(
        HostedCluster cluster, string topic, string group, PartitionAssignmentStrategy strategy = PartitionAssignmentStrategy.Range)
    {
        var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = cluster.Bootstrap,
            GroupId = group,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            PartitionAssignmentStrategy = strategy,
            SessionTimeoutMs = 10_000,
            HeartbeatIntervalMs = 500,
        }).Build();
        consumer.Subscribe(topic);
        return consumer;
    }

    /// <summary>What is there now, without waiting for more.</summary>
    static void Read(IConsumer<string, string> member, HashSet<string> into)
    {
        while (member.Consume(TimeSpan.FromMilliseconds(50)) is { } record)
        {
            into.Add(record.Message.Value);
        }
    }

    static async Task ProduceAsync(HostedCluster cluster, string topic, int first, int count)
    {
        var settings = new ProducerConfig { BootstrapServers = cluster.Bootstrap, EnableIdempotence = true, LingerMs = 5 };
        using var producer = new ProducerBuilder<string, string>(settings).Build();
        var records = Enumerable.Range(first, count).Select(i => new Message<string, string> { Key = $"{i}", Value = $"{i}" });
        var results = await Task.WhenAll(records.Select(record => producer.ProduceAsync(topic, record, Token)));
        Assert.All(results, result => Assert.Equal(PersistenceStatus.Persisted, result.Status));
    }
}
