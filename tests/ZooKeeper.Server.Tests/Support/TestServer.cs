using System.Net;
using Testing;
using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Tests.Support;

/// <summary>A server alone, on any free port, in a directory that is kept between its starts.</summary>
sealed class TestServer : IAsyncDisposable
{
    readonly TempDirectory directory = new();

    TestServer()
    {
    }

    public ZooKeeperServer Server { get; private set; } = null!;

    public LogLines Log { get; } = new();

    public string DataDirectory => directory.Path;

    public string Version2 => directory["version-2"];

    public int Port => Server.Port;

    public static async Task<TestServer> StartAsync(Func<ZooKeeperConfig, ZooKeeperConfig>? change = null)
    {
        var test = new TestServer();
        await test.StartAgainAsync(change);
        return test;
    }

    public async Task StartAgainAsync(Func<ZooKeeperConfig, ZooKeeperConfig>? change = null)
    {
        var config = new ZooKeeperConfig
        {
            DataDir = directory.Path,
            ClientPortAddress = IPAddress.Loopback,
            TickTime = 2000,
            MaxClientConnections = 0,
            FourLetterWords = null,
            AdminServerPort = 0,
        };
        Server = new ZooKeeperServer(change?.Invoke(config) ?? config, Log, TimeProvider.System);
        await Server.StartAsync(TestContext.Current.CancellationToken);
    }

    public Task<RawClient> ConnectAsync(int timeout = 10_000) => RawClient.ConnectAsync(Port, timeout);

    /// <summary>A new client gets an answer.</summary>
    public async Task AssertServesAsync()
    {
        await using var client = await ConnectAsync();
        Assert.Equal(ZooKeeperError.Ok, (await client.ExistsAsync("/")).Error);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        directory.Dispose();
    }
}
