using System.Globalization;
using Kafka.Protocol;

namespace Kafka.Broker.Configuration;

/// <summary>A topic's values: its overrides, else what the broker's keys say. Immutable.</summary>
sealed class TopicConfigValues(BrokerConfigValues broker, IReadOnlyDictionary<string, string> overrides)
{
    /// <summary>The value as its key's type.</summary>
    public object this[string name]
    {
        get
        {
            var key = TopicConfigKeys.All[name];
            try
            {
                return key.Key.Parse(Find(key).Value ?? "");
            }
            catch (FormatException)
            {
                return key.Key.Parse(key.Key.Default ?? "");
            }
        }
    }

    public long Long(string name) => (long)this[name];

    public int Int(string name) => (int)this[name];

    /// <summary>What DescribeConfigs of the topic answers.</summary>
    public IEnumerable<DescribedConfig> Describe() =>
        TopicConfigKeys.All.Values.OrderBy(key => key.Key.Name, StringComparer.Ordinal).Select(Describe);

    DescribedConfig Describe(TopicConfigKey key)
    {
        var (value, source) = Find(key);
        return new DescribedConfig(key.Key, value, source, [.. Synonyms(key)]);
    }

    /// <summary>Null for overrides that may be, alone and together; else why not, in Kafka's words.</summary>
    public string? Check()
    {
        foreach (var (name, value) in overrides)
        {
            var problem = TopicConfigKeys.All.TryGetValue(name, out var key)
                ? key.Key.Problem(value)
                : $"Unknown topic config name: {name}";
            if (problem is not null)
            {
                return problem;
            }
        }

        var (least, most) = (Long("min.compaction.lag.ms"), Long("max.compaction.lag.ms"));
        return least > most ? $"conflict topic config setting min.compaction.lag.ms ({least}) > max.compaction.lag.ms ({most})"
            : (bool)this["remote.storage.enable"]
                ? "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage."
            : null;
    }

    (string? Value, ConfigSource Source) Find(TopicConfigKey key)
    {
        if (overrides.TryGetValue(key.Key.Name, out var set))
        {
            return (set, ConfigSource.TopicConfig);
        }

        var configured = BrokerLayers(key).FirstOrDefault(layer => layer.Source != ConfigSource.DefaultConfig);
        return configured.Name is not null ? (configured.Scaled, configured.Source) : (key.Key.Default, ConfigSource.DefaultConfig);
    }

    IEnumerable<(string Name, string? Value, ConfigSource Source)> Synonyms(TopicConfigKey key)
    {
        if (overrides.TryGetValue(key.Key.Name, out var set))
        {
            yield return (key.Key.Name, set, ConfigSource.TopicConfig);
        }

        // as Kafka shows them: source by source, from the first that has the key's nearest synonym on
        var layers = BrokerLayers(key).OrderBy(layer => layer.Source).SkipWhile(layer => layer.Name != key.Synonyms[0].BrokerKey);
        foreach (var (name, value, _, source) in layers)
        {
            yield return (name, value, source);
        }
    }

    IEnumerable<(string Name, string? Value, string? Scaled, ConfigSource Source)> BrokerLayers(TopicConfigKey key) =>
        from synonym in key.Synonyms
        from layer in broker.Synonyms(BrokerConfigKeys.All[synonym.BrokerKey])
        select (layer.Name, layer.Value, Scale(layer.Value, synonym.Factor), layer.Source);

    static string? Scale(string? value, long factor)
    {
        if (factor == 1 || value is null)
        {
            return value;
        }

        var number = long.Parse(value, CultureInfo.InvariantCulture);
        return (number < 0 ? -1 : number * factor).ToString(CultureInfo.InvariantCulture);
    }
}
