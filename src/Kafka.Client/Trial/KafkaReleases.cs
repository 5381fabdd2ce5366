using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Trial;

/// <summary>
/// The release of Apache Kafka that a broker's versions imply: brokers do not tell theirs. Each entry is the first release with that
/// version of that API (the KIP that brought it), or with that level of the feature metadata.version, which brokers with KRaft tell.
/// Others who speak the protocol imply the release that they follow.
/// </summary>
static class KafkaReleases
{
    const string MetadataVersion = "metadata.version";

    /// <summary>KIP-584; the levels of Apache's MetadataVersion, newest first.</summary>
    static readonly (short Level, string Release)[] levels =
    [
        (31, "4.4 or later"), (30, "4.3"), (28, "4.2"), (26, "4.1"), (22, "4.0"), (21, "3.9"), (20, "3.8"), (15, "3.7"), (12, "3.6"),
        (9, "3.5"), (8, "3.4"), (4, "3.3"), (3, "3.2"), (2, "3.1"), (1, "3.0"),
    ];

    static readonly (ApiKey Api, short Version, string Release)[] apis =
    [
        (ApiKey.Fetch, 18, "4.1 or later"),
        (ApiKey.ListOffsets, 10, "4.0"), // KIP-1075
        (ApiKey.Fetch, 17, "3.9"), // KIP-853
        (ApiKey.ListTransactions, 1, "3.8"), // KIP-994
        (ApiKey.Fetch, 16, "3.7"), // KIP-951
        (ApiKey.AddPartitionsToTxn, 4, "3.6"), // KIP-890
        (ApiKey.Fetch, 15, "3.5"), // KIP-903
        (ApiKey.LeaderAndIsr, 7, "3.4"), // KIP-866
        (ApiKey.DescribeLogDirs, 4, "3.3"), // KIP-827
        (ApiKey.JoinGroup, 9, "3.2"), // KIP-814
        (ApiKey.Metadata, 12, "3.1"), // KIP-516
        (ApiKey.ListTransactions, 0, "3.0"), // KIP-664
        (ApiKey.DescribeCluster, 0, "2.8"), // KIP-700
        (ApiKey.DescribeUserScramCredentials, 0, "2.7"), // KIP-554
        (ApiKey.DescribeClientQuotas, 0, "2.6"), // KIP-546
        (ApiKey.OffsetFetch, 7, "2.5"), // KIP-447
        (ApiKey.OffsetDelete, 0, "2.4"), // KIP-496
        (ApiKey.IncrementalAlterConfigs, 0, "2.3"), // KIP-339
        (ApiKey.ElectLeaders, 0, "2.2"), // KIP-183
        (ApiKey.Fetch, 10, "2.1"), // KIP-110
        (ApiKey.OffsetForLeaderEpoch, 1, "2.0"), // KIP-279
        (ApiKey.DeleteGroups, 0, "1.1"), // KIP-229
        (ApiKey.SaslAuthenticate, 0, "1.0"), // KIP-152
        (ApiKey.InitProducerId, 0, "0.11"), // KIP-98
    ];

    /// <summary>"3.9", or null for one older than 0.11.</summary>
    internal static string? Implied(ApiVersionsResponse told)
    {
        if (told.SupportedFeatures.Find(feature => feature.Name == MetadataVersion) is { } feature)
        {
            foreach (var (level, release) in levels)
            {
                if (feature.MaxVersion >= level)
                {
                    return release;
                }
            }
        }

        foreach (var (api, version, release) in apis)
        {
            if (told.ApiKeys.Exists(one => one.ApiKey == (short)api && one.MaxVersion >= version))
            {
                return release;
            }
        }

        return null;
    }
}
