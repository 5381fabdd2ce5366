using Dashboard.Monitoring.Commands;

namespace Dashboard.Monitoring.Tests.Commands;

public sealed class ConfigUnitsTests
{
    [Theory]
    [InlineData("retention.ms", "7d", "604800000")]
    [InlineData("retention.ms", "7 days", "604800000")]
    [InlineData("retention.ms", " 1.5 h ", "5400000")]
    [InlineData("retention.ms", "1d 12h", "129600000")]
    [InlineData("retention.ms", "500ms", "500")]
    [InlineData("retention.ms", "3 天", "259200000")]
    [InlineData("retention.ms", "unlimited", "-1")]
    [InlineData("retention.ms", "不限", "-1")]
    [InlineData("retention.ms", "-1", "-1")]
    [InlineData("retention.ms", "3600000", "3600000")]
    [InlineData("max.compaction.lag.ms", "No limit", "9223372036854775807")]
    [InlineData("retention.bytes", "1 GiB", "1073741824")]
    [InlineData("retention.bytes", "1GB", "1000000000")]
    [InlineData("segment.bytes", "16 mib", "16777216")]
    [InlineData("max.message.bytes", "64 kB", "64000")]
    [InlineData("cleanup.policy", "7d", "7d")]
    [InlineData("min.insync.replicas", "two", "two")]
    public void What_people_write_is_what_Kafka_takes(string config, string text, string value)
    {
        Assert.True(ConfigUnits.TryRead(config, text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("retention.ms", "7 GiB")]
    [InlineData("retention.ms", "soon")]
    [InlineData("retention.ms", "7d!")]
    [InlineData("retention.ms", "-7d")]
    [InlineData("retention.ms", "0.0001 ms")]
    [InlineData("retention.ms", "99999999999999999999d")]
    [InlineData("retention.ms", "999999999999999999999999999999999999d")]
    [InlineData("segment.bytes", "unlimited")]
    [InlineData("segment.bytes", "1G")]
    [InlineData("segment.bytes", "7d")]
    public void What_is_neither_is_told_apart(string config, string text) => Assert.False(ConfigUnits.TryRead(config, text, out _));

    [Theory]
    [InlineData("retention.ms", "-1", true)]
    [InlineData("flush.messages", "9223372036854775807", true)]
    [InlineData("retention.ms", "604800000", false)]
    [InlineData("some.count", "-1", false)]
    public void No_limit_is_known_by_its_value(string config, string value, bool unlimited) =>
        Assert.Equal(unlimited, ConfigUnits.IsUnlimited(config, value));
}
