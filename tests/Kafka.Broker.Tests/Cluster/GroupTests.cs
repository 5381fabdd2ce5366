using System.Diagnostics;
using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;

namespace Kafka.Broker.Tests.Cluster;

/// <summary>Consumer groups of other people's clients on three brokers of ours.</summary>
public sealed class GroupTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Javas_consumer_and_kafka_consumer_groups_work_with_a_group()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "4", "--replication-factor", "3");
        await cluster.ProduceAsync("orders", 100);
        var read = await cluster.ToolAsync(
            "kafka-console-consumer.sh", "--topic", "orders", "--group", "java", "--from-beginning", "--max-messages", "100",
            "--timeout-ms", "60000");
        Assert.Equal(100, read.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        Assert.Equal("java", (await cluster.ToolAsync("kafka-consumer-groups.sh", "--list")).Trim());
        Assert.Contains("Empty", await cluster.ToolAsync("kafka-consumer-groups.sh", "--describe", "--group", "java", "--state"));
        Assert.Equal(100, Committed(await cluster.ToolAsync("kafka-consumer-groups.sh", "--describe", "--group", "java")));
        // of all partitions: the consumer left as soon as it had its records, and may not have asked yet where an empty partition begins
        await cluster.ToolAsync(
            "kafka-consumer-groups.sh", "--group", "java", "--topic", "orders", "--reset-offsets", "--to-earliest", "--execute");
        await cluster.ToolAsync("kafka-consumer-groups.sh", "--group", "java", "--topic", "orders:1", "--delete-offsets");
        var described = await cluster.ToolAsync("kafka-consumer-groups.sh", "--describe", "--group", "java");
        Assert.Equal(3, described.Split('\n').Count(line => line.StartsWith("java", StringComparison.Ordinal)));
        Assert.Contains(
            "Deletion of requested consumer groups ('java') was successful.",
            await cluster.ToolAsync("kafka-consumer-groups.sh", "--delete", "--group", "java"));
        Assert.Equal("", (await cluster.ToolAsync("kafka-consumer-groups.sh", "--list")).Trim());
    }

    [Fact]
    public async Task Kcat_reads_in_a_group_and_offsets_survive_the_coordinators_move_and_a_restart()
    {
        External.RequireProgram("kcat");
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "2", "--replication-factor", "3");
        await cluster.ProduceAsync("orders", 50);
        Assert.Equal(50, await KcatAsync(cluster.Bootstrap, cluster, "orders"));
        var before = await CommittedAsync(cluster, "kcat");
        Assert.Equal(50, before);

        var first = await CoordinatorAsync(cluster, "kcat");
        await cluster.KillAsync(first);
        await Eventually.TrueAsync(
            async () => await CoordinatorAsync(cluster, "kcat") is var now && now >= 0 && now != first,
            "another broker is the coordinator");
        Assert.Equal(before, await CommittedAsync(cluster, "kcat"));
        await cluster.ProduceAsync("orders", 30);
        // kcat gives up when the first address it tries refuses before it has looked at the next
        var alive = Enumerable.Range(0, 3).Where(id => id != first).Select(id => $"127.0.0.1:{cluster.Port(id)}");
        Assert.Equal(30, await KcatAsync(string.Join(',', alive), cluster, "orders"));

        await cluster.StartAsync(first);
        for (var id = 0; id < 3; id++)
        {
            await cluster.StopAsync(id);
            await cluster.StartAsync(id);
        }

        Assert.Equal(80, await CommittedAsync(cluster, "kcat"));
    }

    [Fact]
    public async Task Kafka_python_joins_commits_and_resumes()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/kafka"), "Debian's python3-kafka is not installed");
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "3", "--replication-factor", "2");
        await cluster.ProduceAsync("orders", 60);
        const string script = """
            import sys
            from kafka import KafkaConsumer
            count = 0
            consumer = KafkaConsumer(
                'orders',
                bootstrap_servers=sys.argv[1].split(','),
                group_id='python',
                auto_offset_reset='earliest',
                enable_auto_commit=False,
                consumer_timeout_ms=int(sys.argv[2]))
            for message in consumer:
                count += 1
            consumer.commit()
            consumer.close()
            print(count)
            """;
        Assert.Equal("60", await PythonAsync(cluster, script, "8000"));
        await cluster.ProduceAsync("orders", 5);
        Assert.Equal("5", await PythonAsync(cluster, script, "8000"));
    }

    [Fact]
    public async Task Confluents_consumers_share_a_topic_and_take_over_from_each_other()
    {
        var wheel = Directory.EnumerateFiles(External.Require("PYTHON_CLIENTS"), "confluent_kafka-*.whl").FirstOrDefault();
        Assert.SkipWhen(wheel is null, "PYTHON_CLIENTS has no confluent_kafka");
        using var directory = new TempDirectory();
        await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(wheel!, directory["python"], Token);
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "4", "--replication-factor", "2");
        await cluster.ProduceAsync("orders", 40);
        const string script = """
            import sys, time
            sys.path.insert(0, sys.argv[2])
            from confluent_kafka import Consumer
            deadline = time.time() + 50
            seen = set()
            def make(name, **more):
                consumer = Consumer({
                    'bootstrap.servers': sys.argv[1],
                    'group.id': 'confluent',
                    'auto.offset.reset': 'earliest',
                    'enable.auto.commit': False,
                    'session.timeout.ms': 6000,
                    **more})
                consumer.subscribe(['orders'])
                return consumer
            def poll(*consumers):
                assert time.time() < deadline, [len(c.assignment()) for c in consumers]
                for c in consumers:
                    message = c.poll(0.1)
                    if message is not None:
                        assert not message.error(), message.error()
                        seen.add((message.partition(), message.offset()))
                        c.commit(message, asynchronous=False)
            one = make('one')
            while len(one.assignment()) < 4: poll(one)
            two = make('two', **{'group.instance.id': 'two'})
            while not (len(one.assignment()) == 2 and len(two.assignment()) == 2): poll(one, two)
            one.close()
            while not (len(two.assignment()) == 4 and len(seen) == 40): poll(two)
            two.close()
            print(len(seen))
            """;
        Assert.Equal("40", await PythonAsync(cluster, script, directory["python"]));
        Assert.Equal(40, await CommittedAsync(cluster, "confluent"));
    }

    [Fact]
    public async Task A_member_lives_its_life_in_every_version_of_the_protocol()
    {
        await using var cluster = await BrokerCluster.StartAsync(1, "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=2");
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "1", "--replication-factor", "1");
        await Eventually.TrueAsync(async () => await CoordinatorAsync(cluster, "life") == 0, "there is a coordinator");
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", cluster[0].Port, new KafkaClientOptions(), Token);
        for (short version = 0; version <= 9; version++)
        {
            await LiveAsync(connection, version);
        }
    }

    static Task<TResponse> SendAsync<TResponse>(KafkaConnection connection, IKafkaRequest<TResponse> request, short version)
        where TResponse : IKafkaResponse =>
        connection.SendAsync(request, Token, version: Math.Clamp(version, request.Lowest, request.Highest));

    /// <summary>Each request in this version, or in the newest when that is older.</summary>
    static async Task LiveAsync(KafkaConnection connection, short version)
    {
        var group = $"life{version}";
        Task<TResponse> Send<TResponse>(IKafkaRequest<TResponse> request)
            where TResponse : IKafkaResponse => SendAsync(connection, request, version);

        var found = await Send(
            version < 4 ? new FindCoordinatorRequest { Key = group } : new FindCoordinatorRequest { CoordinatorKeys = [group, "life"] });
        Assert.Equal(0, version < 4 ? found.NodeId : found.Coordinators.Max(each => each.NodeId));
        var refused = await Send(
            version < 4
                ? new FindCoordinatorRequest { Key = "transaction" }
                : new FindCoordinatorRequest { CoordinatorKeys = ["transaction"], KeyType = 1 });
        Assert.Equal(
            version < 4 ? ErrorCode.None : ErrorCode.TransactionalIdAuthorizationFailed,
            (ErrorCode)(version < 4 ? refused.ErrorCode : refused.Coordinators[0].ErrorCode));

        var join = new JoinGroupRequest
        {
            GroupId = group,
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 10_000,
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range", Metadata = new byte[] { 0, 0, 0, 0, 0, 0 } }],
        };
        var joined = await Send(join);
        if (version >= 4)
        {
            Assert.Equal(ErrorCode.MemberIdRequired, (ErrorCode)joined.ErrorCode);
            join.MemberId = joined.MemberId;
            joined = await Send(join);
        }

        Assert.Equal((ErrorCode.None, 1, "range"), ((ErrorCode)joined.ErrorCode, joined.GenerationId, joined.ProtocolName));
        Assert.Equal(joined.MemberId, Assert.Single(joined.Members).MemberId);
        var synced = await Send(new SyncGroupRequest
        {
            GroupId = group,
            GenerationId = 1,
            MemberId = joined.MemberId,
            ProtocolType = "consumer",
            ProtocolName = "range",
            Assignments = [new() { MemberId = joined.MemberId, Assignment = new byte[] { 7 } }],
        });
        Assert.Equal([7], synced.Assignment.ToArray());
        Assert.Equal(0, (await Send(new HeartbeatRequest { GroupId = group, GenerationId = 1, MemberId = joined.MemberId })).ErrorCode);
        Assert.Equal(
            (short)ErrorCode.IllegalGeneration,
            (await Send(new HeartbeatRequest { GroupId = group, GenerationId = 2, MemberId = joined.MemberId })).ErrorCode);

        var described = Assert.Single((await Send(new DescribeGroupsRequest { Groups = [group] })).Groups);
        Assert.Equal(("Stable", "range", "/127.0.0.1"), (described.GroupState, described.ProtocolData, described.Members[0].ClientHost));
        Assert.Contains((await Send(new ListGroupsRequest())).Groups, each => each.GroupId == group);
        await CommitAsync(connection, group, joined.MemberId, version);

        var left = await Send(version < 3
            ? new LeaveGroupRequest { GroupId = group, MemberId = joined.MemberId }
            : new LeaveGroupRequest { GroupId = group, Members = [new() { MemberId = joined.MemberId }] });
        Assert.Equal(0, version < 3 ? left.ErrorCode : left.Members[0].ErrorCode);
        var deleted = await Send(new DeleteGroupsRequest { GroupsNames = [group, "nobody"] });
        Assert.Equal([ErrorCode.None, ErrorCode.GroupIdNotFound], deleted.Results.Select(result => (ErrorCode)result.ErrorCode));
    }

    static async Task CommitAsync(KafkaConnection connection, string group, string memberId, short version)
    {
        // version 0 has no generation: it is for consumers without a group, so it must be refused here
        var committed = await SendAsync(connection, new OffsetCommitRequest
        {
            GroupId = group,
            GenerationIdOrMemberEpoch = version == 0 ? -1 : 1,
            MemberId = version == 0 ? "" : memberId,
            Topics =
            [
                new() { Name = "orders", Partitions = [new() { PartitionIndex = 0, CommittedOffset = 3, CommittedMetadata = "note" }] },
                new() { Name = "unknown", Partitions = [new() { PartitionIndex = 0, CommittedOffset = 3, CommittedMetadata = null }] },
            ],
        }, version);
        Assert.Equal(
            [version == 0 ? ErrorCode.UnknownMemberId : ErrorCode.None, ErrorCode.UnknownTopicOrPartition],
            committed.Topics.Select(topic => (ErrorCode)topic.Partitions[0].ErrorCode));
        var one = new OffsetFetchRequest { GroupId = group, Topics = [new() { Name = "orders", PartitionIndexes = [0] }] };
        var many = new OffsetFetchRequest
        {
            Groups = [new() { GroupId = group, Topics = null }, new() { GroupId = "life", Topics = null }],
        };
        var fetched = await SendAsync(connection, version < 8 ? one : many, version);
        if (version < 8)
        {
            var partition = fetched.Topics[0].Partitions[0];
            Assert.Equal(
                version == 0 ? (-1, "", ErrorCode.UnknownTopicOrPartition) : (3, "note", ErrorCode.None),
                (partition.CommittedOffset, partition.Metadata, (ErrorCode)partition.ErrorCode));
        }
        else
        {
            Assert.Equal(3, fetched.Groups[0].Topics[0].Partitions[0].CommittedOffset);
            Assert.Empty(fetched.Groups[1].Topics);
        }
    }

    static async Task<string> PythonAsync(BrokerCluster cluster, string script, params string[] arguments)
    {
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), "Debian's python3 is not installed");
        var result = await External.RunAsync(python, ["-c", script, cluster.Bootstrap, .. arguments], deadline: TimeSpan.FromSeconds(60));
        Assert.True(result.ExitCode == 0, $"{result}\n{string.Join('\n', cluster.Log.TakeLast(80))}");
        return result.Output.Trim();
    }

    /// <summary>Reads to the end of every partition, commits and leaves; how many records it got.</summary>
    static async Task<int> KcatAsync(string bootstrap, BrokerCluster cluster, string topic)
    {
        using var kcat = Process.Start(new ProcessStartInfo(
            External.RequireProgram("kcat"),
            ["-b", bootstrap, "-X", "auto.offset.reset=earliest", "-G", "kcat", "-e", "-f", "%p:%o\\n", topic])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = kcat.StandardOutput.ReadToEndAsync(Token);
        var error = kcat.StandardError.ReadToEndAsync(Token);
        try
        {
            await kcat.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromSeconds(60), Token);
        }
        catch (TimeoutException)
        {
            kcat.Kill();
            Assert.Fail($"kcat does not end: {await error}\n{string.Join('\n', cluster.Log.TakeLast(80))}");
        }

        Assert.True(kcat.ExitCode == 0, await error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    static async Task<int> CoordinatorAsync(BrokerCluster cluster, string group)
    {
        await using var client = cluster.Client();
        var answer = await client.SendToAnyAsync(new FindCoordinatorRequest { CoordinatorKeys = [group] }, Token);
        return answer.Coordinators[0].ErrorCode == 0 ? answer.Coordinators[0].NodeId : -1;
    }

    static async Task<long> CommittedAsync(BrokerCluster cluster, string group)
    {
        var sum = -1L;
        await Eventually.TrueAsync(async () =>
        {
            await using var client = cluster.Client();
            await client.MetadataAsync(null, Token);
            var question = new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = null }], RequireStable = true };
            var answer = await client.SendAsync(await CoordinatorAsync(cluster, group), question, Token);
            sum = answer.Groups[0].Topics.Sum(topic => topic.Partitions.Sum(partition => partition.CommittedOffset));
            return answer.Groups[0].ErrorCode == (short)ErrorCode.None; // it may still be loading
        }, "the coordinator answers");
        return sum;
    }

    /// <summary>The sum of the column CURRENT-OFFSET.</summary>
    static long Committed(string described) => described.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 4 && words[1] == "orders")
        .Sum(words => long.Parse(words[3], System.Globalization.CultureInfo.InvariantCulture));
}
