using Testing;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Clients;

/// <summary>What hostile clients cost. Alone: the memory that is read is the whole process's.</summary>
[Collection(typeof(Alone))]
public sealed class HostileClientMemoryTests
{
    [Fact]
    public async Task Many_half_frames_that_announce_a_megabyte_keep_memory_flat()
    {
        await using var test = await TestServer.StartAsync();
        await test.AssertServesAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clients = new List<RawClient>();
        for (var i = 0; i < 500; i++)
        {
            var client = await RawClient.ConnectAsync(test.Port);
            await client.SendBytesAsync(new byte[] { 0, 0x0f, 0xff, 0xff, 1, 2, 3 });
            clients.Add(client);
        }

        await test.AssertServesAsync();
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 60 << 20, $"500 connections cost {grown >> 10} KB");
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }
}
