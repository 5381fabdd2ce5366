using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>What an ACL is for; the numbers are Kafka's (KIP-140, KIP-373).</summary>
public enum AclResourceType : sbyte
{
    Unknown = 0,
    Any = 1,
    Topic = 2,
    Group = 3,
    Cluster = 4,
    TransactionalId = 5,
    DelegationToken = 6,
    User = 7,
}

/// <summary>How the name of a resource is meant (KIP-290).</summary>
public enum AclPattern : sbyte
{
    Unknown = 0,
    Any = 1,
    Match = 2,
    Literal = 3,
    Prefixed = 4,
}

/// <summary>As kafka-acls.sh names them.</summary>
public enum AclOperation : sbyte
{
    Unknown = 0,
    Any = 1,
    All = 2,
    Read = 3,
    Write = 4,
    Create = 5,
    Delete = 6,
    Alter = 7,
    Describe = 8,
    ClusterAction = 9,
    DescribeConfigs = 10,
    AlterConfigs = 11,
    IdempotentWrite = 12,
    CreateTokens = 13,
    DescribeTokens = 14,
    TwoPhaseCommit = 15,
}

/// <summary>A deny wins over every allow, as brokers apply them.</summary>
public enum AclPermission : sbyte
{
    Unknown = 0,
    Any = 1,
    Deny = 2,
    Allow = 3,
}

/// <summary>One ACL: who may, or may not, do what with which resource, from where.</summary>
public sealed record AclBinding(
    AclResourceType Type,
    string Resource,
    AclPattern Pattern,
    string Principal,
    string Host,
    AclOperation Operation,
    AclPermission Permission);

/// <summary>Reads ACLs.</summary>
public static class AclCalls
{
    /// <summary>The first version that tells prefixed resources from literal ones (KIP-290).</summary>
    const short WithPatterns = 1;

    /// <summary>All of them.</summary>
    /// <exception cref="KafkaException">
    /// SECURITY_DISABLED: the brokers have no authorizer, so that every principal may do everything. UNSUPPORTED_VERSION: they are from
    /// before 0.11.
    /// </exception>
    public static async Task<IReadOnlyList<AclBinding>> DescribeAclsAsync(this KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var answer = await cluster.UseAnyAsync(
            (connection, left) => connection.SendAsync(
                Question(connection.Supports(ApiKey.DescribeAcls, WithPatterns)), cancellationToken, left),
            cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return
        [
            .. from resource in answer.Resources
                from acl in resource.Acls
                select new AclBinding(
                    (AclResourceType)resource.ResourceType,
                    resource.ResourceName,
                    (AclPattern)resource.PatternType,
                    acl.Principal,
                    acl.Host,
                    (AclOperation)acl.Operation,
                    (AclPermission)acl.PermissionType),
        ];
    }

    static DescribeAclsRequest Question(bool hasPatterns) => new()
    {
        ResourceTypeFilter = (sbyte)AclResourceType.Any,
        ResourceNameFilter = null,
        // v0 has no such field, and only its default, literal, can be sent in it
        PatternTypeFilter = (sbyte)(hasPatterns ? AclPattern.Any : AclPattern.Literal),
        PrincipalFilter = null,
        HostFilter = null,
        Operation = (sbyte)AclOperation.Any,
        PermissionType = (sbyte)AclPermission.Any,
    };
}
