using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>Reads the settings of one topic with their synonyms (KIP-226).</summary>
static class TopicSettings
{
    /// <param name="others">
    /// Of other topics: where the brokers do not tell what is below a topic's own (they leave log.retention.hours out of the synonyms of
    /// retention.ms), a topic that has none of its own shows it.
    /// </param>
    /// <exception cref="KafkaException">No answer, or there is no such topic.</exception>
    public static async Task<ImmutableArray<TopicSetting>> ReadAsync(
        KafkaCluster kafka, string topic, ConfigTable? others, CancellationToken cancellationToken)
    {
        var resource = new ConfigResource(ConfigResourceType.Topic, topic);
        var answers = await kafka.DescribeConfigsAsync([resource], cancellationToken, synonyms: true).ConfigureAwait(false);
        var settings = answers[resource].Require().OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(Of);
        return [.. settings.Select(one => one.Fallback is null ? one with { Fallback = Elsewhere(one.Name, others) } : one)];
    }

    static ConfigValue? Elsewhere(string name, ConfigTable? others) => others?.ByTopic.Values
        .Select(configs => configs.FirstOrDefault(config => config.Name == name))
        // another topic without its own has what this one would fall back to
        .Where(config => config is { IsOverride: false, IsSensitive: false })
        .Select(config => new ConfigValue(config!.Value, config.Source)).FirstOrDefault();

    static TopicSetting Of(ConfigEntry entry)
    {
        var synonyms = entry.Synonyms.Select(s => (s.Name, new ConfigValue(s.Value, Name(s.Source)))).ToImmutableArray();
        var inForce = new ConfigValue(entry.IsSensitive ? null : entry.Value, Name(entry.Source));
        var below = entry.Source != ConfigSource.TopicConfig ? inForce
            // synonyms are in the order in which they win (KIP-226)
            : entry.Synonyms.FirstOrDefault(s => s.Source != ConfigSource.TopicConfig) is { } next
                ? new ConfigValue(next.Value, Name(next.Source))
                : null;
        return new(entry.Name, inForce, below, entry.IsReadOnly, entry.IsSensitive, synonyms);
    }

    /// <summary>As Kafka's ConfigEntry.ConfigSource has them.</summary>
    public static string Name(ConfigSource source) => source switch
    {
        ConfigSource.TopicConfig => ConfigValue.OfTopic,
        ConfigSource.DynamicBrokerConfig => "DYNAMIC_BROKER_CONFIG",
        ConfigSource.DynamicDefaultBrokerConfig => "DYNAMIC_DEFAULT_BROKER_CONFIG",
        ConfigSource.StaticBrokerConfig => "STATIC_BROKER_CONFIG",
        ConfigSource.DefaultConfig => "DEFAULT_CONFIG",
        _ => "UNKNOWN",
    };
}
