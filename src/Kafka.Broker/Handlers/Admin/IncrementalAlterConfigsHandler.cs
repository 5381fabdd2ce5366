using Kafka.Broker.Configuration;
using Kafka.Broker.Controller;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>
/// IncrementalAlterConfigs v0 and v1 (KIP-339) for topics, brokers and a broker's loggers, at any broker: set, delete, and on lists append
/// and subtract.
/// </summary>
sealed class IncrementalAlterConfigsHandler(ConfigAlteration alteration, LoggerAlteration loggers, EntryFailures failures)
    : RequestHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>(
        ApiKey.IncrementalAlterConfigs,
        IncrementalAlterConfigsRequest.MinVersion,
        IncrementalAlterConfigsRequest.MaxVersion,
        IncrementalAlterConfigsRequest.Read)
{
    enum Operation : sbyte
    {
        Set = 0,
        Delete = 1,
        Append = 2,
        Subtract = 3,
    }

    protected override async ValueTask<IncrementalAlterConfigsResponse?> HandleAsync(
        IncrementalAlterConfigsRequest request, RequestContext context, CancellationToken stopping)
    {
        var response = new IncrementalAlterConfigsResponse();
        var twice = AlteredResources.NamedTwice(request.Resources.Select(each => (each.ResourceType, each.ResourceName)));
        foreach (var resource in request.Resources)
        {
            var result = new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse
            {
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
                ErrorMessage = null,
            };
            try
            {
                AlteredResources.Check(
                    (resource.ResourceType, resource.ResourceName), twice, resource.Configs.Select(config => config.Name));
                RefuseNulls(resource);
                if ((ResourceType)resource.ResourceType == ResourceType.BrokerLogger)
                {
                    loggers.Alter(resource.ResourceName, [.. resource.Configs.Select(Level)], request.ValidateOnly);
                    response.Responses.Add(result);
                    continue;
                }

                await alteration.AlterAsync(
                    resource.ResourceType,
                    resource.ResourceName,
                    request.ValidateOnly,
                    (overrides, keys) => [.. resource.Configs.Select(config =>
                        new AlteredKey(config.Name, Value(config, overrides, keys(config.Name))))],
                    stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var failure = failures.Of(e, Key, resource.ResourceName);
                (result.ErrorCode, result.ErrorMessage) = ((short)failure.Code, failure.Message);
            }

            response.Responses.Add(result);
        }

        return response;
    }

    static void RefuseNulls(IncrementalAlterConfigsRequest.AlterConfigsResource resource)
    {
        var nulls = resource.Configs
            .Where(config => config.Value is null && config.ConfigOperation != (sbyte)Operation.Delete)
            .Select(config => config.Name).ToList();
        if (nulls.Count > 0)
        {
            throw new AdminException(ErrorCode.InvalidRequest, $"Null value not supported for : {string.Join(",", nulls)}");
        }
    }

    static AlteredKey Level(IncrementalAlterConfigsRequest.AlterableConfig config) => (Operation)config.ConfigOperation switch
    {
        Operation.Set => new AlteredKey(config.Name, config.Value),
        Operation.Delete => new AlteredKey(config.Name, null),
        var other => throw new AdminException(
            ErrorCode.InvalidRequest, $"{other.ToString().ToUpperInvariant()} operation is not allowed for the BROKER_LOGGER resource"),
    };

    static string? Value(
        IncrementalAlterConfigsRequest.AlterableConfig config, IReadOnlyDictionary<string, string> overrides, ConfigKey? key)
    {
        var operation = (Operation)config.ConfigOperation;
        if (operation is Operation.Append or Operation.Subtract && key?.Type != ConfigType.List)
        {
            throw new AdminException(ErrorCode.InvalidConfig, key is null
                ? $"Unknown config name: {config.Name}"
                : $"Config value {operation.ToString().ToLowerInvariant()} is not allowed for config key: {config.Name}");
        }

        IEnumerable<string> Old() => Items(overrides.GetValueOrDefault(config.Name) ?? key!.Default ?? "");
        return operation switch
        {
            Operation.Set => config.Value,
            Operation.Delete => null,
            Operation.Append => string.Join(',', Old().Union(Items(config.Value!))),
            Operation.Subtract => string.Join(',', Old().Except(Items(config.Value!))),
            _ => throw new AdminException(ErrorCode.InvalidRequest, $"Unknown operation type {config.ConfigOperation}"),
        };
    }

    static string[] Items(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
