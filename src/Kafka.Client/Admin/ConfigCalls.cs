using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>Reads and changes configs of many resources at once.</summary>
public static class ConfigCalls
{
    /// <summary>Resources in one request: brokers work out every default for each of them.</summary>
    const int AtOnce = 200;

    /// <summary>Topics are asked of any broker, brokers each of its own; many at once, in requests that follow one another.</summary>
    public static async Task<IReadOnlyDictionary<ConfigResource, BrokerAnswer<IReadOnlyList<ConfigEntry>>>> DescribeConfigsAsync(
        this KafkaCluster cluster,
        IReadOnlyCollection<ConfigResource> resources,
        CancellationToken cancellationToken,
        TimeSpan? timeout = null,
        bool synonyms = false)
    {
        var owners = await Task.WhenAll(resources
            .GroupBy(OwnBroker)
            .Select(owner => AskAsync(cluster, owner.Key, [.. owner], synonyms, timeout, cancellationToken))).ConfigureAwait(false);
        var configs = new Dictionary<ConfigResource, BrokerAnswer<IReadOnlyList<ConfigEntry>>>(resources.Count);
        foreach (var (resource, answer) in owners.SelectMany(answers => answers))
        {
            configs[resource] = answer;
        }

        return configs;
    }

    /// <summary>The first version of DescribeConfigs that tells sources and synonyms (KIP-226, Kafka 1.1).</summary>
    const short Sources = 1;

    /// <summary>
    /// Changes single configs (KIP-339; brokers before Kafka 2.3 are sent all that a resource is to have, its other configs among
    /// them). What is one broker's own, its configs and its loggers' levels, is sent to that broker, the
    /// only one that takes it in ZooKeeper mode; topics and the defaults of all brokers are the controller's. Null for a resource that was
    /// changed, else why it was not.
    /// </summary>
    /// <exception cref="KafkaException">Of one broker that alone was asked: it did not answer.</exception>
    public static async Task<IReadOnlyDictionary<ConfigResource, KafkaException?>> AlterConfigsAsync(
        this KafkaCluster cluster,
        IReadOnlyDictionary<ConfigResource, IReadOnlyList<ConfigChange>> changes,
        bool validateOnly,
        CancellationToken cancellationToken)
    {
        var owners = changes.GroupBy(one => OwnBroker(one.Key)).ToList();
        // one owner: its failure is thrown, since there is no answer of another that it could take along
        if (owners is [var only])
        {
            return await AlterAsync(cluster, only.Key, [.. only], validateOnly, cancellationToken).ConfigureAwait(false);
        }

        // one that does not answer keeps nothing back of what the others said
        var answers = await Task.WhenAll(owners.Select(async owner =>
        {
            var answer = await BrokerAnswer.OfAsync(() => AlterAsync(cluster, owner.Key, [.. owner], validateOnly, cancellationToken))
                .ConfigureAwait(false);
            return answer.Succeeded ? answer.Value : owner.ToDictionary(one => one.Key, _ => (KafkaException?)answer.Error);
        })).ConfigureAwait(false);
        return answers.SelectMany(answer => answer).ToDictionary();
    }

    static async Task<Dictionary<ConfigResource, KafkaException?>> AlterAsync(
        KafkaCluster cluster, int broker, IReadOnlyList<KeyValuePair<ConfigResource, IReadOnlyList<ConfigChange>>> changes,
        bool validateOnly, CancellationToken cancellationToken)
    {
        try
        {
            return await IncrementallyAsync(cluster, broker, changes, validateOnly, cancellationToken).ConfigureAwait(false);
        }
        // levels of loggers came with the newer API and have no other
        catch (KafkaException e) when (
            e.Code == ErrorCode.UnsupportedVersion && changes.All(one => one.Key.Type != ConfigResourceType.BrokerLogger))
        {
            return await ConfigReplacement.RunAsync(cluster, broker, changes, validateOnly, cancellationToken).ConfigureAwait(false);
        }
    }

