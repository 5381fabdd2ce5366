using System.Collections.Immutable;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Trial;

/// <summary>
/// Which release of Apache Kafka a broker is at least. No API says so: it follows from the metadata versions that a KRaft broker supports
/// (org.apache.kafka.server.common.MetadataVersion), and else from the newest version of an API that a release brought (the notes of
/// the message definitions, and the KIPs they name).
/// </summary>
public static class KafkaRelease
{
    // the newest first: the first that fits is the answer
    static readonly ImmutableArray<(ApiKey Key, int Version, string Release)> marks =
    [
        (ApiKey.Fetch, 18, "4.1"), // KIP-1166
        (ApiKey.Fetch, 17, "3.9"), // KIP-853
        (ApiKey.ListTransactions, 1, "3.8"), // KIP-994
        (ApiKey.Fetch, 16, "3.7"), // KIP-951
        (ApiKey.OffsetCommit, 9, "3.6"), // KIP-848
        (ApiKey.Fetch, 15, "3.5"), // KIP-903
        (ApiKey.LeaderAndIsr, 7, "3.4"), // KIP-866
        (ApiKey.DescribeLogDirs, 4, "3.3"), // KIP-827
        (ApiKey.JoinGroup, 8, "3.2"), // KIP-800
        (ApiKey.Fetch, 13, "3.1"), // KIP-516
        (ApiKey.ListTransactions, 0, "3.0"), // KIP-664
        (ApiKey.DescribeCluster, 0, "2.8"), // KIP-700
        (ApiKey.DescribeUserScramCredentials, 0, "2.7"), // KIP-554
        (ApiKey.DescribeClientQuotas, 0, "2.6"), // KIP-546
        (ApiKey.InitProducerId, 3, "2.5"), // KIP-360
        (ApiKey.AlterPartitionReassignments, 0, "2.4"), // KIP-455
        (ApiKey.IncrementalAlterConfigs, 0, "2.3"), // KIP-339
        (ApiKey.ElectLeaders, 0, "2.2"), // KIP-183
        (ApiKey.Fetch, 10, "2.1"), // KIP-110
        (ApiKey.Fetch, 8, "2.0"), // KIP-219
        (ApiKey.DeleteGroups, 0, "1.1"), // KIP-229
        (ApiKey.CreatePartitions, 0, "1.0"), // KIP-195
        (ApiKey.InitProducerId, 0, "0.11"), // KIP-98
        (ApiKey.CreateTopics, 0, "0.10.1"), // KIP-4
    ];

    /// <summary>What a broker is asked.</summary>
    public static ApiVersionsRequest Question => VersionNegotiation.Question;

    /// <summary>"3.9"; "4.3+" for what is newer than everything known here.</summary>
    public static string Of(ApiVersionsResponse answer)
    {
        if (answer.SupportedFeatures.Find(feature => feature.Name == MetadataVersions.Feature) is { } metadata
            && MetadataVersions.Release(metadata.MaxVersion) is { } release)
        {
            return release;
        }

        var apis = answer.ApiKeys.ToDictionary(api => (ApiKey)api.ApiKey);
        var mark = marks.FirstOrDefault(m => apis.TryGetValue(m.Key, out var api) && api.MaxVersion >= m.Version).Release ?? "0.10";
        // the one that took the versions of before 2.1 away (KIP-896) may have brought nothing that is marked
        return Number(mark) < new Version(4, 0) && apis.TryGetValue(ApiKey.Fetch, out var fetch) && fetch.MinVersion >= 4 ? "4.0" : mark;
    }

    /// <summary>What all of them have at least; null of none.</summary>
    public static string? Oldest(IEnumerable<string> releases) => releases.MinBy(Number);

    static Version Number(string release) => Version.Parse(release.TrimEnd('+'));
}
