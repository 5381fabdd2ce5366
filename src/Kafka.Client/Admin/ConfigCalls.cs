using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>Reads and changes configs of many resources at once.</summary>
public static class ConfigCalls
{
    /// <summary>Topics are asked of any broker in one request, brokers each of its own.</summary>
    public static async Task<IReadOnlyDictionary<ConfigResource, BrokerAnswer<IReadOnlyList<ConfigEntry>>>> DescribeConfigsAsync(
        this KafkaCluster cluster, IReadOnlyCollection<ConfigResource> resources, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var calls = resources.GroupBy(OwnBroker)
            .Select(owner => (Resources: owner.ToList(), Call: AskAsync(cluster, owner.Key, Request(owner), timeout, cancellationToken)))
            .ToList();
        var configs = new Dictionary<ConfigResource, BrokerAnswer<IReadOnlyList<ConfigEntry>>>(resources.Count);
        foreach (var (asked, call) in calls)
        {
            var answer = await call.ConfigureAwait(false);
            if (!answer.Succeeded)
            {
                asked.ForEach(resource => configs[resource] = new BrokerAnswer<IReadOnlyList<ConfigEntry>>(answer.Error));
                continue;
            }

            foreach (var result in answer.Value.Results)
            {
                configs[new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName)] =
                    Results.Answer<IReadOnlyList<ConfigEntry>>(result.ErrorCode, () => [.. result.Configs.Select(Entry)], result.ErrorMessage);
            }
        }

        return configs;
    }

    /// <summary>Changes single configs (KIP-339). Null for a resource that was changed, else why it was not.</summary>
    public static async Task<IReadOnlyDictionary<ConfigResource, KafkaException?>> AlterConfigsAsync(
        this KafkaCluster cluster, IReadOnlyDictionary<ConfigResource, IReadOnlyList<ConfigChange>> changes, bool validateOnly, CancellationToken cancellationToken)
    {
        var request = new IncrementalAlterConfigsRequest { ValidateOnly = validateOnly, Resources = [.. changes.Select(one => Alterable(one.Key, one.Value))] };
        var answer = await cluster.SendToControllerAsync(request, cancellationToken, cluster.Options.OperationTimeout).ConfigureAwait(false);
        return answer.Responses.ToDictionary(
            one => new ConfigResource((ConfigResourceType)one.ResourceType, one.ResourceName), one => Results.Refusal(one.ErrorCode, one.ErrorMessage));
    }

    static Task<BrokerAnswer<DescribeConfigsResponse>> AskAsync(
        KafkaCluster cluster, int broker, DescribeConfigsRequest request, TimeSpan? timeout, CancellationToken cancellationToken) =>
        BrokerAnswer.OfAsync(() => broker < 0
            ? cluster.SendToAnyAsync(request, cancellationToken, timeout)
            : cluster.SendAsync(broker, request, cancellationToken, timeout));

    static int OwnBroker(ConfigResource resource) =>
        resource.Type != ConfigResourceType.Topic && int.TryParse(resource.Name, out var id) ? id : -1;

    static DescribeConfigsRequest Request(IEnumerable<ConfigResource> resources) => new()
    {
        Resources = [.. resources.Select(one => new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = (sbyte)one.Type,
            ResourceName = one.Name,
            ConfigurationKeys = null,
        })],
    };

    static IncrementalAlterConfigsRequest.AlterConfigsResource Alterable(ConfigResource resource, IReadOnlyList<ConfigChange> changes) => new()
    {
        ResourceType = (sbyte)resource.Type,
        ResourceName = resource.Name,
        Configs = [.. changes.Select(change => new IncrementalAlterConfigsRequest.AlterableConfig
        {
            Name = change.Name,
            ConfigOperation = (sbyte)change.Operation,
            Value = change.Value,
        })],
    };

    static ConfigEntry Entry(DescribeConfigsResponse.DescribeConfigsResourceResult one) =>
        new(string.Intern(one.Name), one.Value, (ConfigSource)Math.Max((sbyte)0, one.ConfigSource), one.ReadOnly, one.IsSensitive);
}
