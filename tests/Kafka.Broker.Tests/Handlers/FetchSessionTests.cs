using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Broker.Tests.Handlers;

/// <summary>KIP-227: after the first fetch of a session only what changed is asked and answered.</summary>
public sealed class FetchSessionTests
{
    [Fact]
    public async Task Requests_and_answers_carry_only_what_changed()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);

        var first = await FetchAsync(broker, 0, 0, offset: 0);
        Assert.NotEqual(0, first.SessionId);
        Assert.Single(first.Responses);

        var quiet = await FetchAsync(broker, first.SessionId, 1);
        Assert.Equal((0, first.SessionId), (quiet.ErrorCode, quiet.SessionId));
        Assert.Empty(quiet.Responses);

        await broker.ProduceAsync(1, "a");
        var news = await FetchAsync(broker, first.SessionId, 2);
        Assert.True(news.Responses.Single().Partitions.Single().Records!.Value.Length > 0);

        Assert.Equal(1, (await FetchAsync(broker, first.SessionId, 3, offset: 1)).Responses.Single().Partitions.Single().HighWatermark);
        Assert.Empty((await FetchAsync(broker, first.SessionId, 4)).Responses);
    }

    [Fact]
    public async Task A_session_ends_with_its_last_partition_or_at_the_fetchers_wish()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        var first = await FetchAsync(broker, 0, 0, offset: 0);

        var request = Request(first.SessionId, 1, null);
        request.ForgottenTopicsData.Add(new() { TopicId = ReplicaWorld.OrdersId, Partitions = [0] });
        var last = await broker.FetchAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((0, 0), (last.ErrorCode, last.SessionId));
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, await ErrorAsync(broker, first.SessionId, 2));
        var second = await FetchAsync(broker, 0, 0, offset: 0);
        Assert.Equal(0, (await FetchAsync(broker, second.SessionId, -1, offset: 0)).SessionId);
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, await ErrorAsync(broker, second.SessionId, 1));
    }

    [Fact]
    public async Task A_request_out_of_its_turn_is_refused()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        var first = await FetchAsync(broker, 0, 0, offset: 0);

        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, await ErrorAsync(broker, first.SessionId, 2));
        Assert.Equal(ErrorCode.None, await ErrorAsync(broker, first.SessionId, 1));
        Assert.Equal(ErrorCode.InvalidFetchSessionEpoch, await ErrorAsync(broker, first.SessionId, 1));
    }

    [Fact]
    public void Without_room_there_is_no_session_but_a_follower_takes_a_consumers_and_everyone_an_old_one()
    {
        var time = new FakeTimeProvider();
        var sessions = new FetchSessions(1, time);
        Assert.NotNull(Open(sessions, isFollower: false));
        Assert.Null(Open(sessions, isFollower: false));
        Assert.NotNull(Open(sessions, isFollower: true));
        Assert.Null(Open(sessions, isFollower: true));

        time.Advance(TimeSpan.FromMinutes(3));

        Assert.NotNull(Open(sessions, isFollower: false));
        Assert.Equal(1, sessions.Count);
    }

    static FetchSession? Open(FetchSessions sessions, bool isFollower)
    {
        Assert.Equal(ErrorCode.None, sessions.Begin(Request(0, 0, 0), isFollower, out var session));
        return session;
    }

    static async Task<ErrorCode> ErrorAsync(TestBroker broker, int session, int epoch) =>
        (ErrorCode)(await FetchAsync(broker, session, epoch)).ErrorCode;

    static Task<FetchResponse> FetchAsync(TestBroker broker, int session, int epoch, long? offset = null) =>
        broker.FetchAsync(Request(session, epoch, offset), TestContext.Current.CancellationToken);

    static FetchRequest Request(int session, int epoch, long? offset)
    {
        var request = new FetchRequest { SessionId = session, SessionEpoch = epoch, MinBytes = 1 };
        if (offset is { } from)
        {
            var partition = new FetchRequest.FetchPartition { Partition = 0, FetchOffset = from, PartitionMaxBytes = 1 << 20 };
            request.Topics = [new() { TopicId = ReplicaWorld.OrdersId, Partitions = [partition] }];
        }

        return request;
    }
}
