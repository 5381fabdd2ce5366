using System.Buffers.Binary;
using System.Net.Sockets;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Metadata;
using Kafka.Broker.Network;
using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using Wire;

namespace Kafka.Broker.Tests.Network;

public sealed class RequestServerTests : IAsyncDisposable
{
    readonly LargeAnswer large = new();
    readonly ServedBroker served;

    public RequestServerTests() => served = new ServedBroker(
        broker => [new FetchHandler(broker.Config, broker.Replicas, new MetadataCache(), TimeProvider.System), large],
        "socket.request.max.bytes=2000000", "max.connections=20");

    ReplicaWorld World => served.World;

    TestBroker Broker => served.Broker;

    RequestServer Server => served.Server;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static ApiVersionsRequest Versions => new() { ClientSoftwareName = "test", ClientSoftwareVersion = "1" };

    public ValueTask DisposeAsync() => served.DisposeAsync();

    [Fact]
    public async Task An_unknown_version_of_ApiVersions_gets_a_v0_body_with_error_35_and_the_socket_stays()
    {
        using var client = await ConnectAsync();

        await SendAsync(client, ApiKey.ApiVersions, version: 99, correlation: 7, new byte[10]);
        var refused = await ReceiveAsync(client);
        await SendAsync(client, ApiKey.ApiVersions, version: 0, correlation: 8, []);
        var answered = await ReceiveAsync(client);

        Assert.Equal(7, BinaryPrimitives.ReadInt32BigEndian(refused));
        Assert.Equal(35, BinaryPrimitives.ReadInt16BigEndian(refused.AsSpan(4)));
        Assert.Equal(8, BinaryPrimitives.ReadInt32BigEndian(answered));
        Assert.Equal(0, BinaryPrimitives.ReadInt16BigEndian(answered.AsSpan(4)));
    }

    [Fact]
    public async Task Only_what_has_a_handler_is_advertised()
    {
        await using var client = await ClientAsync();

        Assert.Equal(((short)0, (short)11), client.Versions(ApiKey.Produce));
        Assert.Equal(((short)0, (short)17), client.Versions(ApiKey.Fetch));
        Assert.Null(client.Versions(ApiKey.Metadata)); // not registered in this test
    }

    [Theory]
    [InlineData("length of two gigabytes", 0x7f, 0xff, 0xff, 0xff)]
    [InlineData("negative length", 0xff, 0xff, 0xff, 0xff)]
    [InlineData("an HTTP request", (int)'G', (int)'E', (int)'T', (int)' ')]
    [InlineData("an api that does not exist", 0, 0, 0, 10, 0, 120, 0, 0, 0, 0, 0, 1, 0, 0)]
    [InlineData("a cut header", 0, 0, 0, 3, 0, 0, 0)]
    [InlineData("a body of rubbish", 0, 0, 0, 14, 0, 0, 0, 9, 0, 0, 0, 1, 0xff, 0xff, 0, 0xff, 0xff, 0xff)]
    public async Task Garbage_ends_its_own_connection_and_no_other(string what, params int[] bytes)
    {
        await using var good = await ClientAsync();
        using var bad = await ConnectAsync();

        await bad.SendAsync(bytes.Select(value => (byte)value).ToArray(), Token);

        Assert.True(await IsClosedAsync(bad), what);
        Assert.Equal(0, (await good.SendAsync(Versions, Token)).ErrorCode);
    }

