using System.Text.RegularExpressions;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// ApiVersions v0 to v4: exactly the registered handlers. A version that is not known is answered with <see cref="Refuse"/>, and the
/// connection stays. Left out: features (there are none in ZooKeeper mode).
/// </summary>
sealed partial class ApiVersionsHandler(Func<HandlerRegistry> registry) : RequestHandler<ApiVersionsRequest, ApiVersionsResponse>(
    ApiKey.ApiVersions, ApiVersionsRequest.MinVersion, ApiVersionsRequest.MaxVersion, ApiVersionsRequest.Read)
{
    /// <summary>A v0 body with error 35 and the versions of ApiVersions itself, with which the client tries again (KIP-511).</summary>
    public ApiVersionsResponse Refuse() => new()
    {
        ErrorCode = (short)ErrorCode.UnsupportedVersion,
        ApiKeys = [new() { ApiKey = (short)Key, MinVersion = MinVersion, MaxVersion = MaxVersion }],
    };

    protected override ValueTask<ApiVersionsResponse?> HandleAsync(
        ApiVersionsRequest request, RequestContext context, CancellationToken stopping)
    {
        // the characters that KIP-511 allows: brokers may make names of metrics of them
        if (context.Version >= 3
            && !(ClientSoftware().IsMatch(request.ClientSoftwareName) && ClientSoftware().IsMatch(request.ClientSoftwareVersion)))
        {
            return new(new ApiVersionsResponse { ErrorCode = (short)ErrorCode.InvalidRequest });
        }

        var response = new ApiVersionsResponse();
        foreach (var handler in registry().All)
        {
            response.ApiKeys.Add(new() { ApiKey = (short)handler.Key, MinVersion = handler.MinVersion, MaxVersion = handler.MaxVersion });
        }

        return new(response);
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?\z")]
    private static partial Regex ClientSoftware();
}
