using System.Buffers.Binary;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Clients;

/// <summary>
/// Operations that are only the servers' own, and numbers that are none: refused wherever a client puts them, at the cost of its
/// own connection.
/// </summary>
public sealed class InternalOperationTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    public static TheoryData<int> NotOfClients => [-10, -1, 0, 13, 20, 23, 108, -12, int.MinValue, int.MaxValue];

    [Theory]
    [MemberData(nameof(NotOfClients))]
    public async Task Behind_a_pending_write_it_is_refused_in_its_turn(int type)
    {
        await using var test = await TestServer.StartAsync();
        await using var other = await test.ConnectAsync();
        await other.CreateAsync("/other", mode: CreateMode.Ephemeral);
        await using var client = await test.ConnectAsync();
        await client.SendBytesAsync((byte[])[.. Create(1, "/before"), .. Request(2, type), .. Create(3, "/after")]);
        var created = await client.ReadAsync();
        Assert.Equal((1, ZooKeeperError.Ok), (created.Xid, created.Error));
        var refused = await client.ReadAsync();
        Assert.Equal((2, ZooKeeperError.Unimplemented), (refused.Xid, refused.Error));
        Assert.True(await client.IsClosedByServerAsync(Soon));
        Assert.Equal(ZooKeeperError.NoNode, (await other.ExistsAsync("/after")).Error);
        Assert.Equal(other.Session.SessionId, (await other.StatAsync("/other")).EphemeralOwner);
        Assert.False(test.Server.Completion.IsCompleted, test.Log.ToString());
    }

    [Theory]
    [MemberData(nameof(NotOfClients))]
    public async Task Sent_together_with_the_handshake_it_is_refused_after_it(int type)
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await RawClient.OpenAsync(test.Port);
        await client.SendBytesAsync((byte[])[.. Handshake(), .. Request(1, type)]);
        Assert.NotEqual(0, (await client.ReadConnectResponseAsync()).SessionId);
        Assert.Equal(ZooKeeperError.Unimplemented, (await client.ReadAsync()).Error);
        Assert.True(await client.IsClosedByServerAsync(Soon));
        await test.AssertServesAsync();
    }

    [Fact]
    public async Task What_is_sent_together_with_the_handshake_is_answered_after_it()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await RawClient.OpenAsync(test.Port);
        using var auth = new WireWriter();
        new AuthPacket { Scheme = "digest", Auth = "bob:secret"u8.ToArray() }.Write(auth);
        byte[] segment =
        [
            .. Handshake(),
            .. Frame([0xff, 0xff, 0xff, 0xfc, 0, 0, 0, 100, .. auth.WrittenSpan]),
            .. Create(1, "/a"),
            .. Request(2, (int)OpCode.Ping),
        ];
        await client.SendBytesAsync(segment);
        Assert.NotEqual(0, (await client.ReadConnectResponseAsync()).SessionId);
        foreach (var xid in new[] { ReservedXid.Auth, 1, 2 })
        {
            Assert.Equal(xid, (await client.ReadAsync()).Xid);
        }
    }

    [Theory]
    [MemberData(nameof(NotOfClients))]
    public async Task Inside_a_multi_it_refuses_the_whole(int type)
    {
        if (type == (int)OpCode.Check)
        {
            return; // the one that belongs there
        }

        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        var reply = await client.MultiAsync(
            (OpCode.Create, new CreateRequest { Path = "/a", Acl = [.. Acls.Open] }),
            ((OpCode)type, new SyncRequest { Path = "/a" }));
        Assert.Equal(ZooKeeperError.MarshallingError, reply.Error);
        Assert.Equal(ZooKeeperError.NoNode, (await client.ExistsAsync("/a")).Error);
    }

    [Fact]
    public async Task A_multi_read_whose_answer_would_have_no_end_is_refused()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/big", new string('x', 1_000_000));
        var all = Enumerable.Repeat((OpCode.GetData, (IRecord)new GetDataRequest { Path = "/big" }), 2000).ToArray();
        Assert.Equal(ZooKeeperError.MarshallingError, (await client.MultiOfAsync(OpCode.MultiRead, all)).Error);
        Assert.Equal(ZooKeeperError.Ok, (await client.MultiOfAsync(OpCode.MultiRead, all[..3])).Error);
    }

    static byte[] Handshake() => Frame([.. new byte[12], 0, 0, 0x27, 0x10, .. new byte[8], 0, 0, 0, 16, .. new byte[17]]);

    static byte[] Create(int xid, string path)
    {
        using var writer = new WireWriter();
        new CreateRequest { Path = path, Data = "x"u8.ToArray(), Acl = [.. Acls.Open] }.Write(writer);
        return Request(xid, (int)OpCode.Create, writer.WrittenSpan);
    }

    static byte[] Request(int xid, int type, ReadOnlySpan<byte> body = default)
    {
        var frame = new byte[8 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, xid);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), type);
        body.CopyTo(frame.AsSpan(8));
        return Frame(frame);
    }

    static byte[] Frame(byte[] body)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length);
        return [.. length, .. body];
    }
}
