using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using static Dashboard.Monitoring.Tests.Build;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;

namespace Dashboard.Monitoring.Tests.Collectors;

public sealed class ConfigCollectorTests : IAsyncDisposable
{
    readonly CollectorWorld world = new(1);
    readonly ConfigCollector collector;
    readonly Dictionary<string, ErrorCode> refused = [];
    readonly List<DescribeConfigsResponse.DescribeConfigsResourceResult> configs =
    [
        Config("retention.ms", "604800000", ConfigSource.DefaultConfig),
        Config("cleanup.policy", "delete", ConfigSource.TopicConfig),
    ];

    public ConfigCollectorTests()
    {
        collector = new ConfigCollector(world.Context, world.Kafka);
        world.On<DescribeConfigsRequest>((_, request) => new DescribeConfigsResponse
        {
            Results = [.. request.Resources.Select(r => new DescribeConfigsResponse.DescribeConfigsResult
            {
                ResourceType = r.ResourceType, ResourceName = r.ResourceName, ErrorCode = (short)refused.GetValueOrDefault(r.ResourceName),
                Configs = refused.ContainsKey(r.ResourceName) ? [] : [.. configs],
            })],
        });
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Configs_come_by_name_and_one_that_many_topics_share_is_kept_once()
    {
        await FirstAsync("a", "b");
        var table = world.Snapshot.TopicConfigs.Value!;
        Assert.Equal(["cleanup.policy", "retention.ms"], table.Of("a").Select(c => c.Name));
        Assert.Same(table.Of("a")[1], table.Of("b")[1]);
        Assert.Equal((true, false), (table.Of("a")[0].IsOverride, table.Of("a")[1].IsOverride));
        Assert.Equal((false, true), (table.Of("a")[0].IsDefault, table.Of("a")[1].IsDefault));
        Assert.Empty(table.Of("unknown"));

        var before = table.Of("a")[0];
        await world.AgainAsync(collector);
        Assert.Same(before, world.Snapshot.TopicConfigs.Value!.Of("a")[0]);
    }

    [Theory]
    [InlineData(ConfigSource.TopicConfig, "DYNAMIC_TOPIC_CONFIG")]
    [InlineData(ConfigSource.DynamicBrokerConfig, "DYNAMIC_BROKER_CONFIG")]
    [InlineData(ConfigSource.DynamicDefaultBrokerConfig, "DYNAMIC_DEFAULT_BROKER_CONFIG")]
    [InlineData(ConfigSource.StaticBrokerConfig, "STATIC_BROKER_CONFIG")]
    [InlineData(ConfigSource.DefaultConfig, "DEFAULT_CONFIG")]
    [InlineData(ConfigSource.DynamicBrokerLoggerConfig, "DYNAMIC_BROKER_LOGGER_CONFIG")]
    [InlineData((ConfigSource)99, "UNKNOWN")]
    public async Task A_source_has_the_name_that_Kafkas_tools_print(ConfigSource source, string name)
    {
        configs.Clear();
        configs.Add(Config("x", "1", source));
        await FirstAsync("a");
        Assert.Equal(name, Assert.Single(world.Snapshot.TopicConfigs.Value!.Of("a")).Source);
    }

    [Fact]
    public async Task A_secret_is_not_kept_whatever_a_broker_sends()
    {
        configs.Clear();
        configs.Add(new() { Name = "secret", Value = "hunter2", IsSensitive = true, ConfigSource = (sbyte)ConfigSource.TopicConfig });
        await FirstAsync("a");
        var secret = Assert.Single(world.Snapshot.TopicConfigs.Value!.Of("a"));
        Assert.Equal((null, true), (secret.Value, secret.IsSensitive));
    }

    [Fact]
    public async Task A_topic_that_is_refused_keeps_its_configs_and_one_that_is_gone_does_not()
    {
        await FirstAsync("a", "b", "c");
        refused["a"] = ErrorCode.TopicAuthorizationFailed;
        refused["b"] = ErrorCode.UnknownTopicOrPartition;
        configs[0].Value = "1000";
        await world.AgainAsync(collector);
        var section = world.Snapshot.TopicConfigs;
        Assert.Equal(("604800000", "1000"), (section.Value!.Of("a")[1].Value, section.Value.Of("c")[1].Value));
        Assert.Empty(section.Value.Of("b"));
        Assert.Equal(
            (SectionErrorKind.Refused, "TOPIC_AUTHORIZATION_FAILED", Start),
            (section.Error!.Kind, section.Error.Code, section.AsOf!.Value));
    }

    [Fact]
    public async Task That_a_topic_was_deleted_meanwhile_is_no_trouble()
    {
        await FirstAsync("a", "b");
        refused["b"] = ErrorCode.UnknownTopicOrPartition;
        await world.AgainAsync(collector);
        Assert.Equal((null, world.Time.GetUtcNow()), (world.Snapshot.TopicConfigs.Error, world.Snapshot.TopicConfigs.AsOf!.Value));
    }

    [Fact]
    public async Task With_every_topic_refused_nothing_is_read()
    {
        refused["a"] = refused["b"] = ErrorCode.TopicAuthorizationFailed;
        Know("a", "b");
        world.Run(collector);
        await UntilAsync(() => world.Snapshot.TopicConfigs.Error is not null, "the refusal");
        Assert.Null(world.Snapshot.TopicConfigs.Value);
    }

    [Fact]
    public async Task Thousands_of_topics_are_asked_for_some_hundred_at_a_time()
    {
        await FirstAsync([.. Enumerable.Range(0, 1500).Select(i => $"t{i:0000}")]);
        Assert.Equal(1500, world.Snapshot.TopicConfigs.Value!.ByTopic.Count);
        Assert.InRange(world.Asked<DescribeConfigsRequest>(), 2, 50);
        Assert.All(world.Requests<DescribeConfigsRequest>(), r => Assert.InRange(r.Resources.Count, 1, 500));
    }

    [Fact]
    public async Task The_dearest_call_waits_for_the_first_offsets()
    {
        world.Know(Build.Topic("a"));
        world.Run(collector);
        await UntilAsync(() => world.Readings == 1, "a reading of nothing");
        Assert.Equal(0, world.Asked<DescribeConfigsRequest>());
        Know("a");
        await world.AgainAsync(collector);
        Assert.Equal(1, world.Asked<DescribeConfigsRequest>());
    }

    [Fact]
    public async Task A_cluster_without_topics_has_no_configs_and_no_error()
    {
        await FirstAsync();
        Assert.Equal((0, (SectionError?)null), (world.Snapshot.TopicConfigs.Value!.ByTopic.Count, world.Snapshot.TopicConfigs.Error));
    }

    async Task FirstAsync(params string[] topics)
    {
        Know(topics);
        world.Run(collector);
        await UntilAsync(() => world.Snapshot.TopicConfigs.Value is not null, "the first reading");
    }

    /// <summary>Topics, of which the offsets were read.</summary>
    void Know(params string[] topics)
    {
        world.Know([.. topics.Select(t => Build.Topic(t))]);
        world.Set(s => s with { Offsets = s.Offsets.Read(Offsets.Empty, Start) });
    }

    static DescribeConfigsResponse.DescribeConfigsResourceResult Config(string name, string value, ConfigSource source) =>
        new() { Name = name, Value = value, ConfigSource = (sbyte)source };
}
