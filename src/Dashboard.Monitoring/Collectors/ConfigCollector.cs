using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>
/// Configs of all topics, the dearest call: after the first offsets, about once a minute, and at once for topics that are new. A topic that
/// is refused keeps its last configs.
/// </summary>
sealed class ConfigCollector(CollectorContext context, KafkaCluster kafka) : Collector(context)
{
    /// <summary>Most entries are the same for thousands of topics: each is kept once.</summary>
    readonly Dictionary<TopicConfig, TopicConfig> shared = [];

    protected override TimeSpan Interval => Context.Options.ConfigInterval;

    protected override ErrorSource Source => ErrorSource.TopicConfigs;

    protected override Func<MonitorState, MonitorState> Failed(SectionError error) =>
        state => state with { Snapshot = state.Snapshot with { TopicConfigs = state.Snapshot.TopicConfigs.Failed(error) } };

    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        // offsets first: people look at lag before they look at configs, and brokers take long over these
        if (Context.Current() is not { Topics.Value: { } topics } snapshot || !snapshot.Offsets.WasAsked)
        {
            return;
        }

        var asked = topics.Topics.Select(t => new ConfigResource(ConfigResourceType.Topic, t.Name));
        var answers = await kafka.DescribeConfigsAsync([.. asked], cancellationToken).ConfigureAwait(false);
        var before = Context.Current().TopicConfigs.Value?.ByTopic;
        var read = ImmutableDictionary.CreateBuilder<string, ImmutableArray<TopicConfig>>();
        var errors = new List<SectionError>();
        foreach (var (topic, answer) in answers)
        {
            if (answer.Succeeded)
            {
                read[topic.Name] = [.. answer.Value.OrderBy(c => c.Name, StringComparer.Ordinal).Select(Shared)];
            }
            // unknown: deleted between metadata and this question
            else if (answer.Error.Code != ErrorCode.UnknownTopicOrPartition)
            {
                errors.Add(Context.Error(answer.Error, Source));
                if (before is not null && before.TryGetValue(topic.Name, out var known))
                {
                    read[topic.Name] = known;
                }
            }
        }

        var (table, now) = (new ConfigTable(read.ToImmutable()), Context.Now);
        Context.Post(state => state with
        {
            Snapshot = state.Snapshot with
            {
                TopicConfigs = state.Snapshot.TopicConfigs.Read(table, now, errors, errors.Count == answers.Count),
            },
        });
    }

    TopicConfig Shared(ConfigEntry config)
    {
        var entry = new TopicConfig(
            config.Name,
            config.IsSensitive ? null : config.Value,
            Name(config.Source),
            config.Source == ConfigSource.DefaultConfig,
            config.IsReadOnly,
            config.IsSensitive);
        return shared.TryGetValue(entry, out var known) ? known : shared[entry] = entry;
    }

    /// <summary>As Kafka's ConfigEntry.ConfigSource has them.</summary>
    static string Name(ConfigSource source) => source switch
    {
        ConfigSource.TopicConfig => "DYNAMIC_TOPIC_CONFIG",
        ConfigSource.DynamicBrokerConfig => "DYNAMIC_BROKER_CONFIG",
        ConfigSource.DynamicDefaultBrokerConfig => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        ConfigSource.StaticBrokerConfig => "STATIC_BROKER_CONFIG",
        ConfigSource.DefaultConfig => "DEFAULT_CONFIG",
        ConfigSource.DynamicBrokerLoggerConfig => "DYNAMIC_BROKER_LOGGER_CONFIG",
        _ => "UNKNOWN",
    };
}
