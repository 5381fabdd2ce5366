using Kafka.Protocol;

namespace Kafka.Client.Admin;

/// <summary>A feature that the whole cluster has switched on, and its level: metadata.version 27.</summary>
public readonly record struct FinalizedFeature(string Name, short Level);

/// <summary>What brokers say of features with their API versions (KIP-584).</summary>
public static class FeatureCalls
{
    /// <summary>ApiVersions has features from this version on (Kafka 2.7).</summary>
    const short WithFeatures = 3;

    /// <summary>Sorted by name; empty of a cluster in ZooKeeper mode, which finalizes none, and of brokers before 2.7.</summary>
    public static async Task<IReadOnlyList<FinalizedFeature>> GetFeaturesAsync(
        this KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var answer = await cluster.UseAnyAsync(
            async (connection, left) => connection.Supports(ApiKey.ApiVersions, WithFeatures)
                ? await connection.SendAsync(VersionNegotiation.Question, cancellationToken, left).ConfigureAwait(false)
                : null,
            cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer?.ErrorCode ?? 0);
        return
        [
            .. (answer?.FinalizedFeatures ?? []).Select(f => new FinalizedFeature(f.Name, f.MaxVersionLevel))
                .OrderBy(f => f.Name, StringComparer.Ordinal),
        ];
    }
}
