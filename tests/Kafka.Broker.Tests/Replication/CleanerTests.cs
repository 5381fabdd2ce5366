using Kafka.Broker.Replication;
using Kafka.Broker.Replication.Maintenance;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Broker.Tests.Replication;

/// <summary>Which log the cleaner takes, and when; its own timer is off.</summary>
public sealed class CleanerTests
{
    /// <summary>KIP-354: a quiet log rolls in time, and a small dirty share is no reason to leave a record for ever.</summary>
    [Fact]
    public async Task A_replaced_record_goes_after_max_compaction_lag_however_little_is_dirty()
    {
        var time = new FakeTimeProvider();
        await using var world = new ReplicaWorld(time);
        world.TopicConfig["cleanup.policy"] = "compact";
        world.TopicConfig["min.cleanable.dirty.ratio"] = "1";
        world.TopicConfig["max.compaction.lag.ms"] = "3600000";
        var broker = world.Start(0, null, "log.cleaner.enable=false");
        await world.LeadAsync(0, 1, [0]);
        var cleaner = new Cleaner(broker.Replicas, NullLogger.Instance);

        await ProduceAsync(broker, time, ("replaced", "1"), ("kept", "x"));
        time.Advance(TimeSpan.FromHours(2));
        await cleaner.CleanDirtiestAsync();
        await ProduceAsync(broker, time, ("replaced", "2"));
        await cleaner.CleanDirtiestAsync();
        Assert.Equal(["1", "x", "2"], broker.Values());

        time.Advance(TimeSpan.FromHours(2));
        await cleaner.CleanDirtiestAsync();
        Assert.Equal(["x", "2"], broker.Values());
    }

    static async Task ProduceAsync(TestBroker broker, TimeProvider time, params (string Key, string? Value)[] records)
    {
        var batch = TestLog.Keyed(time.GetUtcNow().ToUnixTimeMilliseconds(), records);
        var result = await broker.Replicas.AppendAsync(
            ReplicaWorld.Orders, batch, -1, TimeSpan.FromSeconds(10), AppendOrigin.Client, TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.None, result.Error);
    }
}
