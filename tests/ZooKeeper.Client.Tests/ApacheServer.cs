using Testing;

namespace ZooKeeper.Client.Tests;

/// <summary>One Apache server for the tests of a class, started by the first that wants it.</summary>
public sealed class ApacheServer : IAsyncDisposable
{
    Task<ApacheZooKeeper>? started;

    public Task<ApacheZooKeeper> GetAsync() => started ??= ApacheZooKeeper.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }
    }
}
