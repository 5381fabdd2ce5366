using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Configs of all topics, the dearest call: in batches one after the other, about once a minute, and at once for topics that are new.</summary>
sealed class ConfigCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    const sbyte TopicResource = 2;
    const int TopicsAtOnce = 200;

    /// <summary>Most entries are the same for thousands of topics: each is kept once.</summary>
    readonly Dictionary<ConfigEntry, ConfigEntry> shared = [];

    protected override TimeSpan Interval => Context.Options.ConfigInterval;

    protected override string Source => "the topics' configs";

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { TopicConfigs = state.Snapshot.TopicConfigs.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellation)
    {
        if (Context.Current().Topics.Value is not { } topics)
        {
            return;
        }

        var read = ImmutableDictionary.CreateBuilder<string, ImmutableArray<ConfigEntry>>();
        foreach (var some in topics.Topics.Chunk(TopicsAtOnce))
        {
            var answer = await kafka.SendToAnyAsync(
                new DescribeConfigsRequest
                {
                    Resources = [.. some.Select(t => new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = TopicResource, ResourceName = t.Name, ConfigurationKeys = null })],
                },
                cancellation).ConfigureAwait(false);
            foreach (var topic in answer.Results.Where(r => r.ErrorCode == 0))
            {
                read[topic.ResourceName] = [.. topic.Configs.OrderBy(c => c.Name, StringComparer.Ordinal).Select(Shared)];
            }
        }

        var (table, now) = (new ConfigTable(read.ToImmutable()), Context.Now);
        Context.Post(state => state with { Snapshot = state.Snapshot with { TopicConfigs = state.Snapshot.TopicConfigs.Read(table, now) } });
    }

    ConfigEntry Shared(DescribeConfigsResponse.DescribeConfigsResourceResult config)
    {
        var entry = new ConfigEntry(
            config.Name, config.IsSensitive ? null : config.Value, ConfigSources.Name(config.ConfigSource), config.IsDefault || config.ConfigSource == ConfigSources.Default, config.ReadOnly, config.IsSensitive, null);
        return shared.TryGetValue(entry, out var known) ? known : shared[entry] = entry;
    }
}

/// <summary>Names of DescribeConfigs' sources, as Kafka's ConfigEntry.ConfigSource has them.</summary>
static class ConfigSources
{
    public const sbyte Default = 5;

    public static string Name(sbyte source) => source switch
    {
        1 => "DYNAMIC_TOPIC_CONFIG",
        2 => "DYNAMIC_BROKER_CONFIG",
        3 => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        4 => "STATIC_BROKER_CONFIG",
        Default => "DEFAULT_CONFIG",
        6 => "DYNAMIC_BROKER_LOGGER_CONFIG",
        _ => "UNKNOWN",
    };
}
