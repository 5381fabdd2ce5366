using Kafka.Client;
using Kafka.Client.Admin;

namespace Dashboard.Monitoring.Metadata;

/// <summary>Client quotas, by what they are for: "user=anna,client-id=&lt;default&gt;".</summary>
sealed class QuotasBranch(KafkaCluster kafka) : IMetadataBranch
{
    public string Name => "client-quotas";

    public async Task<MetadataNode> ReadAsync(CancellationToken cancellationToken)
    {
        var quotas = await kafka.DescribeClientQuotasAsync(cancellationToken).ConfigureAwait(false);
        return MetadataNode.Of(null, quotas
            .Select(q => KeyValuePair.Create(
                string.Join(',', q.Entity.Select(part => $"{part.Type}={part.Name ?? "<default>"}")), new MetadataNode(q.Values)))
            .OrderBy(q => q.Key, StringComparer.Ordinal));
    }
}
