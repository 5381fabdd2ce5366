using Kafka.Broker.Controller;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>
/// AlterConfigs v0 to v2 (KIP-133), which older tools use, and kafka-configs.sh for brokers: the entries replace all overrides there are.
/// </summary>
sealed class AlterConfigsHandler(ConfigAlteration alteration, EntryFailures failures)
    : RequestHandler<AlterConfigsRequest, AlterConfigsResponse>(
        ApiKey.AlterConfigs, AlterConfigsRequest.MinVersion, AlterConfigsRequest.MaxVersion, AlterConfigsRequest.Read)
{
    protected override async ValueTask<AlterConfigsResponse?> HandleAsync(
        AlterConfigsRequest request, RequestContext context, CancellationToken stopping)
    {
        var response = new AlterConfigsResponse();
        var twice = AlteredResources.NamedTwice(request.Resources.Select(each => (each.ResourceType, each.ResourceName)));
        foreach (var resource in request.Resources)
        {
            var result = new AlterConfigsResponse.AlterConfigsResourceResponse
            {
                ResourceType = resource.ResourceType,
                ResourceName = resource.ResourceName,
                ErrorMessage = null,
            };
            try
            {
                AlteredResources.Check(
                    (resource.ResourceType, resource.ResourceName), twice, resource.Configs.Select(config => config.Name));
                var nulls = resource.Configs.Where(config => config.Value is null).Select(config => config.Name).ToList();
                if (nulls.Count > 0)
                {
                    throw new AdminException(ErrorCode.InvalidRequest, $"Null value not supported for : {string.Join(",", nulls)}");
                }

                var given = resource.Configs.Select(config => new AlteredKey(config.Name, config.Value)).ToList();
                await alteration.AlterAsync(
                    resource.ResourceType,
                    resource.ResourceName,
                    request.ValidateOnly,
                    (overrides, _) =>
                        [.. overrides.Keys.Except(given.Select(key => key.Name)).Select(name => new AlteredKey(name, null)), .. given],
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
}
