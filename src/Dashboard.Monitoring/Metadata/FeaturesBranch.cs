using Kafka.Client;
using Kafka.Client.Trial;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Metadata;

/// <summary>Features (KIP-584): the level that the cluster has switched on, and what the broker that was asked could do.</summary>
sealed class FeaturesBranch(KafkaCluster kafka) : IMetadataBranch
{
    /// <summary>ApiVersions has features from this version on (Kafka 2.7).</summary>
    const short WithFeatures = 3;

    public string Name => "features";

    public async Task<MetadataNode> ReadAsync(CancellationToken cancellationToken)
    {
        var answer = await kafka.UseAnyAsync(
            async (connection, left) => connection.Supports(ApiKey.ApiVersions, WithFeatures)
                ? await connection.SendAsync(KafkaRelease.Question, cancellationToken, left).ConfigureAwait(false)
                : throw new KafkaException(ErrorCode.UnsupportedVersion, "Brokers before 2.7 have no features."),
            cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        var finalized = answer.FinalizedFeatures.ToDictionary(f => f.Name, f => f.MaxVersionLevel);
        var supported = answer.SupportedFeatures.ToDictionary(f => f.Name, f => (f.MinVersion, f.MaxVersion));
        return MetadataNode.Of(null, finalized.Keys.Union(supported.Keys).Order(StringComparer.Ordinal).Select(name =>
        {
            var level = finalized.TryGetValue(name, out var on) ? on : (short?)null;
            var range = supported.TryGetValue(name, out var can) ? can : ((short, short)?)null;
            var release = name == MetadataVersions.Feature && level is { } number ? MetadataVersions.Name(number) : null;
            return KeyValuePair.Create(name, new MetadataNode(new
            {
                Finalized = level,
                Release = release,
                SupportedMin = range?.Item1,
                SupportedMax = range?.Item2,
            }));
        }));
    }
}
