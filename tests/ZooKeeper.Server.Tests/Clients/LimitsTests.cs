using Testing;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Clients;

/// <summary>Keys that limit what clients may do, and how connections end.</summary>
public sealed class LimitsTests
{
    [Fact]
    public async Task No_more_than_maxCnxns_connections_are_served()
    {
        await using var test = await TestServer.StartAsync(c => c with { MaxConnections = 2 });
        await using var one = await test.ConnectAsync();
        await using (var two = await test.ConnectAsync())
        {
            await using var three = await RawClient.OpenAsync(test.Port);
            Assert.True(await three.IsClosedByServerAsync(TimeSpan.FromSeconds(10)));
            Assert.True(test.Log.Contains("maxCnxns"), test.Log.ToString());
            Assert.Equal(ZooKeeperError.Ok, (await two.PingAsync()).Error);
        }

        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(async () => await (await test.ConnectAsync()).DisposeAsync()) is null,
            "there is room again");
    }

    /// <summary>A megabyte is for who has a session; who has none could hold that much on each of any number of connections.</summary>
    [Fact]
    public async Task Before_a_session_a_frame_may_only_be_as_long_as_a_handshake()
    {
        await using var test = await TestServer.StartAsync();
        await using var early = await RawClient.OpenAsync(test.Port);
        await early.SendBytesAsync(new byte[] { 0, 0, 0x04, 0x01 });
        Assert.True(await early.IsClosedByServerAsync(TimeSpan.FromSeconds(10)));

        await using var client = await test.ConnectAsync();
        Assert.Equal(ZooKeeperError.Ok, (await client.CreateAsync("/large")).Error);
        Assert.Equal(ZooKeeperError.Ok, (await client.SetAsync("/large", new string('x', 1_000_000))).Error);
    }

    [Fact]
    public async Task Without_digest_no_client_proves_one_and_no_ACL_names_one()
    {
        await using var test = await TestServer.StartAsync(c => c with { DigestAuthenticationEnabled = false });
        await using var client = await test.ConnectAsync();
        var acl = new ACL { Perms = 31, Id = new Id { Scheme = "digest", Value = "bob:hash" } };
        Assert.Equal(ZooKeeperError.InvalidAcl, (await client.CreateAsync("/a", acl: [acl])).Error);
        Assert.Equal(ZooKeeperError.Ok, (await client.CreateAsync("/a")).Error);
        Assert.Equal(ZooKeeperError.AuthFailed, (await client.AddAuthAsync("digest", "bob:secret")).Error);
        Assert.True(await client.IsClosedByServerAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Containers_are_looked_for_as_often_as_the_key_says()
    {
        await using var test = await TestServer.StartAsync(c => c with { ContainerCheckInterval = 50, ExtendedTypesEnabled = true });
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/box", mode: CreateMode.Container, type: OpCode.CreateContainer);
        await client.CreateAsync("/box/x");
        await client.DeleteAsync("/box/x");
        var ttl = new CreateTTLRequest { Path = "/ttl", Acl = [.. Acls.Open], Flags = (int)CreateMode.PersistentWithTtl, Ttl = 1 };
        Assert.Equal(ZooKeeperError.Ok, (await client.CallAsync(OpCode.CreateTtl, ttl)).Error);
        await Eventually.TrueAsync(
            async () => (await client.ExistsAsync("/box")).Error == ZooKeeperError.NoNode
                && (await client.ExistsAsync("/ttl")).Error == ZooKeeperError.NoNode,
            "what is empty and what is old are gone");
    }

    [Fact]
    public async Task A_container_that_was_never_used_stays_unless_the_key_says_otherwise()
    {
        await using var test = await TestServer.StartAsync(c => c with { ContainerCheckInterval = 50, ContainerNeverUsedInterval = 1 });
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/box", mode: CreateMode.Container, type: OpCode.CreateContainer);
        await Eventually.TrueAsync(async () => (await client.ExistsAsync("/box")).Error == ZooKeeperError.NoNode, "it is gone");
    }

    [Fact]
    public async Task A_connection_that_the_server_gives_up_ends_and_is_not_reset()
    {
        await using var test = await TestServer.StartAsync();
        await using var before = await test.ConnectAsync();
        await using var after = await RawClient.ConnectAsync(test.Port, before: before.Session);
        Assert.Equal(before.Session.SessionId, after.Session.SessionId);
        Assert.True(await before.EndsCleanlyAsync(), "its session came back on another connection");
        await using var ahead = await RawClient.OpenAsync(test.Port);
        await Assert.ThrowsAsync<EndOfStreamException>(() => ahead.HandshakeAsync(10_000, 0, new byte[16], long.MaxValue));
        await using var garbage = await RawClient.OpenAsync(test.Port);
        await garbage.SendBytesAsync(new byte[] { 0x7f, 0xff, 0xff, 0xff });
        Assert.True(await garbage.EndsCleanlyAsync(), "what it sent is no frame");
    }

    [Fact]
    public async Task What_would_exceed_a_hard_limit_is_refused_only_when_quotas_are_enforced()
    {
        foreach (var enforced in new[] { false, true })
        {
            await using var test = await TestServer.StartAsync(c => c with { EnforceQuota = enforced });
            await using var client = await test.ConnectAsync();
            await client.CreateAsync("/a");
            await client.CreateAsync("/zookeeper/quota/a");
            await client.CreateAsync("/zookeeper/quota/a/zookeeper_limits", "count=-1,bytes=-1=;byteHardLimit=10;countHardLimit=2");
            await client.CreateAsync("/zookeeper/quota/a/zookeeper_stats", "count=0,bytes=0");
            Assert.Equal(ZooKeeperError.Ok, (await client.CreateAsync("/a/1", "12345")).Error);
            var expected = enforced ? ZooKeeperError.QuotaExceeded : ZooKeeperError.Ok;
            Assert.Equal(expected, (await client.CreateAsync("/a/2")).Error);
            Assert.Equal(expected, (await client.SetAsync("/a/1", "12345678901")).Error);
            Assert.Equal(ZooKeeperError.Ok, (await client.DeleteAsync("/a/1")).Error);
        }
    }
}
