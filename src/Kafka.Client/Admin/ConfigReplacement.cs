using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>
/// Changes of configs as brokers before Kafka 2.3 take them (AlterConfigs, KIP-133): all that a resource is to have at once. What it has is
/// read first; what someone else changes in between is lost, as with Apache's own tools of that time.
/// </summary>
static class ConfigReplacement
{
    /// <summary>Null for a resource that was changed, else why it was not.</summary>
    internal static async Task<Dictionary<ConfigResource, KafkaException?>> RunAsync(
        KafkaCluster cluster, int broker, IReadOnlyList<KeyValuePair<ConfigResource, IReadOnlyList<ConfigChange>>> changes,
        bool validateOnly, CancellationToken cancellationToken)
    {
        ConfigResource[] asked = [.. changes.Select(one => one.Key)];
        var before = await cluster.DescribeConfigsAsync(asked, cancellationToken).ConfigureAwait(false);
        var refused = new Dictionary<ConfigResource, KafkaException?>();
        var request = new AlterConfigsRequest { ValidateOnly = validateOnly };
        foreach (var (resource, wanted) in changes)
        {
            if (before[resource].Error is { } unread)
            {
                refused[resource] = unread;
            }
            else if (Own(resource, before[resource].Require()).FirstOrDefault(one => one.IsSensitive) is { } secret)
            {
                refused[resource] = new KafkaException(
                    ErrorCode.UnsupportedVersion,
                    $"Brokers before Kafka 2.3 take all configs at once, and {secret.Name} cannot be read to be kept: change it with a "
                    + "tool that is given its value.");
            }
            else
            {
                request.Resources.Add(Replacement(resource, Own(resource, before[resource].Require()), wanted));
            }
        }

        if (request.Resources.Count == 0)
        {
            return refused;
        }

        var timeout = cluster.Options.OperationTimeout + cluster.Options.RequestTimeout;
        var answer = await (broker < 0
            ? cluster.SendToControllerAsync(request, cancellationToken, timeout)
            : cluster.SendAsync(broker, request, cancellationToken, timeout)).ConfigureAwait(false);
        foreach (var one in answer.Responses)
        {
            refused[new ConfigResource((ConfigResourceType)one.ResourceType, one.ResourceName)] =
                Results.Refusal(one.ErrorCode, one.ErrorMessage);
        }

        return refused;
    }

    /// <summary>What is set for this resource itself, and would be gone if it were left out.</summary>
    static IEnumerable<ConfigEntry> Own(ConfigResource resource, IReadOnlyList<ConfigEntry> entries)
    {
        var source = resource.Type == ConfigResourceType.Topic ? ConfigSource.TopicConfig
            : resource.Name.Length == 0 ? ConfigSource.DynamicDefaultBrokerConfig
            : ConfigSource.DynamicBrokerConfig;
        return entries.Where(entry => entry.Source == source);
    }

    static AlterConfigsRequest.AlterConfigsResource Replacement(
        ConfigResource resource, IEnumerable<ConfigEntry> own, IReadOnlyList<ConfigChange> changes)
    {
        var configs = own.ToDictionary(entry => entry.Name, entry => entry.Value);
        foreach (var change in changes)
        {
            var items = (configs.GetValueOrDefault(change.Name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
            var changed = (change.Value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
            configs[change.Name] = change.Operation switch
            {
                ConfigOperation.Append => string.Join(',', items.Union(changed)),
                ConfigOperation.Subtract => string.Join(',', items.Except(changed)),
                _ => change.Value,
            };
            if (change.Operation == ConfigOperation.Delete)
            {
                configs.Remove(change.Name);
            }
        }

        return new()
        {
            ResourceType = (sbyte)resource.Type,
            ResourceName = resource.Name,
            Configs = [.. configs.Select(one => new AlterConfigsRequest.AlterableConfig { Name = one.Key, Value = one.Value })],
        };
    }
}
