using System.Net;
using System.Net.Sockets;
using Testing;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Tests.Quorum;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Clients;

/// <summary>
/// Whatever one peer sends, the server goes on and other sessions do not notice. Seeded: a failure is repeated by its seed.
/// </summary>
public sealed class FuzzTests
{
    const int Rounds = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(20261128)]
    public async Task A_server_alone_survives_any_client(int seed)
    {
        await using var test = await TestServer.StartAsync();
        await FuzzAsync(test.Port, seed, test.Server, test.Log);
        Assert.DoesNotContain(
            test.Log.Lines, l => l.StartsWith("Error", StringComparison.Ordinal) || l.StartsWith("Critical", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_members_of_an_ensemble_survive_any_client_and_any_learner()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var leader = await ensemble.LeaderAsync();
        var follower = ensemble.Servers.Keys.First(id => id != leader);
        await FuzzAsync(ensemble.Files.ClientPort(follower), 7, ensemble[follower], ensemble.Log);
        await FuzzQuorumAsync(ensemble.Files.QuorumPort(leader), 11);
        await FuzzQuorumAsync(ensemble.Files.ElectionPort(leader), 13);
        await FuzzElectionAsync(ensemble.Files.ElectionPort(follower), leader, 17);
        Assert.All(ensemble.Servers.Values, s => Assert.False(s.Completion.IsCompleted, ensemble.Log.ToString()));
        Assert.Equal(leader, await ensemble.LeaderAsync());
        foreach (var id in ensemble.Servers.Keys)
        {
            await using var client = await RawClient.ConnectAsync(ensemble.Files.ClientPort(id));
            Assert.Equal(ZooKeeperError.Ok, (await client.CreateAsync($"/after-{id}")).Error);
        }
    }

    static async Task FuzzAsync(int port, int seed, ZooKeeperServer server, LogLines log)
    {
        await using var bystander = await RawClient.ConnectAsync(port);
        Assert.Equal(ZooKeeperError.Ok, (await bystander.CreateAsync("/bystander", "mine", CreateMode.Ephemeral)).Error);
        await bystander.CreateAsync("/fuzz");
        await bystander.GetAsync("/bystander", watch: true);
        var fuzzer = new RequestFuzzer(seed, "/fuzz");
        for (var round = 0; round < Rounds; round++)
        {
            await using var client = round % 2 == 0 ? await RawClient.OpenAsync(port) : await RawClient.ConnectAsync(port);
            await SendAsync(client, round % 2 == 0 ? fuzzer.Conversation() : fuzzer.Burst());
            if (round % 3 == 0)
            {
                client.Drop();
            }
            else
            {
                await client.ReadUntilQuietAsync(TimeSpan.FromMilliseconds(20));
            }

            Assert.False(server.Completion.IsCompleted, $"seed {seed}, round {round}: {log}");
            Assert.Equal(ZooKeeperError.Ok, (await bystander.PingAsync()).Error);
        }

        Assert.Equal("mine"u8.ToArray(), (await bystander.GetAsync("/bystander")).Read(GetDataResponse.Read).Data!.Value.ToArray());
        Assert.Empty(bystander.Events);
        await using var next = await RawClient.ConnectAsync(port);
        Assert.Equal(bystander.Session.SessionId, (await next.StatAsync("/bystander")).EphemeralOwner);
    }

    /// <summary>A stranger on the quorum port: packets of every type, in no order, with bytes that mean nothing.</summary>
    static async Task FuzzQuorumAsync(int port, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            using var writer = new WireWriter();
            if (random.Next(4) > 0)
            {
                Packets.LearnerInfo(self: 200 + round, observer: true, acceptedEpoch: 0, configVersion: 0).Write(writer);
                Packets.AckEpoch(0, 0).Write(writer);
            }

            for (var count = random.Next(1, 6); count > 0; count--)
            {
                var data = new byte[random.Next(40)];
                random.NextBytes(data);
                var packet = new QuorumPacket
                {
                    Type = random.Next(-1, 20),
                    Zxid = random.NextInt64(),
                    Data = random.Next(5) == 0 ? null : data,
                    Authinfo = [],
                };
                packet.Write(writer);
            }

            await Record.ExceptionAsync(
                () => socket.GetStream().WriteAsync(writer.WrittenMemory, TestContext.Current.CancellationToken).AsTask());
            await Task.Yield();
        }
    }

    /// <summary>
    /// A stranger who says he is the server with the highest id, which may open connections here: votes of every kind and frames that
    /// are none.
    /// </summary>
    static async Task FuzzElectionAsync(int port, long claimed, int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
            using var writer = ElectionHandshake.Write(claimed, "127.0.0.1:1");
            for (var count = random.Next(1, 6); count > 0; count--)
            {
                var at = writer.ReserveInt32();
                writer.WriteInt32(random.Next(-1, 5));
                for (var field = random.Next(2, 5); field > 0; field--)
                {
                    writer.WriteInt64(random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(-1, 4));
                }

                writer.PatchInt32(at, writer.Length - at - 4);
            }

            await Record.ExceptionAsync(
                () => socket.GetStream().WriteAsync(writer.WrittenMemory, TestContext.Current.CancellationToken).AsTask());
        }
    }

    /// <summary>The server may close before it has read everything.</summary>
    static async Task SendAsync(RawClient client, byte[] bytes)
    {
        try
        {
            await client.SendBytesAsync(bytes);
        }
        catch (IOException)
        {
            // it did
        }
    }
}
