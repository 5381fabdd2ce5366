using System.Globalization;
using Kafka.Broker.Configuration;
using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>DescribeConfigs v0 to v4 for topics and for this broker (or, with an empty name, all brokers). Left out: documentation, loggers.</summary>
sealed class DescribeConfigsHandler(BrokerServices broker) : RequestHandler<DescribeConfigsRequest, DescribeConfigsResponse>(
    ApiKey.DescribeConfigs, DescribeConfigsRequest.MinVersion, DescribeConfigsRequest.MaxVersion, DescribeConfigsRequest.Read)
{
    protected override async ValueTask<DescribeConfigsResponse?> HandleAsync(DescribeConfigsRequest request, RequestContext context, CancellationToken stopping)
    {
        // many topics are asked for at once: their overrides are read side by side
        var results = await Task.WhenAll(request.Resources.Select(resource => DescribeAsync(resource, request.IncludeSynonyms, context.Version, stopping))).ConfigureAwait(false);
        return new DescribeConfigsResponse { Results = [.. results] };
    }

    async Task<DescribeConfigsResponse.DescribeConfigsResult> DescribeAsync(
        DescribeConfigsRequest.DescribeConfigsResource resource, bool synonyms, short version, CancellationToken stopping)
    {
        var result = new DescribeConfigsResponse.DescribeConfigsResult { ResourceType = resource.ResourceType, ResourceName = resource.ResourceName };
        try
        {
            var (entries, readOnly) = (ResourceType)resource.ResourceType switch
            {
                ResourceType.Topic => (await TopicAsync(resource.ResourceName, stopping).ConfigureAwait(false), false),
                ResourceType.Broker when resource.ResourceName.Length == 0 => (await AllBrokersAsync(stopping).ConfigureAwait(false), true),
                ResourceType.Broker => (ThisBroker(resource.ResourceName), true),
                ResourceType.BrokerLogger => ([], false),
                _ => throw new AdminException(ErrorCode.InvalidRequest, $"Unsupported resource type: {resource.ResourceType}"),
            };
            result.Configs = [.. entries.Where(entry => resource.ConfigurationKeys is null || resource.ConfigurationKeys.Contains(entry.Key.Name))
                .Select(entry => Entry(entry, synonyms, readOnly && !entry.Key.Dynamic, version))];
        }
        catch (AdminException e)
        {
            result.ErrorCode = (short)e.Code;
            result.ErrorMessage = e.Words;
        }

        return result;
    }

    async Task<IEnumerable<ConfigEntry>> TopicAsync(string topic, CancellationToken stopping)
    {
        if (TopicName.Problem(topic) is { } problem)
        {
            throw new AdminException(ErrorCode.InvalidTopic, problem);
        }

        if (!broker.Metadata.Current.Topics.ContainsKey(topic))
        {
            throw new AdminException(ErrorCode.UnknownTopicOrPartition);
        }

        var overrides = await broker.Control.Configs.GetTopicOverridesAsync(topic, stopping).ConfigureAwait(false);
        return new TopicConfigValues(broker.Config.Values, overrides).Describe();
    }

    async Task<IEnumerable<ConfigEntry>> AllBrokersAsync(CancellationToken stopping)
    {
        var overrides = await broker.Control.Configs.GetBrokerOverridesAsync(null, stopping).ConfigureAwait(false);
        return overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ConfigEntry(
            BrokerConfigKeys.Find(pair.Key),
            pair.Value,
            ConfigSource.DynamicDefaultBroker,
            [(pair.Key, pair.Value, ConfigSource.DynamicDefaultBroker)]));
    }

    IEnumerable<ConfigEntry> ThisBroker(string name)
    {
        var id = broker.Control.BrokerId;
        return !int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var asked)
            ? throw new AdminException(ErrorCode.InvalidRequest, $"Broker id must be an integer, but it is: {name}")
            : asked != id
                ? throw new AdminException(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {id} or empty string, but received {name}")
                : broker.Config.Values.Describe();
    }

    static DescribeConfigsResponse.DescribeConfigsResourceResult Entry(ConfigEntry entry, bool synonyms, bool readOnly, short version)
    {
        // values of passwords never leave the broker, nor those of keys nobody knows: they may be passwords
        var sensitive = entry.Key.Type is ConfigType.Password or ConfigType.Unknown;
        return new DescribeConfigsResponse.DescribeConfigsResourceResult
        {
            Name = entry.Key.Name,
            Value = sensitive ? null : entry.Value,
            ReadOnly = readOnly,
            IsDefault = version == 0 && entry.Source == ConfigSource.Default,
            ConfigSource = (sbyte)entry.Source,
            IsSensitive = sensitive,
            ConfigType = (sbyte)entry.Key.Type,
            Documentation = null,
            Synonyms = synonyms
                ? [.. entry.Synonyms.Select(synonym => new DescribeConfigsResponse.DescribeConfigsSynonym
                {
                    Name = synonym.Name,
                    Value = sensitive ? null : synonym.Value,
                    Source = (sbyte)synonym.Source,
                })]
                : [],
        };
    }
}

/// <summary>What configuration belongs to (org.apache.kafka.common.config.ConfigResource).</summary>
enum ResourceType : sbyte
{
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
}