    static async Task<Dictionary<ConfigResource, KafkaException?>> IncrementallyAsync(
        KafkaCluster cluster, int broker, IReadOnlyList<KeyValuePair<ConfigResource, IReadOnlyList<ConfigChange>>> changes,
        bool validateOnly, CancellationToken cancellationToken)
    {
        var request = new IncrementalAlterConfigsRequest
        {
            ValidateOnly = validateOnly,
            Resources = [.. changes.Select(one => Alterable(one.Key, one.Value))],
        };
        var timeout = cluster.Options.OperationTimeout + cluster.Options.RequestTimeout;
        var answer = await (broker < 0
            ? cluster.SendToControllerAsync(request, cancellationToken, timeout)
            : cluster.SendAsync(broker, request, cancellationToken, timeout)).ConfigureAwait(false);
        return answer.Responses.ToDictionary(
            one => new ConfigResource((ConfigResourceType)one.ResourceType, one.ResourceName),
            one => Results.Refusal(one.ErrorCode, one.ErrorMessage));
    }

    static async Task<List<(ConfigResource Resource, BrokerAnswer<IReadOnlyList<ConfigEntry>> Answer)>> AskAsync(
        KafkaCluster cluster, int broker, ConfigResource[] resources, bool synonyms, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var answers = new List<(ConfigResource, BrokerAnswer<IReadOnlyList<ConfigEntry>>)>(resources.Length);
        // one after the other: a broker works on one request of a connection at a time anyway
        foreach (var some in resources.Chunk(AtOnce))
        {
            var answer = await BrokerAnswer.OfAsync(() => broker < 0
                ? cluster.UseAnyAsync(SendAsync, cancellationToken, timeout)
                : cluster.UseAsync(broker, SendAsync, cancellationToken, timeout)).ConfigureAwait(false);
            answers.AddRange(answer.Succeeded
                ? answer.Value.Results.Select(Configs)
                : some.Select(resource => (resource, new BrokerAnswer<IReadOnlyList<ConfigEntry>>(answer.Error))));

            Task<DescribeConfigsResponse> SendAsync(KafkaConnection connection, TimeSpan left) => connection.SendAsync(
                // older versions have no room for the wish
                Request(some, synonyms && connection.Supports(ApiKey.DescribeConfigs, Sources)), cancellationToken, left);
        }

        return answers;
    }

    static (ConfigResource Resource, BrokerAnswer<IReadOnlyList<ConfigEntry>> Answer) Configs(
        DescribeConfigsResponse.DescribeConfigsResult result) => (
        new ConfigResource((ConfigResourceType)result.ResourceType, result.ResourceName),
        Results.Answer<IReadOnlyList<ConfigEntry>>(
            result.ErrorCode,
            () => [.. result.Configs.Select(one => Entry((ConfigResourceType)result.ResourceType, one))],
            result.ErrorMessage));

    static int OwnBroker(ConfigResource resource) =>
        // the type first: a topic may be named 1
        resource.Type != ConfigResourceType.Topic && int.TryParse(resource.Name, out var id) ? id : -1;

    static DescribeConfigsRequest Request(IEnumerable<ConfigResource> resources, bool synonyms) => new()
    {
        IncludeSynonyms = synonyms,
        Resources = [.. resources.Select(one => new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = (sbyte)one.Type,
            ResourceName = one.Name,
            ConfigurationKeys = null,
        })],
    };

    static IncrementalAlterConfigsRequest.AlterConfigsResource Alterable(
        ConfigResource resource, IReadOnlyList<ConfigChange> changes) =>
        new()
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

    static ConfigEntry Entry(ConfigResourceType type, DescribeConfigsResponse.DescribeConfigsResourceResult one) =>
        new(
            // the same few hundred names come again with each topic, and callers keep what they read
            string.Intern(one.Name),
            one.Value,
            one.ConfigSource >= 0 ? (ConfigSource)one.ConfigSource
                // v0 says only whether it is the default: what is not was set for the topic, or in the broker's file, since dynamic configs
                // of brokers came with the sources (KIP-226)
                : one.IsDefault ? ConfigSource.DefaultConfig
                : type == ConfigResourceType.Topic ? ConfigSource.TopicConfig
                : ConfigSource.StaticBrokerConfig,
            one.ReadOnly,
            one.IsSensitive)
        {
            Synonyms = [.. one.Synonyms.Select(synonym => new ConfigSynonym(synonym.Name, synonym.Value, (ConfigSource)synonym.Source))],
        };
}
