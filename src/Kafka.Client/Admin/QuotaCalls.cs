using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>Quotas of one entity.</summary>
/// <param name="Entity">By type: user, client-id, ip; the name is null for the default of the type.</param>
/// <param name="Values">By key: producer_byte_rate, consumer_byte_rate, request_percentage …</param>
public sealed record ClientQuota(
    IReadOnlyList<(string Type, string? Name)> Entity, IReadOnlyDictionary<string, double> Values);

/// <summary>Reads client quotas (KIP-546).</summary>
public static class QuotaCalls
{
    /// <summary>All of them. UNSUPPORTED_VERSION from brokers before 2.6.</summary>
    public static async Task<IReadOnlyList<ClientQuota>> DescribeClientQuotasAsync(
        this KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var request = new DescribeClientQuotasRequest { Components = [], Strict = false };
        var answer = await cluster.SendToAnyAsync(request, cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return
        [
            .. (answer.Entries ?? []).Select(entry => new ClientQuota(
                [.. entry.Entity.Select(part => (part.EntityType, part.EntityName))],
                entry.Values.ToDictionary(value => value.Key, value => value.Value))),
        ];
    }
}
