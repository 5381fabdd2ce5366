using System.Buffers.Binary;
using Testing;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Clients;

public sealed class SessionProtocolTests
{
    [Fact]
    public async Task A_client_of_before_3_4_is_answered_in_kind()
    {
        await using var test = await TestServer.StartAsync();
        await using var old = await RawClient.OpenAsync(test.Port);
        await old.HandshakeAsync(10_000, 0, new byte[16], 0, withReadOnly: false);
        Assert.Equal(36, old.ConnectResponseLength);
        await using var young = await test.ConnectAsync();
        Assert.Equal(37, young.ConnectResponseLength);
        Assert.Equal(ZooKeeperError.Ok, (await old.CreateAsync("/a")).Error);
    }

    [Theory]
    [InlineData(1, 4000)]
    [InlineData(9000, 9000)]
    [InlineData(1_000_000, 40_000)]
    [InlineData(-5, 4000)]
    public async Task The_timeout_is_clamped(int asked, int given)
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync(asked);
        Assert.Equal(given, client.Session.TimeOut);
    }

    [Fact]
    public async Task An_expired_session_loses_its_ephemerals_and_is_answered_with_zeros()
    {
        await using var test = await TestServer.StartAsync(c => c with { MinSessionTimeout = 300 });
        await using var client = await test.ConnectAsync(300);
        await using var witness = await test.ConnectAsync();
        await client.CreateAsync("/e", mode: CreateMode.Ephemeral);
        await witness.ExistsAsync("/e", watch: true);
        client.Drop();
        Assert.Equal((WatchEventType.NodeDeleted, "/e"), await witness.ReadEventAsync());
        await using var again = await RawClient.ConnectAsync(test.Port, before: client.Session);
        Assert.Equal((0, 0), (again.Session.SessionId, again.Session.TimeOut));
        Assert.True(await again.IsClosedByServerAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Ephemerals_stay_when_only_the_socket_goes_and_pings_keep_a_session()
    {
        await using var test = await TestServer.StartAsync(c => c with { MinSessionTimeout = 1000 });
        await using var client = await test.ConnectAsync(1000);
        await client.CreateAsync("/e", mode: CreateMode.Ephemeral);
        var end = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(end) < TimeSpan.FromSeconds(2.5))
        {
            Assert.Equal(ZooKeeperError.Ok, (await client.PingAsync()).Error);
        }

        client.Drop();
        await using var again = await RawClient.ConnectAsync(test.Port, 1000, before: client.Session);
        Assert.Equal(client.Session.SessionId, again.Session.SessionId);
        Assert.Equal(ZooKeeperError.Ok, (await again.ExistsAsync("/e")).Error);
    }

    [Fact]
    public async Task Sessions_and_ephemerals_survive_a_restart()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/e", "mine", CreateMode.Ephemeral);
        test.Server.Kill();
        await test.StartAgainAsync();
        await using var again = await RawClient.ConnectAsync(test.Port, before: client.Session);
        Assert.Equal(client.Session.SessionId, again.Session.SessionId);
        Assert.Equal(client.Session.SessionId, (await again.StatAsync("/e")).EphemeralOwner);
        Assert.Equal(ZooKeeperError.Ok, (await again.CallAsync(OpCode.CloseSession)).Error);
        await using var other = await test.ConnectAsync();
        Assert.Equal(ZooKeeperError.NoNode, (await other.ExistsAsync("/e")).Error);
    }

    [Fact]
    public async Task A_wrong_password_does_not_get_the_session_and_does_not_disturb_it()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await using var thief = await RawClient.OpenAsync(test.Port);
        await thief.HandshakeAsync(10_000, client.Session.SessionId, new byte[16], 0);
        Assert.Equal(0, thief.Session.SessionId);
        Assert.Equal(ZooKeeperError.Ok, (await client.PingAsync()).Error);
    }

    [Fact]
    public async Task Replies_keep_the_order_of_the_requests_and_reads_see_the_writes_before_them()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/c");
        const int rounds = 500;
        for (var i = 0; i < rounds; i++)
        {
            await client.SendAsync(OpCode.SetData, new SetDataRequest { Path = "/c", Data = BitConverter.GetBytes(i), Version = i }.Write);
            await client.SendAsync(OpCode.GetData, new GetDataRequest { Path = "/c" }.Write);
        }

        for (var i = 0; i < rounds; i++)
        {
            Assert.Equal(i + 1, (await client.ReadAsync()).Read(SetDataResponse.Read).Stat.Version);
            Assert.Equal(i, BitConverter.ToInt32((await client.ReadAsync()).Read(GetDataResponse.Read).Data!.Value.Span));
        }
    }

    [Fact]
    public async Task A_client_that_has_seen_more_than_this_server_is_turned_away()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await RawClient.OpenAsync(test.Port);
        await Assert.ThrowsAnyAsync<IOException>(() => client.HandshakeAsync(10_000, 0, new byte[16], 99));
    }

    [Fact]
    public async Task Connections_of_one_address_are_limited()
    {
        await using var test = await TestServer.StartAsync(c => c with { MaxClientConnections = 2 });
        await using var one = await test.ConnectAsync();
        await using (var two = await test.ConnectAsync())
        {
            await using var three = await RawClient.OpenAsync(test.Port);
            Assert.True(await three.IsClosedByServerAsync(TimeSpan.FromSeconds(10)));
            Assert.Equal(ZooKeeperError.Ok, (await one.PingAsync()).Error);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                await using var again = await test.ConnectAsync();
                return again.Session.SessionId != 0;
            },
            "a place is free again");
    }

    [Fact]
    public async Task One_megabyte_is_the_limit_of_a_request()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        Assert.Equal(ZooKeeperError.Ok, (await client.CreateAsync("/big", new string('x', 1_048_000))).Error);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, 1_048_576);
        await client.SendBytesAsync(length);
        Assert.True(await client.IsClosedByServerAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task An_event_comes_before_the_reply_that_could_show_its_effect()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await using var writer = await test.ConnectAsync();
        await client.CreateAsync("/w");
        for (var i = 0; i < 200; i++)
        {
            await client.GetAsync("/w", watch: true);
            await writer.SetAsync("/w", $"{i}");
            var seen = await client.GetAsync("/w");
            Assert.Equal(i + 1, client.Events.Count);
            Assert.Equal(i + 1, seen.Read(GetDataResponse.Read).Stat.Version);
        }
    }

    [Fact]
    public async Task A_paused_server_keeps_its_sockets_and_answers_when_it_is_resumed()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        test.Server.Pause();
        await client.SendAsync(OpCode.Ping, null, ReservedXid.Ping);
        var answer = client.ReadAsync();
        Assert.NotSame(
            answer, await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken)));
        test.Server.Resume();
        Assert.Equal(ZooKeeperError.Ok, (await answer).Error);
    }

    [Fact]
    public async Task A_full_disk_ends_the_node_and_acknowledges_nothing()
    {
        using var directory = new TempDirectory();
        var disk = new FailingDisk();
        var log = new LogLines();
        var config = new ZooKeeperConfig
        {
            DataDir = directory.Path,
            ClientPortAddress = System.Net.IPAddress.Loopback,
            AdminServerEnabled = false,
        };
        await using var server = new ZooKeeperServer(config, log, TimeProvider.System, disk);
        await server.StartAsync(TestContext.Current.CancellationToken);
        await server.Ready;
        await using var client = await RawClient.ConnectAsync(server.Port);
        disk.IsFull = true;
        await client.SendAsync(OpCode.Create, new CreateRequest { Path = "/a", Data = new byte[1], Acl = [.. Acls.Open] }.Write);
        Assert.True(await client.IsClosedByServerAsync(TimeSpan.FromSeconds(10)));
        var problem = await Assert.ThrowsAsync<IOException>(
            () => server.Completion.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Contains("No space left", problem.Message, StringComparison.Ordinal);
        Assert.True(log.Contains("The server ends"), log.ToString());
    }

    [Fact]
    public async Task A_taken_port_is_named()
    {
        await using var test = await TestServer.StartAsync();
        using var directory = new TempDirectory();
        await using var second = new ZooKeeperServer(
            new ZooKeeperConfig { DataDir = directory.Path, ClientPort = test.Port, ClientPortAddress = System.Net.IPAddress.Loopback },
            test.Log,
            TimeProvider.System);
        var problem = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains($"clientPort {test.Port}", problem.Message, StringComparison.Ordinal);
    }
}
