using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Wire;

namespace Kafka.Client.Tests;

public class KafkaConnectionTests
{
    static readonly KafkaClientOptions Quick = new()
    {
        RequestTimeout = TimeSpan.FromSeconds(20),
        ConnectTimeout = TimeSpan.FromSeconds(20),
    };

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_highest_common_version_is_sent()
    {
        await using var broker = new FakeBroker { Handler = (_, _) => new MetadataResponse() };
        broker.Versions[ApiKey.Metadata] = (4, 7);
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        await connection.SendAsync(new MetadataRequest(), Token);
        Assert.Equal((ApiKey.Metadata, (short)7), (broker.Asked.Last().Header.ApiKey, broker.Asked.Last().Header.Version));
        Assert.Equal("castellan", broker.Asked.Last().Header.ClientId);
        Assert.True(connection.Supports(ApiKey.Metadata, 7));
        Assert.False(connection.Supports(ApiKey.Metadata, 8));
        Assert.Equal(((short)4, (short)7), connection.Versions(ApiKey.Metadata));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_broker_with_an_older_ApiVersions_is_asked_again_in_that_version(short newest)
    {
        await using var broker = new FakeBroker();
        broker.Versions[ApiKey.ApiVersions] = (0, newest);
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        Assert.Equal(newest, Assert.Single(broker.Asked).Header.Version);
        Assert.Equal(1, broker.Connections);
        Assert.True(connection.Supports(ApiKey.Metadata));
    }

    [Fact]
    public async Task Without_a_common_version_the_error_names_both_ranges_and_the_broker()
    {
        await using var broker = new FakeBroker();
        broker.Versions[ApiKey.Metadata] = (50, 60);
        broker.Versions.Remove(ApiKey.DescribeQuorum);
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        var error = await Assert.ThrowsAsync<KafkaException>(() => connection.SendAsync(new MetadataRequest(), Token));
        Assert.Equal(ErrorCode.UnsupportedVersion, error.Code);
        Assert.Contains($"127.0.0.1:{broker.Port} has Metadata 50 to 60, this program 0 to 12", error.Message);
        error = await Assert.ThrowsAsync<KafkaException>(() => connection.SendAsync(new DescribeQuorumRequest(), Token));
        Assert.Contains("does not have DescribeQuorum", error.Message);
    }

    [Fact]
    public async Task A_value_that_the_version_cannot_carry_is_refused_before_it_is_sent()
    {
        await using var broker = new FakeBroker { Handler = (_, _) => new MetadataResponse() };
        broker.Versions[ApiKey.Metadata] = (0, 3);
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        var error = await Assert.ThrowsAsync<KafkaException>(
            () => connection.SendAsync(new MetadataRequest { AllowAutoTopicCreation = false }, Token));
        Assert.Equal(ErrorCode.UnsupportedVersion, error.Code);
        await connection.SendAsync(new MetadataRequest(), Token);
    }

    [Fact]
    public async Task Requests_are_pipelined_and_answers_find_their_callers_in_any_order()
    {
        var waiting = new List<(KafkaRequestHeader Header, Connection Connection)>();
        await using var broker = new FakeBroker();
        broker.Raw = (socket, header) =>
        {
            if (header.ApiKey != ApiKey.Heartbeat)
            {
                return false;
            }

            waiting.Add((header, socket));
            if (waiting.Count == 100)
            {
                foreach (var (one, to) in Enumerable.Reverse(waiting))
                {
                    var answer = new HeartbeatResponse { ThrottleTimeMs = one.CorrelationId };
                    to.Enqueue(KafkaHeaders.ResponseFrame(one.ApiKey, one.CorrelationId, true, answer, one.Version));
                }
            }

            return true;
        };
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        var calls = Enumerable.Range(0, 100).Select(_ => connection.SendAsync(new HeartbeatRequest(), Token)).ToList();
        var answers = await Task.WhenAll(calls);
        Assert.Equal(Enumerable.Range(answers[0].ThrottleTimeMs, 100), answers.Select(answer => answer.ThrottleTimeMs));
        Assert.Equal(0, connection.InFlight);
    }

    [Fact]
    public async Task A_call_has_a_deadline_and_its_late_answer_disturbs_nobody()
    {
        var time = new FakeTimeProvider();
        var first = new TaskCompletionSource<(KafkaRequestHeader Header, Connection Connection)>();
        await using var broker = new FakeBroker { Handler = (_, _) => new MetadataResponse { ClusterId = "second" } };
        broker.Raw = (socket, header) => header.ApiKey == ApiKey.Heartbeat && first.TrySetResult((header, socket));
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick with { Time = time }, Token);
        var call = connection.SendAsync(new HeartbeatRequest(), Token, TimeSpan.FromSeconds(3));
        var (late, socket) = await first.Task.WaitAsync(Eventually.Deadline, Token);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        var error = await Assert.ThrowsAsync<KafkaTimeoutException>(() => call);
        Assert.Equal($"127.0.0.1:{broker.Port} did not answer Heartbeat v4 within 3 s", error.Message);
        socket.Enqueue(KafkaHeaders.ResponseFrame(late.ApiKey, late.CorrelationId, true, new HeartbeatResponse(), late.Version));
        Assert.Equal("second", (await connection.SendAsync(new MetadataRequest(), Token)).ClusterId);
    }

