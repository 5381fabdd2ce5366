using System.Buffers.Binary;
using Testing;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Clients;

public sealed class HostileClientTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    public static TheoryData<string, byte[]> Garbage => new()
    {
        { "an absurd length", [0x7f, 0xff, 0xff, 0xff] },
        { "a negative length", [0xff, 0xff, 0xff, 0xff, 1, 2, 3] },
        { "an http request", "GET / HTTP/1.1\r\n\r\n"u8.ToArray() },
        { "a handshake of zeros that is too short", [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "a password that is longer than the frame", [0, 0, 0, 32, .. new byte[24], 0x7f, 0, 0, 0, 1, 2, 3, 4] },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_for_a_handshake_costs_the_connection_and_nothing_else(string what, byte[] bytes)
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await RawClient.OpenAsync(test.Port);
        await client.SendBytesAsync(bytes);
        Assert.True(await client.IsClosedByServerAsync(Soon), what);
        await test.AssertServesAsync();
    }

    [Fact]
    public async Task Random_frames_after_the_handshake_never_end_the_server()
    {
        await using var test = await TestServer.StartAsync();
        var random = new Random(20261121);
        for (var round = 0; round < 1000; round++)
        {
            Assert.False(test.Server.Completion.IsCompleted, test.Log.ToString());
            await using var client = await test.ConnectAsync();
            var body = new byte[random.Next(8, 200)];
            random.NextBytes(body);
            var frame = new byte[body.Length + 4];
            BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
            body.CopyTo(frame, 4);
            if (round % 2 == 0)
            {
                // a known operation with a body of noise
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(8), random.Next(-1, 24));
            }

            await client.SendBytesAsync(frame);
            client.Drop();
        }

        await test.AssertServesAsync();
        Assert.False(test.Server.Completion.IsCompleted, test.Log.ToString());
    }

    [Fact]
    public async Task A_body_that_is_no_record_is_a_marshalling_error()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        OpCode[] types =
            [OpCode.Create, OpCode.SetData, OpCode.Multi, OpCode.Sync, OpCode.GetData, OpCode.GetChildren2, OpCode.SetWatches];
        foreach (var type in types)
        {
            await client.SendAsync(type, writer => writer.WriteInt32(int.MaxValue));
            Assert.Equal(ZooKeeperError.MarshallingError, (await client.ReadAsync()).Error);
        }

        Assert.Equal(ZooKeeperError.Ok, (await client.CreateAsync("/fine")).Error);
    }

    [Fact]
    public async Task A_peer_that_never_shakes_hands_is_cut_off()
    {
        await using var test = await TestServer.StartAsync();
        await using var silent = await RawClient.OpenAsync(test.Port);
        await using var slow = await RawClient.OpenAsync(test.Port);
        await slow.SendBytesAsync(new byte[] { 0, 0, 0, 45, 0 });
        Assert.True(await silent.IsClosedByServerAsync(TimeSpan.FromSeconds(20)));
        Assert.True(await slow.IsClosedByServerAsync(TimeSpan.FromSeconds(20)));
        await test.AssertServesAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_cut_off_and_others_are_served()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/big", new string('x', 1_000_000));
        await using var deaf = await test.ConnectAsync();
        var question = new GetDataRequest { Path = "/big" };
        for (var i = 0; i < 200; i++)
        {
            await deaf.SendAsync(OpCode.GetData, question.Write);
        }

        await Eventually.TrueAsync(
            async () => await Record.ExceptionAsync(() => deaf.SendAsync(OpCode.GetData, question.Write)) is IOException,
            "the connection that takes nothing is closed",
            TimeSpan.FromSeconds(60));
        await test.AssertServesAsync();
    }
}
