using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;
using Testing;

namespace Kafka.Client.Tests;

/// <summary>One coordinator and two brokers of Apache Kafka 3.9 with ZooKeeper.</summary>
public sealed class ZooKeeperModeCluster() : ApacheClusterFixture(ApacheKind.ZooKeeper, 1, 2);

/// <summary>Two brokers of Apache Kafka 4, the first a controller too.</summary>
public sealed class KRaftCluster() : ApacheClusterFixture(ApacheKind.KRaft, 1, 2);

public sealed class Kafka39Tests(ZooKeeperModeCluster fixture) : ApacheTests(fixture), IClassFixture<ZooKeeperModeCluster>
{
    [Fact]
    public async Task There_is_no_quorum_in_ZooKeeper_mode()
    {
        await using var cluster = await ConnectAsync();
        Assert.Null(await cluster.DescribeQuorumAsync(Token));
    }

    [Fact]
    public async Task Every_version_of_the_safe_apis_is_answered()
    {
        await using var cluster = await ConnectAsync();
        var address = cluster.View.Brokers.Values.First();
        await using var connection = await KafkaConnection.ConnectAsync(address.Host, address.Port, cluster.Options, Token);
        await AllVersionsAsync(
            connection, version => new MetadataRequest { Topics = version == 0 ? [] : null }, answer => answer.Brokers.Count == 2);
        await AllVersionsAsync(connection, _ => new ListGroupsRequest(), answer => answer.ErrorCode == 0);
        await AllVersionsAsync(connection, _ => new DescribeLogDirsRequest { Topics = null }, answer => answer.Results.Count == 1);
        await AllVersionsAsync(connection, _ => new DescribeClusterRequest(), answer => answer.Brokers.Count == 2);
        await AllVersionsAsync(
            connection,
            _ => new ApiVersionsRequest { ClientSoftwareName = "castellan", ClientSoftwareVersion = "1" },
            answer => answer.ApiKeys.Count > 40);
        await AllVersionsAsync(
            connection,
            _ => new DescribeConfigsRequest
            {
                Resources = [new() { ResourceType = 4, ResourceName = $"{address.Id}", ConfigurationKeys = null }],
            },
            answer => answer.Results[0].Configs.Exists(one => one.Name == "log.dirs"));
    }

    [Fact]
    public async Task A_killed_broker_is_missed_and_one_that_is_back_is_used_again()
    {
        await using var cluster = await ConnectAsync();
        var apache = await Fixture.GetAsync();
        await cluster.ListGroupsAsync(Token);
        await apache.KillAsync("kafka1");
        var listing = await cluster.ListGroupsAsync(Token);
        Assert.IsType<KafkaUnreachableException>(listing.Errors[1]);
        Assert.DoesNotContain(0, listing.Errors.Keys);
        await Eventually.TrueAsync(
            async () => (await cluster.MetadataAsync([], Token)).Brokers.Count == 1, "the dead broker has left", TimeSpan.FromMinutes(1));
        await apache.RestartAsync("kafka1");
        await Eventually.TrueAsync(
            async () => (await cluster.MetadataAsync([], Token)).Brokers.Count == 2
                && (await cluster.ListGroupsAsync(Token)).Errors.Count == 0,
            "the broker is back",
            TimeSpan.FromMinutes(2));
    }

    static async Task AllVersionsAsync<TResponse>(
        KafkaConnection connection, Func<short, IKafkaRequest<TResponse>> request, Func<TResponse, bool> isRight)
        where TResponse : IKafkaResponse
    {
        var (min, max) = KafkaMessages.Versions(request(1).Key)!.Value;
        for (var version = min; version <= max; version++)
        {
            var answer = await connection.SendAsync(request(version), Token, TimeSpan.FromSeconds(30), version);
            Assert.True(isRight(answer), $"{typeof(TResponse).Name} v{version}");
        }
    }
}

public sealed class Kafka4Tests(KRaftCluster fixture) : ApacheTests(fixture), IClassFixture<KRaftCluster>
{
    [Fact]
    public async Task The_controller_comes_from_the_quorum()
    {
        await using var cluster = await ConnectAsync();
        var quorum = await cluster.DescribeQuorumAsync(Token);
        Assert.Equal(0, quorum!.LeaderId);
        Assert.Equal(0, Assert.Single(quorum.Voters).Id);
    }
}

