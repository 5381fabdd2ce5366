using Kafka.Client;
using Kafka.Client.Admin;

namespace Dashboard.Monitoring.Metadata;

/// <summary>ACLs by type and name of what they are for; a name that is a prefix has a star behind it.</summary>
sealed class AclsBranch(KafkaCluster kafka) : IMetadataBranch
{
    public string Name => "acls";

    public async Task<MetadataNode> ReadAsync(CancellationToken cancellationToken)
    {
        var acls = await kafka.DescribeAclsAsync(cancellationToken).ConfigureAwait(false);
        return MetadataNode.Of(null, acls.GroupBy(a => a.Type).OrderBy(a => a.Key).Select(type => KeyValuePair.Create(
            Words(type.Key),
            MetadataNode.Of(null, type.GroupBy(a => (a.Resource, a.Pattern)).OrderBy(a => a.Key.Resource, StringComparer.Ordinal)
                .Select(resource => KeyValuePair.Create(
                    resource.Key.Pattern == AclPattern.Prefixed ? $"{resource.Key.Resource}… (prefixed)" : resource.Key.Resource,
                    new MetadataNode(resource.Select(Acl).ToList())))))));
    }

    static object Acl(AclBinding acl) =>
        new { acl.Principal, acl.Host, Operation = $"{acl.Operation}", Permission = $"{acl.Permission}", Pattern = $"{acl.Pattern}" };

    /// <summary>As kafka-acls.sh has them for options.</summary>
    static string Words(AclResourceType type) => type switch
    {
        AclResourceType.TransactionalId => "transactional-id",
        AclResourceType.DelegationToken => "delegation-token",
        _ => $"{type}".ToLowerInvariant(),
    };
}
