using Kafka.Broker.Configs;
using Kafka.Broker.Configuration;
using Kafka.Broker.Metadata;
using Kafka.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>One key of a change; a null value removes the override.</summary>
sealed record AlteredKey(string Name, string? Value);

/// <summary>Changes overrides of one topic or broker after checking them, in Kafka's words. Stateless.</summary>
sealed class ConfigAlteration(BrokerConfig config, int brokerId, MetadataCache metadata, ConfigStore configs)
{
    /// <summary>What the keys become, given the overrides as they are. Throws <see cref="AdminException"/>.</summary>
    public delegate IReadOnlyList<AlteredKey> Change(IReadOnlyDictionary<string, string> overrides, Func<string, ConfigKey?> keys);

    public Task AlterAsync(
        sbyte type, string name, bool validateOnly, Change change, CancellationToken cancellationToken) =>
        (ResourceType)type switch
        {
            ResourceType.Topic => AlterTopicAsync(name, validateOnly, change, cancellationToken),
            ResourceType.Broker => AlterBrokerAsync(name, validateOnly, change, cancellationToken),
            ResourceType.BrokerLogger => throw new AdminException(
                ErrorCode.InvalidRequest, "AlterConfigs is deprecated and does not support the resource type BROKER_LOGGER"),
            _ => throw new AdminException(
                ErrorCode.InvalidRequest, $"AlterConfigs is only supported for topics and brokers, but resource type is {type}"),
        };

    async Task AlterTopicAsync(string topic, bool validateOnly, Change change, CancellationToken cancellationToken)
    {
        if (!metadata.Current.Exists(topic))
        {
            throw new AdminException(ErrorCode.UnknownTopicOrPartition, $"The topic '{topic}' does not exist.");
        }

        var overrides = (await configs.GetTopicOverridesAsync(topic, cancellationToken).ConfigureAwait(false)).ToDictionary();
        Apply(overrides, change(overrides, name => TopicConfigKeys.All.GetValueOrDefault(name)?.Key));
        if (new TopicConfigValues(config.Values, overrides).Check() is { } problem)
        {
            throw new AdminException(ErrorCode.InvalidConfig, overrides.Keys.All(TopicConfigKeys.All.ContainsKey)
                ? $"Invalid config value for resource ConfigResource(type=TOPIC, name='{topic}'): {problem}"
                : problem);
        }

        if (!validateOnly)
        {
            await configs.SetTopicAsync(topic, overrides, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task AlterBrokerAsync(string resource, bool validateOnly, Change change, CancellationToken cancellationToken)
    {
        var id = resource.Length == 0 ? (int?)null : ThisBroker(resource);
        var overrides = (await configs.GetBrokerOverridesAsync(id, cancellationToken).ConfigureAwait(false)).ToDictionary();
        var keys = change(overrides, BrokerConfigKeys.All.GetValueOrDefault);
        foreach (var key in keys)
        {
            CheckBroker(key);
        }

        Apply(overrides, keys);
        if (!validateOnly)
        {
            await configs.SetBrokerAsync(id, overrides, cancellationToken).ConfigureAwait(false);
        }
    }

    int ThisBroker(string resource) => BrokerResource.Id(resource) is var id && id == brokerId
        ? id
        : throw new AdminException(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {brokerId}, but received {resource}");

    /// <summary>
    /// Kafka takes keys it does not know (of plugins) and refuses those that need a restart. What would promise a safety that is not here
    /// is refused as it is in a file.
    /// </summary>
    static void CheckBroker(AlteredKey altered)
    {
        if (altered.Value is not null && RefusedBrokerKeys.Why(altered.Name, altered.Value) is { } why)
        {
            throw new AdminException(ErrorCode.InvalidRequest, $"{altered.Name}: {why}.");
        }

        if (altered.Value is null || BrokerConfigKeys.Find(altered.Name) is not { Type: not ConfigType.Unknown } key)
        {
            return;
        }

        if (!key.Dynamic)
        {
            throw new AdminException(ErrorCode.InvalidRequest, $"Cannot update these configs dynamically: Set({altered.Name})");
        }

        if (key.Problem(altered.Value) is { } problem)
        {
            throw new AdminException(ErrorCode.InvalidRequest, problem);
        }
    }

    static void Apply(Dictionary<string, string> overrides, IReadOnlyList<AlteredKey> keys)
    {
        foreach (var (name, value) in keys)
        {
            if (value is null)
            {
                overrides.Remove(name);
            }
            else
            {
                overrides[name] = value;
            }
        }
    }
}
