using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client;

/// <summary>The first exchange on a connection (KIP-35, KIP-511): which versions of which APIs the broker has.</summary>
static class VersionNegotiation
{
    /// <summary>From version 3 on a client says who it is.</summary>
    internal static ApiVersionsRequest Question { get; } = new()
    {
        ClientSoftwareName = "castellan",
        ClientSoftwareVersion = typeof(VersionNegotiation).Assembly.GetName().Version?.ToString(3) ?? "0",
    };

    /// <summary>Asks in the newest version, and in v0 where the broker does not know it.</summary>
    internal static async Task<ApiVersionsResponse> RunAsync(
        KafkaConnection connection, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(connection, options, ApiVersionsRequest.MaxVersion, cancellationToken).ConfigureAwait(false);
        if ((ErrorCode)answer.ErrorCode == ErrorCode.UnsupportedVersion)
        {
            // KIP-511: the socket stays open after the refusal, so the second question needs no new connection
            answer = await AskAsync(connection, options, HighestCommon(answer), cancellationToken).ConfigureAwait(false);
        }

        KafkaException.ThrowIfError(answer.ErrorCode, $"{HostPort.Format(connection.Host, connection.Port)} refuses ApiVersions.");
        return answer;
    }

    /// <summary>Brokers from 2.4 on tell their versions of ApiVersions in the refusal; older ones get v0.</summary>
    static short HighestCommon(ApiVersionsResponse refusal)
    {
        var own = refusal.ApiKeys.Find(api => api.ApiKey == (short)ApiKey.ApiVersions);
        return own is null ? (short)0 : Math.Min(own.MaxVersion, ApiVersionsRequest.MaxVersion);
    }

    static async Task<ApiVersionsResponse> AskAsync(
        KafkaConnection connection, KafkaClientOptions options, short version, CancellationToken cancellationToken)
    {
        // older versions have no room for the client's name
        var request = version >= 3 ? Question : new ApiVersionsRequest();
        try
        {
            return await connection.SendAsync(request, cancellationToken, options.ConnectTimeout, version).ConfigureAwait(false);
        }
        catch (KafkaTimeoutException e)
        {
            throw e.BeforeRequest();
        }
        catch (KafkaUnreachableException e)
        {
            throw e.BeforeRequest();
        }
    }
}