    [Fact]
    public async Task Answers_come_in_the_order_of_the_requests_though_a_fetch_waits()
    {
        await World.LeadAsync(0, 1, [0]);
        await using var client = await ClientAsync();
        var fetch = client.SendAsync(
            new FetchRequest
            {
                MaxWaitMs = 30_000,
                MinBytes = 1,
                Topics = [new() { TopicId = ReplicaWorld.OrdersId, Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
            },
            Token,
            TimeSpan.FromSeconds(40));
        var versions = client.SendAsync(Versions, Token, TimeSpan.FromSeconds(40));
        await Eventually.TrueAsync(() => Broker.Replicas.Loop.Parked == 1, "the fetch waits");
        Assert.False(versions.IsCompleted);

        await Broker.ProduceAsync(1, "a");

        await versions;
        Assert.True((await fetch).Responses[0].Partitions[0].Records!.Value.Length > 0);
    }

    [Fact]
    public async Task A_produce_without_acks_has_no_answer_and_one_that_fails_costs_the_connection()
    {
        await World.LeadAsync(0, 1, [0]);
        await using var client = await ClientAsync();

        await client.SendWithoutResponseAsync(Produce("orders"), Token);
        Assert.Equal(0, (await client.SendAsync(Versions, Token)).ErrorCode);
        await Eventually.TrueAsync(() => Broker.State.LogEndOffset == 1, "it was appended");

        await client.SendWithoutResponseAsync(Produce("nobody-has-it"), Token);
        await Eventually.TrueAsync(() => client.IsClosed, "the connection is closed");
    }

    /// <summary>What is refused before it reaches a log is as lost as what a log refuses.</summary>
    [Theory]
    [InlineData("no records")]
    [InlineData("transactional")]
    public async Task A_produce_without_acks_that_is_refused_costs_the_connection_as_well(string what)
    {
        await World.LeadAsync(0, 1, [0]);
        await using var client = await ClientAsync();
        var request = Produce("orders");
        if (what == "transactional")
        {
            request.TransactionalId = "t";
        }
        else
        {
            request.TopicData[0].PartitionData[0].Records = ReadOnlyMemory<byte>.Empty;
        }

        await client.SendWithoutResponseAsync(request, Token);

        await Eventually.TrueAsync(() => client.IsClosed, "the connection is closed");
        Assert.Equal(0, Broker.State.LogEndOffset);
    }

    [Fact]
    public async Task A_newer_fetch_of_a_follower_ends_the_one_that_waits()
    {
        await World.LeadAsync(0, 1, [0, 1]);
        await using var client = await ClientAsync();
        var waiting = client.SendAsync(
            new FetchRequest
            {
                ReplicaState = new() { ReplicaId = 1 },
                MaxWaitMs = 60_000,
                MinBytes = 1,
                Topics = [new() { TopicId = ReplicaWorld.OrdersId, Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
            },
            Token,
            TimeSpan.FromSeconds(70));
        await Eventually.TrueAsync(() => Broker.Replicas.Loop.Parked == 1, "the fetch waits");

        await client.SendAsync(new FetchRequest { ReplicaState = new() { ReplicaId = 1 } }, Token);

        Assert.Equal(0, (await waiting).Responses[0].Partitions[0].Records!.Value.Length);
    }

    [Fact]
    public async Task A_topic_whose_name_leads_out_of_the_log_directory_is_refused()
    {
        await using var client = await ClientAsync();
        var request = ReplicaWorld.Request(0, 1, [0], [0]);
        request.TopicStates[0].TopicName = "../outside";

        var answer = await client.SendAsync(request, Token);

        Assert.Equal((short)ErrorCode.InvalidTopic, answer.ErrorCode);
        Assert.False(Directory.Exists(Path.GetFullPath(Path.Combine(Broker.Directory, "../outside-0"))));
    }

    [Fact]
    public async Task More_connections_than_allowed_are_closed()
    {
        var sockets = new List<Socket>();
        for (var i = 0; i < 20; i++)
        {
            sockets.Add(await ConnectAsync());
        }

        await Eventually.TrueAsync(() => Server.Connections == 20, "20 are open");
        using var late = await ConnectAsync();

        Assert.True(await IsClosedAsync(late));
        sockets.ForEach(socket => socket.Dispose());
        await Eventually.TrueAsync(() => Server.Connections == 0, "all are gone");
    }

    /// <summary>Ten of them had 7 GB of answers waiting.</summary>
    [Fact]
    public async Task A_client_that_asks_and_does_not_read_waits_with_its_next_request()
    {
        using var client = await ConnectAsync();
        await SendAsync(client, ApiKey.ListGroups, version: 0, correlation: 1, []);
        await SendAsync(client, ApiKey.ListGroups, version: 0, correlation: 2, []);
        await Eventually.TrueAsync(() => client.Available > 0, "the first is answered");
        using (var other = await ConnectAsync())
        {
            for (var i = 0; i < 50; i++)
            {
                await SendAsync(other, ApiKey.ApiVersions, version: 0, correlation: 3, []);
                await ReceiveAsync(other); // others are served meanwhile
            }
        }

        Assert.Equal(1, large.Begun);
        Assert.Equal(1, BinaryPrimitives.ReadInt32BigEndian(await ReceiveAsync(client)));
        Assert.Equal(2, BinaryPrimitives.ReadInt32BigEndian(await ReceiveAsync(client)));
        Assert.Equal(2, large.Begun);
    }

    [Fact]
    public async Task A_client_that_leaves_takes_its_waiting_requests_with_it()
    {
        await World.LeadAsync(0, 1, [0]);
        var client = await ClientAsync();
        var fetch = client.SendAsync(
            new FetchRequest
            {
                MaxWaitMs = 60_000,
                MinBytes = 1,
                Topics = [new() { TopicId = ReplicaWorld.OrdersId, Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
            },
            Token);
        await Eventually.TrueAsync(() => Broker.Replicas.Loop.Parked == 1, "the fetch waits");

        await client.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => fetch);
        await Eventually.TrueAsync(
            () => Server.Connections == 0, "the connection is gone, long before the fetch's deadline", TimeSpan.FromSeconds(10));
    }

    static ProduceRequest Produce(string topic) => new()
    {
        Acks = 0,
        TimeoutMs = 1000,
        TopicData = [new() { Name = topic, PartitionData = [new() { Index = 0, Records = TestLog.Batch(1, "a") }] }],
    };

    Task<KafkaConnection> ClientAsync() => served.ClientAsync();

    Task<Socket> ConnectAsync() => served.ConnectAsync();

    static async Task SendAsync(Socket socket, ApiKey key, short version, int correlation, byte[] body)
    {
        using var writer = new WireWriter();
        writer.WriteInt32(10 + body.Length);
        writer.WriteInt16((short)key);
        writer.WriteInt16(version);
        writer.WriteInt32(correlation);
        writer.WriteInt16(-1);
        writer.WriteBytes(body);
        await socket.SendAsync(writer.WrittenMemory, Token);
    }

    static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, Token);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(frame, Token);
        return frame;
    }

    static async Task<bool> IsClosedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], Token).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>32 MB, more than a socket takes.</summary>
    sealed class LargeAnswer()
        : RequestHandler<ListGroupsRequest, ListGroupsResponse>(ApiKey.ListGroups, 0, 0, ListGroupsRequest.Read)
    {
        static readonly string name = new('x', 32_000);
        int begun;

        public int Begun => Volatile.Read(ref begun);

        protected override ValueTask<ListGroupsResponse?> HandleAsync(
            ListGroupsRequest request, RequestContext context, CancellationToken stopping)
        {
            Interlocked.Increment(ref begun);
            return new(new ListGroupsResponse
            {
                Groups = [.. Enumerable.Repeat(new ListGroupsResponse.ListedGroup { GroupId = name, ProtocolType = "" }, 1000)],
            });
        }
    }
}
