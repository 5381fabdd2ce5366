using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Fakes;

/// <summary>A metadata tree that stands still: places by path, with their values.</summary>
public sealed class FakeMetadata : IMetadataBrowser
{
    static readonly SectionError disabled =
        new(SectionErrorKind.Refused, "Kafka", "SECURITY_DISABLED", "No Authorizer is configured.", DateTimeOffset.UnixEpoch);

    readonly SortedDictionary<string, string?> places = new(StringComparer.Ordinal)
    {
        ["/"] = """{ "clusterId": "Xr2k-8sVQ5m0yLwJmZxD0g", "controllerId": 1 }""",
        ["/acls"] = null,
        ["/brokers"] = null,
        ["/brokers/0"] = """{ "id": 0, "host": "kafka0.example", "port": 9092, "rack": "a" }""",
        ["/brokers/1"] = """{ "id": 1, "host": "kafka1.example", "port": 9092, "rack": "b" }""",
        ["/client-quotas"] = null,
        ["/client-quotas/user=anna"] = """{ "producer_byte_rate": 1048576 }""",
        ["/configs"] = null,
        ["/configs/brokers"] = null,
        ["/configs/topics"] = null,
        ["/configs/topics/orders"] = """{ "retention.ms": "604800000" }""",
        ["/features"] = null,
        ["/features/metadata.version"] = """{ "finalized": 30, "release": "4.3-IV0" }""",
        ["/scram-users"] = null,
        ["/topics"] = null,
        ["/topics/orders"] = """{ "name": "orders", "topicId": "9Pq4mVbTRzGm3yJYw0k2bA", "partitions": 2 }""",
        ["/topics/orders/0"] = """{ "partition": 0, "leader": 1, "leaderEpoch": 4, "replicas": [1, 0], "isr": [1, 0] }""",
        ["/topics/orders/1"] = """{ "partition": 1, "leader": 0, "leaderEpoch": 4, "replicas": [0, 1], "isr": [0] }""",
    };

    public Task<MetadataView?> ReadAsync(string path, CancellationToken cancellationToken) => Task.FromResult(
        places.TryGetValue(path, out var value)
            ? new MetadataView(path, value, Children(path), path == "/acls" ? disabled : null)
            : null);

    ImmutableArray<MetadataChild> Children(string path) =>
    [
        .. places.Keys.Where(p => p != "/" && MetadataPath.Parent(p) == path)
            .Select(p => new MetadataChild(MetadataPath.Name(p), places.Keys.Count(c => c != "/" && MetadataPath.Parent(c) == p))),
    ];
}

/// <summary>A check that finds what a test says.</summary>
public sealed class FakeMetadataCheck(FakeCluster cluster) : IMetadataCheck
{
    public int Asked { get; private set; }

    public static Section<DifferenceTable> Agreed(DateTimeOffset now, int? reference = null) => Section<DifferenceTable>.Unread.Read(
        new(reference, [], 0, 33, 0, 0, [0, 1, 2], ImmutableSortedDictionary<int, SectionError>.Empty), now);

    public static Section<DifferenceTable> Differing(DateTimeOffset now) => Section<DifferenceTable>.Unread.Read(
        new(
            null,
            [
                new(DifferenceKind.Leader, "orders-3", "1", [new(3, "2"), new(4, "2")], now.AddMinutes(-12)),
                new(DifferenceKind.Isr, "orders-3", "0, 1", [new(3, "0, 1, 2")], now.AddMinutes(-12)),
                new(DifferenceKind.TopicUnknown, "geo-cache", "geo-cache", [new(3, null)], now.AddMinutes(-12)),
                new(DifferenceKind.Config, "payments retention.ms", "86400000", [new(-1, "604800000")], now.AddMinutes(-3)),
                new(DifferenceKind.OrphanedLog, "legacy-0", null, [new(1, "73400320 bytes")], now.AddDays(-3)),
            ],
            5,
            73,
            0,
            2,
            [0, 1, 3, 4],
            ImmutableSortedDictionary<int, SectionError>.Empty.Add(
                2,
                new(SectionErrorKind.TimedOut, ErrorSource.Broker(2, "kafka2.eu.example:9092"), null, "no answer", now))),
        now);

    public Task<Section<DifferenceTable>> ReadAsync(CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult(cluster.Differences);
    }
}