    [Fact]
    public async Task A_lost_connection_ends_every_call_under_way_with_the_reason()
    {
        Connection? held = null;
        await using var broker = new FakeBroker();
        broker.Raw = (socket, header) => header.ApiKey == ApiKey.Heartbeat && (held = socket) is not null;
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        var calls = Enumerable.Range(0, 3).Select(_ => connection.SendAsync(new HeartbeatRequest(), Token)).ToList();
        await Eventually.TrueAsync(() => held is not null, "the request arrived");
        held!.Abort("test");
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<KafkaUnreachableException>(() => call);
            Assert.Equal(broker.Port, error.Port);
        }

        Assert.True(connection.IsClosed);
        await Assert.ThrowsAsync<KafkaUnreachableException>(() => connection.SendAsync(new HeartbeatRequest(), Token));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_fails_its_call_and_closes_the_connection()
    {
        await using var broker = new FakeBroker();
        broker.Raw = (socket, header) =>
        {
            if (header.ApiKey != ApiKey.Metadata)
            {
                return false;
            }

            var garbage = new WireWriter();
            garbage.WriteInt32(12);
            garbage.WriteInt32(header.CorrelationId);
            garbage.WriteInt64(long.MaxValue);
            return socket.Enqueue(garbage);
        };
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        var error = await Assert.ThrowsAsync<KafkaException>(() => connection.SendAsync(new MetadataRequest(), Token));
        Assert.Equal(ErrorCode.CorruptMessage, error.Code);
        await Eventually.TrueAsync(() => connection.IsClosed, "the connection is closed");
    }

    [Fact]
    public async Task Nobody_listening_is_said_with_host_and_port()
    {
        var port = FreePorts.Take(1)[0];
        var error = await Assert.ThrowsAsync<KafkaUnreachableException>(
            () => KafkaConnection.ConnectAsync("127.0.0.1", port, Quick, Token));
        Assert.StartsWith($"127.0.0.1:{port} is unreachable: ", error.Message);
    }

    [Fact]
    public async Task A_broker_that_accepts_and_says_nothing_is_given_up_after_the_connect_timeout()
    {
        var time = new FakeTimeProvider();
        await using var broker = new FakeBroker { Raw = (_, _) => true };
        var connecting = KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick with { Time = time }, Token);
        await Eventually.TrueAsync(() => broker.Connections == 1, "the socket is open");
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return connecting.IsCompleted;
            },
            "the attempt is given up");
        Assert.Contains("did not answer ApiVersions", (await Assert.ThrowsAsync<KafkaTimeoutException>(() => connecting)).Message);
    }

    [Fact]
    public async Task Byte_fields_of_an_answer_stay_after_later_answers()
    {
        await using var broker = new FakeBroker
        {
            Handler = (header, _) => new SyncGroupResponse { Assignment = new byte[] { (byte)header.CorrelationId, 7 } },
        };
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", broker.Port, Quick, Token);
        var answers = new List<SyncGroupResponse>();
        for (var i = 0; i < 20; i++)
        {
            answers.Add(await connection.SendAsync(new SyncGroupRequest(), Token));
        }

        var first = answers[0].Assignment.Span[0];
        Assert.Equal(Enumerable.Range(first, 20), answers.Select(answer => (int)answer.Assignment.Span[0]));
    }
}
