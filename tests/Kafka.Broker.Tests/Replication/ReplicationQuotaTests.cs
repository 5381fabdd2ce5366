using System.Collections.Frozen;
using Kafka.Broker.Configuration;
using Kafka.Broker.Replication;
using Kafka.Broker.Replication.Rates;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Microsoft.Extensions.Time.Testing;
using Testing;

namespace Kafka.Broker.Tests.Replication;

public sealed class ReplicationQuotaTests
{
    [Fact]
    public void The_rate_is_the_mean_of_eleven_seconds()
    {
        var time = new FakeTimeProvider();
        var limit = long.MaxValue;
        var quota = new ReplicationQuota(() => limit, time);
        Assert.Equal(0, quota.Rate);
        quota.Record(5000);
        Assert.Equal(5000, quota.Rate); // a part of the first second counts as a whole one
        Assert.False(quota.IsExceeded);
        limit = 1000;
        Assert.True(quota.IsExceeded);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.True(quota.IsExceeded);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(quota.IsExceeded);
        quota.Record(1);
        Assert.True(quota.IsExceeded);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1.0 / 6, quota.Rate, 3); // the first second is forgotten
    }

    [Theory]
    [InlineData("", 0, 1, false)]
    [InlineData("*", 7, 7, true)]
    [InlineData("0:1,1:2", 0, 1, true)]
    [InlineData("0:1,1:2", 1, 2, true)]
    [InlineData("0:1,1:2", 1, 1, false)]
    [InlineData("99999999999:1", 0, 1, false)]
    public void Throttled_replicas_are_all_or_those_named(string value, int partition, int broker, bool expected) =>
        Assert.Equal(
            expected, ThrottledReplicas.Parse(value.Split(',', StringSplitOptions.RemoveEmptyEntries)).Contains(partition, broker));

    /// <summary>
    /// A replica that is made new cannot come faster than the throttle of either side; only lower bounds of time are looked at.
    /// </summary>
    [Theory]
    [InlineData("leader")]
    [InlineData("follower")]
    public async Task A_throttled_replica_takes_its_time(string side)
    {
        await using var world = new ReplicaWorld(TimeProvider.System)
        {
            TopicConfig = { [$"{side}.replication.throttled.replicas"] = side == "leader" ? "0:0" : "0:1" },
        };
        string[] small = ["replica.fetch.max.bytes=20000", "replica.fetch.response.max.bytes=20000", "replica.fetch.wait.max.ms=50"];
        var (leader, follower) = (world.Start(0, null, small), world.Start(1, null, small));
        const int Rate = 100_000;
        const int Batch = 10_000;
        const int Batches = 40;
        var own = new Dictionary<string, string> { [$"{side}.replication.throttled.rate"] = $"{Rate}" }.ToFrozenDictionary();
        Assert.Empty((side == "leader" ? leader : follower).Config.ApplyDynamic(FrozenDictionary<string, string>.Empty, own));
        await world.LeadAsync(0, 1, [0, 1], isr: [0], to: [0]);
        for (var i = 0; i < Batches; i++)
        {
            await leader.ProduceAsync(1, new string('x', Batch));
        }

        var started = TimeProvider.System.GetTimestamp();
        await world.LeadAsync(0, 1, [0, 1], isr: [0], to: [1]);
        await Eventually.TrueAsync(() => follower.State.LogEndOffset == Batches, "the follower has everything", TimeSpan.FromSeconds(60));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, (double)Batch * (Batches - 5) / Rate, double.MaxValue);

        // once it is in sync nothing holds it back, though the mean is far above the throttle
        await Eventually.TrueAsync(() => leader.State.Isr.Count == 2, "the follower is in sync");
        Assert.Equal(ErrorCode.None, (await leader.ProduceAsync(-1, new string('y', 20 * Batch))).Error);
        Assert.True((side == "leader" ? leader.Replicas.LeaderQuota : follower.Replicas.FollowerQuota).IsExceeded);
        Assert.Equal(ErrorCode.None, (await leader.ProduceAsync(-1, "z")).Error);
    }

    [Fact]
    public void A_throttle_is_a_number_that_is_not_negative()
    {
        var config = BrokerConfig.Parse(["broker.id=1", "zookeeper.connect=none"], "server.properties");
        var none = FrozenDictionary<string, string>.Empty;
        foreach (var value in (string[])["abc", "-1"])
        {
            Assert.Equal(
                ["leader.replication.throttled.rate"],
                config.ApplyDynamic(none, new Dictionary<string, string> { ["leader.replication.throttled.rate"] = value }));
        }

        Assert.Equal(long.MaxValue, config.LeaderThrottle);
        config.ApplyDynamic(new Dictionary<string, string> { ["follower.replication.throttled.rate"] = "500" }, none);
        Assert.Equal(500, config.FollowerThrottle);
    }
}
