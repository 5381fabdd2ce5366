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

    /// <summary>Of more keys than there is memory for, one run takes some; the next goes on behind them, and none is missed.</summary>
    [Fact]
    public async Task A_log_with_more_keys_than_memory_is_compacted_in_several_runs()
    {
        var time = new FakeTimeProvider();
        await using var world = new ReplicaWorld(time);
        world.TopicConfig["cleanup.policy"] = "compact";
        world.TopicConfig["min.cleanable.dirty.ratio"] = "0";
        world.TopicConfig["segment.ms"] = "3600000";
        // two keys of two bytes fit
        var broker = world.Start(0, null, "log.cleaner.enable=false", "log.cleaner.dedupe.buffer.size=204");
        await world.LeadAsync(0, 1, [0]);
        var cleaner = new Cleaner(broker.Replicas, NullLogger.Instance);
        for (var round = 1; round <= 2; round++)
        {
            await ProduceAsync(broker, time, ("k1", $"a{round}"), ("k2", $"b{round}"));
            await ProduceAsync(broker, time, ("k3", $"c{round}"), ("k4", $"d{round}"));
        }

        // behind the segment's time, so that it closes
        time.Advance(TimeSpan.FromHours(2));
        await ProduceAsync(broker, time, ("last", "x"));

        List<string> runs = [];
        for (var run = 1; run <= 5; run++)
        {
            await cleaner.CleanDirtiestAsync();
            runs.Add(string.Join(' ', broker.Values()));
        }

        // the keys from the first dirty batch on, two a run: those of the beginning go when their newer ones are met
        Assert.Equal(
            ["a1 b1 c1 d1 a2 b2 c2 d2 x", "a1 b1 c1 d1 a2 b2 c2 d2 x", "c1 d1 a2 b2 c2 d2 x", "a2 b2 c2 d2 x", "a2 b2 c2 d2 x"],
            runs);
    }

    static async Task ProduceAsync(TestBroker broker, TimeProvider time, params (string Key, string? Value)[] records)
    {
        var batch = TestLog.Keyed(time.GetUtcNow().ToUnixTimeMilliseconds(), records);
        var result = await broker.Replicas.AppendAsync(
            ReplicaWorld.Orders, batch, -1, TimeSpan.FromSeconds(10), AppendOrigin.Client, TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.None, result.Error);
    }
}
