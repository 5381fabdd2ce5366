using System.Globalization;
using Kafka.Broker.Configuration;
using Kafka.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>One key of a change; a null value removes the override.</summary>
sealed record AlteredKey(string Name, string? Value);

/// <summary>Changes overrides of one topic or broker after checking them, in Kafka's words. Stateless.</summary>
sealed class ConfigAlteration(BrokerServices broker)
{
    /// <summary>What the keys become, given the overrides as they are. Throws <see cref="AdminException"/>.</summary>
    public delegate IReadOnlyList<AlteredKey> Change(IReadOnlyDictionary<string, string> overrides, Func<string, ConfigKey?> keys);

    public Task AlterAsync(sbyte type, string name, bool validateOnly, Change change, CancellationToken cancellationToken) => (ResourceType)type switch
    {
        ResourceType.Topic => AlterTopicAsync(name, validateOnly, change, cancellationToken),
        ResourceType.Broker => AlterBrokerAsync(name, validateOnly, change, cancellationToken),
        _ => throw new AdminException(ErrorCode.InvalidRequest, $"AlterConfigs is only supported for topics and brokers, but resource type is {type}"),
    };

    async Task AlterTopicAsync(string topic, bool validateOnly, Change change, CancellationToken cancellationToken)
    {
        if (!broker.Metadata.Current.Topics.ContainsKey(topic))
        {
            throw new AdminException(ErrorCode.UnknownTopicOrPartition, $"The topic '{topic}' does not exist.");
        }

        var overrides = (await broker.Control.Configs.GetTopicOverridesAsync(topic, cancellationToken).ConfigureAwait(false)).ToDictionary();
        Apply(overrides, change(overrides, name => TopicConfigKeys.All.GetValueOrDefault(name)?.Key));
        if (new TopicConfigValues(broker.Config.Values, overrides).Check() is { } problem)
        {
            throw new AdminException(ErrorCode.InvalidConfig, overrides.Keys.All(TopicConfigKeys.All.ContainsKey)
                ? $"Invalid config value for resource ConfigResource(type=TOPIC, name='{topic}'): {problem}"
                : problem);
        }

        if (!validateOnly)
        {
            await broker.Control.Configs.SetTopicAsync(topic, overrides, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task AlterBrokerAsync(string resource, bool validateOnly, Change change, CancellationToken cancellationToken)
    {
        var id = resource.Length == 0 ? (int?)null : ThisBroker(resource);
        var overrides = (await broker.Control.Configs.GetBrokerOverridesAsync(id, cancellationToken).ConfigureAwait(false)).ToDictionary();
        var keys = change(overrides, BrokerConfigKeys.All.GetValueOrDefault);
        foreach (var key in keys)
        {
            CheckBroker(key);
        }

        Apply(overrides, keys);
        if (!validateOnly)
        {
            await broker.Control.Configs.SetBrokerAsync(id, overrides, cancellationToken).ConfigureAwait(false);
        }
    }

    int ThisBroker(string resource) =>
        !int.TryParse(resource, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id)
            ? throw new AdminException(ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {resource}")
            : id != broker.Control.BrokerId
                ? throw new AdminException(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {broker.Control.BrokerId}, but received {resource}")
                : id;

    /// <summary>Kafka takes keys it does not know (of plugins, and the replication throttles) and refuses those that need a restart.</summary>
    static void CheckBroker(AlteredKey altered)
    {
        if (altered.Value is null || BrokerConfigKeys.All.GetValueOrDefault(altered.Name) is not { } key)
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
