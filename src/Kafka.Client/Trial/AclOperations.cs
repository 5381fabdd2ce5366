namespace Kafka.Client.Trial;

/// <summary>What a principal may do, from the bits that KIP-430 has: bit n is the operation whose code is n.</summary>
static class AclOperations
{
    /// <summary>A broker that was not asked, or does not say (KIP-430's own value for it).</summary>
    internal const int NotTold = int.MinValue;

    /// <summary>As kafka-acls.sh names them, those that make sense for a cluster.</summary>
    static readonly (int Code, string Name)[] ofClusters =
    [
        (8, "Describe"), (10, "DescribeConfigs"), (7, "Alter"), (11, "AlterConfigs"), (5, "Create"), (9, "ClusterAction"),
        (12, "IdempotentWrite"),
    ];

    internal static IReadOnlyList<string> Allowed(int bits) => [.. ofClusters.Where(one => Has(bits, one.Code)).Select(one => one.Name)];

    internal static IReadOnlyList<string> NotAllowed(int bits) => Allowed(~bits);

    static bool Has(int bits, int code) => (bits & (1 << code)) != 0;
}
