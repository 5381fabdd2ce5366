using System.Collections.Frozen;
using Kafka.Protocol;

namespace Kafka.Broker.Configuration;

/// <summary>One value as DescribeConfigs shows it; <paramref name="Synonyms"/> from the one in force down to the default.</summary>
sealed record DescribedConfig(
    ConfigKey Key, string? Value, ConfigSource Source, IReadOnlyList<(string Name, string? Value, ConfigSource Source)> Synonyms);

/// <summary>A broker's values at one moment, by key, the nearest layer first: this broker, all brokers, file, default. Immutable.</summary>
sealed class BrokerConfigValues
{
    readonly (ConfigSource Source, FrozenDictionary<string, string> Values)[] layers;
    readonly FrozenDictionary<string, object?> parsed;

    public BrokerConfigValues(
        FrozenDictionary<string, string> fixedValues, FrozenDictionary<string, string> clusterWide, FrozenDictionary<string, string> broker)
    {
        layers =
        [
            (ConfigSource.DynamicBrokerConfig, broker),
            (ConfigSource.DynamicDefaultBrokerConfig, clusterWide),
            (ConfigSource.StaticBrokerConfig, fixedValues),
        ];
        parsed = BrokerConfigKeys.All.Values.ToFrozenDictionary(
            key => key.Name, key => Find(key).Value is { } text ? key.Parse(text) : null);
    }

    public int Int(string key) => (int)parsed[key]!;

    public short Short(string key) => (short)parsed[key]!;

    public long Long(string key) => (long)parsed[key]!;

    public bool Bool(string key) => (bool)parsed[key]!;

    public string? Text(string key) => (string?)parsed[key];

    /// <summary>A whole number of any width; null when unset.</summary>
    public long? Number(string key) => parsed[key] is { } value ? Convert.ToInt64(value, null) : null;

    /// <summary>A throttle of replication in bytes a second; without one it is <see cref="long.MaxValue"/>.</summary>
    public long Throttle(string name)
    {
        var key = BrokerConfigKeys.Find(name);
        return Find(key).Value is { } text ? (long)key.Parse(text) : long.MaxValue;
    }

    public bool IsSet(string key) => parsed[key] is not null;

    public (string? Value, ConfigSource Source) Find(ConfigKey key)
    {
        foreach (var (source, values) in layers)
        {
            if (values.TryGetValue(key.Name, out var value))
            {
                return (value, source);
            }
        }

        return (key.Default, ConfigSource.DefaultConfig);
    }

    /// <summary>Every layer that has the key, nearest first, its default last.</summary>
    public IEnumerable<(string Name, string? Value, ConfigSource Source)> Synonyms(ConfigKey key)
    {
        foreach (var (source, values) in layers)
        {
            if (values.TryGetValue(key.Name, out var value))
            {
                yield return (key.Name, value, source);
            }
        }

        if (key.Default is not null)
        {
            yield return (key.Name, key.Default, ConfigSource.DefaultConfig);
        }
    }

    /// <summary>What DescribeConfigs of this broker answers: every key, and what else was set while it ran.</summary>
    public IEnumerable<DescribedConfig> Describe() =>
        layers.SelectMany(layer => layer.Values.Keys).Union(BrokerConfigKeys.All.Keys).Order(StringComparer.Ordinal).Select(Describe);

    DescribedConfig Describe(string name)
    {
        var key = BrokerConfigKeys.Find(name);
        var (value, source) = Find(key);
        return new DescribedConfig(key, value, source, [.. Fallbacks(name).SelectMany(each => Synonyms(BrokerConfigKeys.Find(each)))
            .OrderBy(synonym => synonym.Source).SkipWhile(synonym => synonym.Name != name)]);
    }

    /// <summary>The key and those that hold where it is unset: log.retention.ms, then minutes, then hours.</summary>
    static IEnumerable<string> Fallbacks(string name) =>
        TopicConfigKeys.All.Values.Select(topic => topic.Synonyms.Select(synonym => synonym.BrokerKey).SkipWhile(key => key != name))
            .FirstOrDefault(keys => keys.Any()) ?? [name];
}
