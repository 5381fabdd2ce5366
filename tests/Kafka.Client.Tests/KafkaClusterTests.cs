using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;
using Testing;

using Wire;

namespace Kafka.Client.Tests;

public class KafkaClusterTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    static readonly KafkaClientOptions Options = new()
    {
        RequestTimeout = TimeSpan.FromSeconds(20),
        ConnectTimeout = TimeSpan.FromSeconds(20),
    };

    [Fact]
    public async Task Any_live_broker_answers_when_others_are_dead()
    {
        await using var broker = new FakeBroker { NodeId = 5 };
        broker.Handler = (_, _) => broker.Metadata();
        var dead = FreePorts.Take(2);
        await using var cluster = new KafkaCluster([("127.0.0.1", dead[0]), ("127.0.0.1", broker.Port), ("127.0.0.1", dead[1])], Options);
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("fake", (await cluster.MetadataAsync(null, Token)).ClusterId);
        }

        Assert.Equal(5, cluster.View.ControllerId);
        Assert.Equal(1, broker.Connections);
        Assert.False(((MetadataRequest)broker.Asked.Last().Body).AllowAutoTopicCreation);
    }

    [Fact]
    public async Task One_that_is_closed_connects_to_nobody_any_more()
    {
        await using var broker = new FakeBroker { NodeId = 5 };
        broker.Handler = (_, _) => broker.Metadata();
        var cluster = new KafkaCluster([("127.0.0.1", broker.Port)], Options);
        await cluster.MetadataAsync(null, Token);
        await cluster.DisposeAsync();
        var error = await Assert.ThrowsAsync<KafkaUnreachableException>(() => cluster.MetadataAsync(null, Token));
        Assert.Contains("the client is closed", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<KafkaUnreachableException>(() => cluster.SendAsync(5, new MetadataRequest(), Token));
        Assert.Equal((1, 0), (broker.Connections, cluster.Links().Count));
    }

    [Fact]
    public async Task When_nobody_answers_the_last_failure_is_thrown()
    {
        await using var cluster = new KafkaCluster([("127.0.0.1", FreePorts.Take(1)[0])], Options);
        await Assert.ThrowsAsync<KafkaUnreachableException>(() => cluster.MetadataAsync(null, Token));
    }

    [Fact]
    public async Task One_dead_broker_fails_its_own_answer_only()
    {
        await using var one = new FakeBroker { NodeId = 1 };
        var two = new FakeBroker { NodeId = 2 };
        one.Handler = (_, body) =>
            body is MetadataRequest ? one.Metadata(two) : new ListGroupsResponse { Groups = [new() { GroupId = "g" }] };
        await using var cluster = new KafkaCluster([("127.0.0.1", one.Port)], Options);
        await cluster.MetadataAsync([], Token);
        await two.DisposeAsync();
        var listing = await cluster.ListGroupsAsync(Token);
        Assert.Equal(("g", 1), (Assert.Single(listing.Groups).GroupId, listing.Groups[0].Coordinator));
        Assert.IsType<KafkaUnreachableException>(Assert.Single(listing.Errors).Value);
        Assert.Equal(2, listing.Errors.Keys.Single());
    }

    [Fact]
    public async Task A_lost_connection_is_opened_again_by_the_next_call()
    {
        await using var broker = new FakeBroker { NodeId = 1 };
        broker.Handler = (_, _) => broker.Metadata();
        await using var cluster = new KafkaCluster([("127.0.0.1", broker.Port)], Options);
        await cluster.MetadataAsync([], Token);
        cluster.Abort("test");
        await cluster.MetadataAsync([], Token);
        Assert.Equal(2, broker.Connections);
    }

    [Fact]
    public async Task After_a_failed_attempt_calls_fail_at_once_until_the_pause_is_over()
    {
        var time = new FakeTimeProvider();
        var port = FreePorts.Take(1)[0];
        await using var cluster = new KafkaCluster(
            [("127.0.0.1", port)],
            Options with { Time = time, ReconnectBackoff = TimeSpan.FromSeconds(1), MaxReconnectBackoff = TimeSpan.FromSeconds(1) });
        var first = await Assert.ThrowsAsync<KafkaUnreachableException>(() => cluster.MetadataAsync([], Token));
        Assert.Same(first, await Assert.ThrowsAsync<KafkaUnreachableException>(() => cluster.MetadataAsync([], Token)));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.NotSame(first, await Assert.ThrowsAsync<KafkaUnreachableException>(() => cluster.MetadataAsync([], Token)));
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_costs_one_deadline_and_others_are_asked_first_afterwards()
    {
        var time = new FakeTimeProvider();
        await using var mute = new FakeBroker { NodeId = 1 };
        await using var live = new FakeBroker { NodeId = 2 };
        live.Handler = (_, _) => live.Metadata(mute);
        await using var cluster = new KafkaCluster([("127.0.0.1", mute.Port), ("127.0.0.1", live.Port)], Options with { Time = time });
        for (var i = 0; i < 6; i++)
        {
            var call = cluster.MetadataAsync([], Token);
            await Eventually.TrueAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                    return call.IsCompleted;
                },
                "metadata");
            await call;
        }

        Assert.InRange(mute.Asked.Count(asked => asked.Body is MetadataRequest), 0, 1);
    }

    [Fact]
    public async Task A_silent_broker_is_waited_for_with_a_whole_deadline_only_once()
    {
        var time = new FakeTimeProvider();
        await using var broker = new FakeBroker();
        await using var cluster = new KafkaCluster(
            [("127.0.0.1", broker.Port)],
            Options with { Time = time, RequestTimeout = TimeSpan.FromSeconds(60), ConnectTimeout = TimeSpan.FromSeconds(60) });
        Assert.InRange(await SilenceAsync(), TimeSpan.FromSeconds(59), TimeSpan.MaxValue);
        broker.Raw = (_, _) => true;
        Assert.InRange(await SilenceAsync(), TimeSpan.Zero, TimeSpan.FromSeconds(30));

        (broker.Raw, broker.Handler) = (null, (_, _) => broker.Metadata());
        await Eventually.TrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1)); // also past the pause between two attempts
                var call = cluster.MetadataAsync([], Token);
                await CompletedAsync(call);
                return call.IsCompletedSuccessfully;
            },
            "a broker that woke up is asked again");

        async Task<TimeSpan> SilenceAsync()
        {
            var start = time.GetUtcNow();
            var call = cluster.MetadataAsync([], Token);
            await CompletedAsync(call);
            await Assert.ThrowsAsync<KafkaTimeoutException>(() => call);
            return time.GetUtcNow() - start;
        }

        // a second of the clock for some 20 ms of the machine: an attempt has more than a second to get through
        Task CompletedAsync(Task call) => Eventually.TrueAsync(
            () =>
            {
                time.Advance(call.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
                return call.IsCompleted;
            },
            "the call ends");
    }

    [Fact]
    public async Task A_call_that_times_out_fails_by_its_own_name_and_nothing_that_is_asked_beside_it()
    {
        var time = new FakeTimeProvider();
        await using var broker = new FakeBroker { NodeId = 1 };
        broker.Handler = (_, body) => body switch
        {
            MetadataRequest => broker.Metadata(),
            ListGroupsRequest => new ListGroupsResponse(),
            _ => null,
        };
        await using var cluster = new KafkaCluster(
            [("127.0.0.1", broker.Port)], Options with { Time = time, RequestTimeout = TimeSpan.FromSeconds(5) });
        await cluster.MetadataAsync([], Token);
        var create = cluster.CreateTopicsAsync([new NewTopic("t", 1, 1)], false, Token);
        await Eventually.TrueAsync(() => broker.Asked.Any(asked => asked.Body is CreateTopicsRequest), "the creation is asked for");
        var slow = cluster.DescribeLogDirsAsync(Token);
        await Eventually.TrueAsync(() => broker.Asked.Any(asked => asked.Body is DescribeLogDirsRequest), "the sizes are asked for");
        Assert.True((await cluster.ListGroupsAsync(Token)).Errors.Count == 0); // behind neither of the two

        time.Advance(TimeSpan.FromSeconds(6));
        var error = Assert.IsType<KafkaTimeoutException>((await slow)[1].Error);
        Assert.Contains("did not answer DescribeLogDirs", error.Message, StringComparison.Ordinal);
        await cluster.MetadataAsync([], Token);
        Assert.False(create.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(40));
        error = await Assert.ThrowsAsync<KafkaTimeoutException>(() => create);
        Assert.Contains("did not answer CreateTopics", error.Message, StringComparison.Ordinal);
        Assert.True(error.MayHaveHappened);
    }

    [Fact]
    public async Task Callers_past_the_last_connection_wait_and_are_told_what_they_waited_for()
    {
        var time = new FakeTimeProvider();
        await using var broker = new FakeBroker { NodeId = 1 };
        broker.Handler = (_, body) => body is MetadataRequest ? broker.Metadata() : null;
        await using var cluster = new KafkaCluster(
            [("127.0.0.1", broker.Port)], Options with { Time = time, RequestTimeout = TimeSpan.FromSeconds(5), MaxConnections = 3 });
        await cluster.MetadataAsync([], Token);
        var slow = Enumerable.Range(0, 3).Select(_ => cluster.CreateTopicsAsync([new NewTopic("t", 1, 1)], false, Token)).ToList();
        await Eventually.TrueAsync(
            () => broker.Asked.Count(asked => asked.Body is CreateTopicsRequest) == slow.Count, "every connection is in use");
        Assert.Equal(3, broker.Connections);

        var waiting = cluster.SendAsync(1, new ListGroupsRequest(), Token);
        time.Advance(TimeSpan.FromSeconds(6));
        var error = await Assert.ThrowsAsync<KafkaTimeoutException>(() => waiting);
        Assert.Contains("was not asked within 5 s: it has not answered CreateTopics", error.Message, StringComparison.Ordinal);
        Assert.False(error.MayHaveHappened);
        time.Advance(TimeSpan.FromSeconds(60));
        foreach (var call in slow)
        {
            Assert.True((await Assert.ThrowsAsync<KafkaTimeoutException>(() => call)).MayHaveHappened);
        }
    }

    [Fact]
    public async Task A_change_that_was_sent_and_not_answered_is_not_sent_again()
    {
        await using var broker = new FakeBroker { NodeId = 1 };
        broker.Handler = (_, _) => broker.Metadata();
        broker.Raw = (socket, header) =>
        {
            if (header.ApiKey != ApiKey.CreateTopics)
            {
                return false;
            }

            Interlocked.Increment(ref creations);
            socket.Abort("test");
            return true;
        };
        await using var cluster = new KafkaCluster([("127.0.0.1", broker.Port)], Options);
        await cluster.MetadataAsync([], Token);
        var error = await Assert.ThrowsAsync<KafkaUnreachableException>(
            () => cluster.CreateTopicsAsync([new NewTopic("t", 1, 1)], false, Token));
        Assert.True(error.MayHaveHappened);
        Assert.Contains("before CreateTopics", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, creations);
    }

    [Fact]
    public async Task A_change_whose_connection_was_never_made_did_not_happen()
    {
        await using var broker = new FakeBroker { NodeId = 1, Raw = (socket, _) => { socket.Abort("test"); return true; } };
        await using var cluster = new KafkaCluster([("127.0.0.1", broker.Port)], Options);
        var error = await Assert.ThrowsAsync<KafkaUnreachableException>(() => cluster.SendToAnyAsync(new CreateTopicsRequest(), Token));
        Assert.False(error.MayHaveHappened);
    }

    int creations;

    [Theory]
    [InlineData(9, 50, 1)]
    [InlineData(9, 1200, 3)]
    [InlineData(7, 50, 50)]
    public async Task Offsets_of_many_groups_take_one_request_a_coordinator_where_the_broker_can(short newest, int count, int requests)
    {
        await using var broker = new FakeBroker { NodeId = 1 };
        broker.Versions[ApiKey.OffsetFetch] = (0, newest);
        broker.Handler = (header, body) => body switch
        {
            MetadataRequest => broker.Metadata(),
            OffsetFetchRequest fetch when header.Version >= 8 => new OffsetFetchResponse
            {
                Groups = [.. fetch.Groups.Select(group => new OffsetFetchResponse.OffsetFetchResponseGroup
                {
                    GroupId = group.GroupId,
                    ErrorCode = group.GroupId == "g7" ? (short)ErrorCode.GroupAuthorizationFailed : (short)0,
                    Topics =
                    [
                        new() { Name = "t", Partitions = [new() { PartitionIndex = 3, CommittedOffset = int.Parse(group.GroupId[1..]) }] },
                    ],
                })],
            },
            OffsetFetchRequest fetch => new OffsetFetchResponse
            {
                ErrorCode = fetch.GroupId == "g7" ? (short)ErrorCode.GroupAuthorizationFailed : (short)0,
                Topics =
                    [new() { Name = "t", Partitions = [new() { PartitionIndex = 3, CommittedOffset = int.Parse(fetch.GroupId[1..]) }] }],
            },
            _ => null,
        };
        await using var cluster = new KafkaCluster([("127.0.0.1", broker.Port)], Options);
        var groups = Enumerable.Range(0, count).Select(i => new ListedGroup($"g{i}", "consumer", "Empty", GroupKind.Classic, 1)).ToList();
        var offsets = await cluster.FetchOffsetsAsync(groups, Token);
        Assert.Equal(count, offsets.Count);
        Assert.Equal(ErrorCode.GroupAuthorizationFailed, offsets["g7"].Error!.Code);
        Assert.Equal(new CommittedOffset("t", 3, 42, -1, "", ErrorCode.None), Assert.Single(offsets["g42"].Value!));
        Assert.Equal(requests, broker.Asked.Count(asked => asked.Body is OffsetFetchRequest));
    }

    [Fact]
    public async Task Metadata_is_asked_of_the_same_broker_while_it_answers()
    {
        await using var first = new FakeBroker { NodeId = 1 };
        await using var second = new FakeBroker { NodeId = 2 };
        first.Handler = second.Handler = (_, _) => first.Metadata(second);
        await using var cluster = new KafkaCluster([("127.0.0.1", first.Port), ("127.0.0.1", second.Port)], Options);
        await cluster.SendAsync(2, new MetadataRequest(), Token);
        for (var i = 0; i < 5; i++)
        {
            await cluster.MetadataAsync(null, Token);
        }

        Assert.True(first.Asked.Count(asked => asked.Body is MetadataRequest) >= 5);
        Assert.Single(second.Asked, asked => asked.Body is MetadataRequest);
    }

    [Theory]
    [InlineData("a:1,b:2", "a:1 b:2")]
    [InlineData(" kafka.example.org:19092 ", "kafka.example.org:19092")]
    [InlineData("host", "host:9092")]
    [InlineData("[::1]:9093,[fe80::1]", "::1:9093 fe80::1:9092")]
    public void Bootstrap_addresses_are_read(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', KafkaCluster.ParseBootstrap(text).Select(one => $"{one.Host}:{one.Port}")));

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a:0")]
    [InlineData("a:70000")]
    [InlineData(":9092")]
    public void What_is_no_address_is_refused(string text) => Assert.Throws<CodedFormatException>(() => KafkaCluster.ParseBootstrap(text));
}
