using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Kafka.Broker.Tests.Log;

/// <summary>Directories whose disk fails while a broker starts.</summary>
public sealed class LogManagerTests : IDisposable
{
    readonly TempDirectory directory = new();
    readonly FailingDisk disk = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_fails_while_its_logs_are_read_is_offline_and_the_others_are_used()
    {
        using var logs = Open();
        disk.FailBelow = directory["a"];
        await logs.LoadAsync(Cancellation);
        Assert.Equal([true, false], logs.Directories.Select(d => d.IsOffline));
        Assert.Equal(["orders-1"], logs.Partitions.Select(p => p.ToString()));
    }

    /// <summary>A broker that went on without any would be up, and all its partitions offline, until an operator starts it again.</summary>
    [Fact]
    public async Task When_none_remains_the_start_fails_and_says_why()
    {
        using var logs = Open();
        disk.FailBelow = directory.Path;
        var failure = await Assert.ThrowsAsync<IOException>(() => logs.LoadAsync(Cancellation));
        Assert.Equal(
            $"Every log directory failed: {directory["a"]}: No space left on device; {directory["b"]}: No space left on device",
            failure.Message);
    }

    public void Dispose() => directory.Dispose();

    /// <summary>Two directories with a log in each.</summary>
    LogManager Open()
    {
        Directory.CreateDirectory(Path.Combine(directory["a"], "orders-0"));
        Directory.CreateDirectory(Path.Combine(directory["b"], "orders-1"));
        var config = BrokerConfig.Parse(["broker.id=1", "zookeeper.connect=none", $"log.dirs={directory["a"]},{directory["b"]}"], "test");
        var logs = new LogManager(config, disk, TimeProvider.System, NullLogger<LogManager>.Instance);
        logs.Open();
        return logs;
    }
}
