using Kafka.Client;
using Kafka.Client.Admin;

namespace Dashboard.Monitoring.Metadata;

/// <summary>Users with SCRAM credentials: mechanisms and iterations; brokers give the credentials themselves to no one.</summary>
sealed class ScramBranch(KafkaCluster kafka) : IMetadataBranch
{
    public string Name => "scram-users";

    public async Task<MetadataNode> ReadAsync(CancellationToken cancellationToken)
    {
        var users = await kafka.DescribeScramUsersAsync(cancellationToken).ConfigureAwait(false);
        return MetadataNode.Of(null, users.OrderBy(u => u.Name, StringComparer.Ordinal).Select(user => KeyValuePair.Create(
            user.Name,
            new MetadataNode(user.Credentials.Select(c => new { c.Mechanism, c.Iterations }).ToList()))));
    }
}
