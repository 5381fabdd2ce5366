using Kafka.Broker.Configs;
using Kafka.Broker.Configuration;
using Kafka.Broker.Controller;
using Kafka.Broker.Logging;
using Kafka.Broker.Metadata;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>
/// DescribeConfigs v0 to v4 for topics, for this broker (or, with an empty name, all brokers) and its loggers. Left out: documentation.
/// </summary>
sealed class DescribeConfigsHandler(
    BrokerConfig config, int brokerId, MetadataCache metadata, ConfigStore configs, BrokerLoggers levels, EntryFailures failures)
    : RequestHandler<DescribeConfigsRequest, DescribeConfigsResponse>(
        ApiKey.DescribeConfigs, DescribeConfigsRequest.MinVersion, DescribeConfigsRequest.MaxVersion, DescribeConfigsRequest.Read)
{
    protected override async ValueTask<DescribeConfigsResponse?> HandleAsync(
        DescribeConfigsRequest request, RequestContext context, CancellationToken stopping)
    {
        // many topics are asked for at once: their overrides are read side by side
        var results = await Task.WhenAll(request.Resources.Select(resource =>
            DescribeAsync(resource, request.IncludeSynonyms, context.Version, stopping))).ConfigureAwait(false);
        return new DescribeConfigsResponse { Results = [.. results] };
    }

    async Task<DescribeConfigsResponse.DescribeConfigsResult> DescribeAsync(
        DescribeConfigsRequest.DescribeConfigsResource resource, bool synonyms, short version, CancellationToken stopping)
    {
        var result = new DescribeConfigsResponse.DescribeConfigsResult
        {
            ResourceType = resource.ResourceType,
            ResourceName = resource.ResourceName,
        };
        try
        {
            var (entries, readOnly) = (ResourceType)resource.ResourceType switch
            {
                ResourceType.Topic => (await TopicAsync(resource.ResourceName, stopping).ConfigureAwait(false), false),
                ResourceType.Broker when resource.ResourceName.Length == 0 => (await AllBrokersAsync(stopping).ConfigureAwait(false), true),
                ResourceType.Broker => (ThisBroker(resource.ResourceName), true),
                ResourceType.BrokerLogger => (Loggers(resource.ResourceName), false),
                _ => throw new AdminException(ErrorCode.InvalidRequest, $"Unsupported resource type: {resource.ResourceType}"),
            };
            result.Configs = [.. entries
                .Where(entry => resource.ConfigurationKeys is null || resource.ConfigurationKeys.Contains(entry.Key.Name))
                .Select(entry => Entry(entry, synonyms, readOnly && !entry.Key.Dynamic, version))];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = failures.Of(e, Key, resource.ResourceName);
            (result.ErrorCode, result.ErrorMessage) = ((short)failure.Code, failure.Message);
        }

        return result;
    }

    async Task<IEnumerable<DescribedConfig>> TopicAsync(string topic, CancellationToken stopping)
    {
        if (TopicName.Problem(topic) is { } problem)
        {
            throw new AdminException(ErrorCode.InvalidTopic, problem);
        }

        if (!metadata.Current.Exists(topic))
        {
            throw new AdminException(ErrorCode.UnknownTopicOrPartition);
        }

        var overrides = await configs.GetTopicOverridesAsync(topic, stopping).ConfigureAwait(false);
        return new TopicConfigValues(config.Values, overrides).Describe();
    }

    async Task<IEnumerable<DescribedConfig>> AllBrokersAsync(CancellationToken stopping)
    {
        var overrides = await configs.GetBrokerOverridesAsync(null, stopping).ConfigureAwait(false);
        return overrides.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new DescribedConfig(
            BrokerConfigKeys.Find(pair.Key),
            pair.Value,
            ConfigSource.DynamicDefaultBrokerConfig,
            [(pair.Key, pair.Value, ConfigSource.DynamicDefaultBrokerConfig)]));
    }

    IEnumerable<DescribedConfig> ThisBroker(string name)
    {
        var id = brokerId;
        return BrokerResource.Id(name) != id
            ? throw new AdminException(
                ErrorCode.InvalidRequest, $"Unexpected broker id, expected {id} or empty string, but received {name}")
            : config.Values.Describe();
    }

    IEnumerable<DescribedConfig> Loggers(string name)
    {
        LoggerAlteration.CheckBroker(name, brokerId);
        return levels.All.Select(logger => new DescribedConfig(
            new ConfigKey(logger.Name, ConfigType.String, null), LogLevels.Name(logger.Level), ConfigSource.DynamicBrokerLoggerConfig, []));
    }

    static DescribeConfigsResponse.DescribeConfigsResourceResult Entry(DescribedConfig entry, bool synonyms, bool readOnly, short version)
    {
        // values of passwords never leave the broker, nor those of unknown keys: they may be passwords
        var sensitive = entry.Key.Type is ConfigType.Password or ConfigType.Unknown;
        return new DescribeConfigsResponse.DescribeConfigsResourceResult
        {
            Name = entry.Key.Name,
            Value = sensitive ? null : entry.Value,
            ReadOnly = readOnly,
            // v1 has the source in its place
            IsDefault = version == 0 && entry.Source == ConfigSource.DefaultConfig,
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
