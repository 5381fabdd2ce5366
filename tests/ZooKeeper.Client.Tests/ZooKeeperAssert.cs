using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Tests;

static class ZooKeeperAssert
{
    /// <summary>A call must fail with this error.</summary>
    public static async Task FailsAsync(ZooKeeperError error, Func<Task> call) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<ZooKeeperException>(call)).Code);
}