/// <summary>The client against brokers that nobody here wrote.</summary>
public abstract class ApacheTests(ApacheClusterFixture fixture)
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected ApacheClusterFixture Fixture { get; } = fixture;

    [Fact]
    public async Task Topics_are_created_described_moved_and_deleted()
    {
        await using var cluster = await ConnectAsync();
        var name = $"life-{Guid.NewGuid():N}";
        var topics = new[]
        {
            new NewTopic(name, 3, 2, Configs: new Dictionary<string, string?> { ["retention.ms"] = "12345" }),
            new NewTopic(name + "-placed", Assignment: new Dictionary<int, IReadOnlyList<int>> { [0] = [1], [1] = [0] }),
            new NewTopic("no/topic", 1, 1),
        };
        Assert.True((await cluster.CreateTopicsAsync(topics, true, Token))[name].Succeeded);
        var created = await cluster.CreateTopicsAsync(topics, false, Token);
        Assert.Null(created[name + "-placed"].Error);
        Assert.Equal((3, (short)2), (created[name].Value!.Partitions, created[name].Value!.ReplicationFactor));
        Assert.Equal(ErrorCode.InvalidTopic, created["no/topic"].Error!.Code);
        Assert.Equal(ErrorCode.TopicAlreadyExists, (await cluster.CreateTopicsAsync(topics, false, Token))[name].Error!.Code);
        var placed = await TopicAsync(
            cluster, name + "-placed", topic => topic.Partitions.Count == 2 && topic.Partitions.TrueForAll(one => one.LeaderId >= 0));
        Assert.Equal([1], placed.Partitions.Single(one => one.PartitionIndex == 0).ReplicaNodes);

        var resource = new ConfigResource(ConfigResourceType.Topic, name);
        ConfigResource[] asked = [resource, new ConfigResource(ConfigResourceType.Broker, "1")];
        var configs = (await cluster.DescribeConfigsAsync(asked, Token)).ToDictionary();
        await Eventually.TrueAsync(
            async () => (configs = (await cluster.DescribeConfigsAsync(asked, Token)).ToDictionary())[resource].Succeeded,
            "the broker that is asked has heard of the new topic");
        Assert.Equal("12345", configs[resource].Value!.Single(one => one.Name == "retention.ms").Value);
        Assert.True(configs[new ConfigResource(ConfigResourceType.Broker, "1")].Succeeded);
        var longer = new Dictionary<ConfigResource, IReadOnlyList<ConfigChange>>
        {
            [resource] = [new("retention.ms", ConfigOperation.Set, "777")],
        };
        Assert.Null((await cluster.AlterConfigsAsync(longer, false, Token))[resource]);

        Assert.Null(await cluster.CreatePartitionsAsync(name, 4, false, Token));
        await TopicAsync(cluster, name, topic => topic.Partitions.Count == 4);
        await MoveAsync(cluster, new TopicPartition(name + "-placed", 1));
        var elected = await cluster.ElectLeadersAsync(
            ElectionType.Preferred, [new TopicPartition(name, 0), new TopicPartition(name, 99)], Token);
        Assert.True(elected[new TopicPartition(name, 0)] is null or { Code: ErrorCode.ElectionNotNeeded });
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, elected[new TopicPartition(name, 99)]!.Code);

        var deleted = await cluster.DeleteTopicsAsync([name, name + "-placed", name + "-missing"], Token);
        Assert.Null(deleted[name]);
        Assert.Equal("UNKNOWN_TOPIC_OR_PARTITION", deleted[name + "-missing"]!.CodeName);
    }

    /// <summary>As Apache's AdminClient sends them: in ZooKeeper mode a broker refuses what is another's.</summary>
    [Fact]
    public async Task Configs_of_brokers_are_set_at_each_and_the_defaults_of_all_at_any()
    {
        const string key = "log.cleaner.backoff.ms";
        await using var cluster = await ConnectAsync();
        ConfigResource[] brokers = [.. new[] { "0", "1", "" }.Select(one => new ConfigResource(ConfigResourceType.Broker, one))];
        await ChangeAsync(broker => new(key, ConfigOperation.Set, broker.Name.Length == 0 ? "15002" : $"1500{broker.Name}"));
        await SeenAsync(brokers[0], "15000");
        await SeenAsync(brokers[1], "15001");
        await SeenAsync(brokers[2], "15002");
        await ChangeAsync(_ => new(key, ConfigOperation.Delete, null));
        await SeenAsync(brokers[1], "15000"); // Kafka's own default

        async Task ChangeAsync(Func<ConfigResource, ConfigChange> change)
        {
            var changes = brokers.ToDictionary(one => one, one => (IReadOnlyList<ConfigChange>)[change(one)]);
            var answers = await cluster.AlterConfigsAsync(changes, false, Token);
            Assert.All(brokers, broker => Assert.Null(answers[broker]));
        }

        Task SeenAsync(ConfigResource broker, string value) => Eventually.TrueAsync(
            async () => (await cluster.DescribeConfigsAsync([broker], Token))[broker].Value?
                .FirstOrDefault(one => one.Name == key)?.Value == value,
            $"broker '{broker.Name}' has {value}");
    }

    [Fact]
    public async Task What_is_produced_is_listed_and_fetched()
    {
        await using var cluster = await ConnectAsync();
        var name = $"data-{Guid.NewGuid():N}";
        // its records are years old, and the broker looks every few minutes for what is past its retention
        var kept = new Dictionary<string, string?> { ["retention.ms"] = "-1" };
        await cluster.CreateTopicsAsync([new NewTopic(name, 1, 1, Configs: kept)], false, Token);
        var topic = await TopicAsync(cluster, name, topic => topic.Partitions is [{ LeaderId: >= 0 }]);
        var leader = topic.Partitions[0].LeaderId;
        foreach (var compression in Enum.GetValues<CompressionType>())
        {
            using var builder = new RecordBatchBuilder { Compression = compression };
            for (var i = 0; i < 5; i++)
            {
                builder.Add(new[] { (byte)i }, new byte[100], 1_700_000_000_000 + i, [new RecordHeader("h", new byte[] { 9 })]);
            }

            await Eventually.TrueAsync(
                async () =>
                {
                    var answer = await cluster.SendAsync(leader, Produce(name, builder.Build()), Token);
                    var produced = answer.Responses[0].PartitionResponses[0];
                    Assert.Contains(
                        (ErrorCode)produced.ErrorCode,
                        new[] { ErrorCode.None, ErrorCode.UnknownTopicOrPartition, ErrorCode.NotLeaderOrFollower });
                    return produced.ErrorCode == 0;
                },
                "the leader knows that it leads, and takes the batch");
        }

        var metadata = await cluster.MetadataAsync([name], Token);
        var partition = new TopicPartition(name, 0);
        Assert.Equal(25, (await cluster.ListOffsetsAsync(metadata, ListOffsetsCalls.Latest, Token))[partition].Value.Offset);
        Assert.Equal(0, (await cluster.ListOffsetsAsync(metadata, ListOffsetsCalls.Earliest, Token))[partition].Value.Offset);
        Assert.Equal(4, (await cluster.ListOffsetsAsync(metadata, ListOffsetsCalls.MaxTimestamp, Token))[partition].Value.Offset);

        var fetched = await cluster.SendAsync(leader, Fetch(topic), Token);
        Assert.Equal((short)0, fetched.Responses[0].Partitions[0].ErrorCode);
        var batches = RecordBatches.Enumerate(fetched.Responses[0].Partitions[0].Records!.Value).ToList();
        Assert.All(batches, batch => Assert.True(batch.IsValid));
        Assert.Equal(Enum.GetValues<CompressionType>(), batches.Select(batch => batch.Compression));
        Assert.Equal(
            Enumerable.Range(0, 25).Select(i => (long)i),
            batches.SelectMany(batch => RecordReader.Read(batch)).Select(record => record.Offset));
        var sizes = await cluster.DescribeLogDirsAsync(Token);
        var size = Assert.Single(sizes[leader].Value!.SelectMany(one => one.Replicas), one => one.Partition == partition).Size;
        Assert.Equal(batches.Sum(batch => batch.SizeInBytes), size);
    }

    [Fact]
    public async Task Groups_are_found_listed_described_and_their_offsets_read()
    {
        await using var cluster = await ConnectAsync();
        var name = $"read-{Guid.NewGuid():N}";
        await cluster.CreateTopicsAsync([new NewTopic(name, 2, 1)], false, Token);
        await TopicAsync(cluster, name, topic => topic.Partitions.Count == 2);
        var group = $"group-{Guid.NewGuid():N}";
        BrokerAddress coordinator = default;
        await Eventually.TrueAsync(
            async () =>
            {
                var found = (await cluster.FindCoordinatorsAsync([group], Token))[group];
                coordinator = found.Value;
                return found.Succeeded;
            },
            "the group has a coordinator");
        await Eventually.TrueAsync(
            async () => (await cluster.SendAsync(coordinator.Id, Commit(group, name), Token)).Topics[0].Partitions
                .TrueForAll(one => one.ErrorCode == 0),
            "offsets are committed");

        var listed = (await cluster.ListGroupsAsync(Token)).Groups.Single(one => one.GroupId == group);
        Assert.Equal((coordinator.Id, "Empty"), (listed.Coordinator, listed.State));
        var description = (await cluster.DescribeGroupsAsync([listed], Token))[group].Require();
        Assert.Equal(("Empty", 0), (description.State, description.Members.Count));
        foreach (var offsets in new[] { await cluster.FetchOffsetsAsync([listed], Token), await cluster.FetchOffsetsAsync([group], Token) })
        {
            Assert.Equal(
                [new CommittedOffset(name, 0, 11, -1, "note", 0), new CommittedOffset(name, 1, 12, -1, "note", 0)],
                offsets[group].Require().OrderBy(one => one.Partition));
        }
    }

    protected async Task<KafkaCluster> ConnectAsync()
    {
        var apache = await Fixture.GetAsync();
        var cluster = new KafkaCluster(
            KafkaCluster.ParseBootstrap(apache.Bootstrap), new KafkaClientOptions { RequestTimeout = TimeSpan.FromSeconds(30) });
        await Eventually.TrueAsync(
            async () => (await cluster.MetadataAsync([], Token)) is { Brokers.Count: 2, ControllerId: >= 0 },
            "both brokers are registered");
        return cluster;
    }

    static async Task MoveAsync(KafkaCluster cluster, TopicPartition partition)
    {
        var moved = await cluster.AlterPartitionReassignmentsAsync(
            new Dictionary<TopicPartition, IReadOnlyList<int>?> { [partition] = [1] }, Token);
        Assert.Null(moved[partition]);
        await TopicAsync(
            cluster,
            partition.Topic,
            topic => topic.Partitions.Single(one => one.PartitionIndex == partition.Partition).ReplicaNodes is [1]);
        await Eventually.TrueAsync(
            async () => (await cluster.ListPartitionReassignmentsAsync(Token)).Count == 0, "nothing moves any longer");
        var cancelled = await cluster.AlterPartitionReassignmentsAsync(
            new Dictionary<TopicPartition, IReadOnlyList<int>?> { [partition] = null }, Token);
        Assert.Equal(ErrorCode.NoReassignmentInProgress, cancelled[partition]!.Code);
    }

    static async Task<MetadataResponse.MetadataResponseTopic> TopicAsync(
        KafkaCluster cluster, string name, Func<MetadataResponse.MetadataResponseTopic, bool> isRight)
    {
        MetadataResponse.MetadataResponseTopic? topic = null;
        await Eventually.TrueAsync(
            async () =>
            {
                topic = (await cluster.MetadataAsync([name], Token)).Topics.Single();
                return topic.ErrorCode == 0 && isRight(topic);
            },
            $"{name} is as it should be");
        return topic!;
    }

    static ProduceRequest Produce(string topic, byte[] batch) => new()
    {
        Acks = -1,
        TimeoutMs = 10_000,
        TopicData = [new() { Name = topic, PartitionData = [new() { Index = 0, Records = batch }] }],
    };

    static FetchRequest Fetch(MetadataResponse.MetadataResponseTopic topic) => new()
    {
        MaxWaitMs = 500,
        MinBytes = 1,
        Topics =
        [
            new()
            {
                Topic = topic.Name!,
                TopicId = topic.TopicId,
                Partitions = [new() { Partition = 0, FetchOffset = 0, PartitionMaxBytes = 1 << 20 }],
            },
        ],
    };

    static OffsetCommitRequest Commit(string group, string topic) => new()
    {
        GroupId = group,
        GenerationIdOrMemberEpoch = -1,
        Topics =
        [
            new()
            {
                Name = topic,
                Partitions =
                [
                    new() { PartitionIndex = 0, CommittedOffset = 11, CommittedMetadata = "note" },
                    new() { PartitionIndex = 1, CommittedOffset = 12, CommittedMetadata = "note" },
                ],
            },
        ],
    };
}
