using System.Collections.Frozen;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Messages.Tests.Producing;

/// <summary>Which producers are used again. Nothing listens where they would connect to.</summary>
public sealed class RecordProducersTests : IAsyncDisposable
{
    readonly ClusterRegistry clusters = new(new TestAudit(), NullLoggerFactory.Instance, TimeProvider.System);
    readonly RecordProducers producers = new();

    public RecordProducersTests() => clusters.Set([Cluster("one"), Cluster("two")]);

    [Fact]
    public void One_is_kept_for_a_cluster_and_a_way_to_produce()
    {
        var first = Of("one");
        Assert.Same(first, Of("one", new ProduceOptions { Acks = "all" }));
        Assert.NotSame(first, Of("one", new ProduceOptions { Acks = "leader" }));
        Assert.NotSame(first, Of("one", new ProduceOptions { Compression = "zstd" }));
        Assert.NotSame(first, Of("one", new ProduceOptions { Partitioner = "consistent" }));
        Assert.NotSame(first, Of("two"));
    }

    [Fact]
    public void One_whose_cluster_is_defined_otherwise_is_not_used_again()
    {
        var (one, two) = (Of("one"), Of("two"));
        clusters.Set([Cluster("one"), Cluster("two", ("security.protocol", "SSL"))]);
        Assert.Same(one, Of("one"));
        Assert.NotSame(two, Of("two"));
    }

    public ValueTask DisposeAsync() => clusters.DisposeAsync();

    object Of(string cluster, ProduceOptions? options = null) => producers.Of(clusters.Find(cluster)!, options ?? new());

    static ClusterMonitorOptions Cluster(string id, params (string Key, string Value)[] properties) => new()
    {
        Id = id,
        Name = id,
        Kind = ClusterKind.Remote,
        Kafka = "127.0.0.1:1",
        Properties = properties.ToFrozenDictionary(p => p.Key, p => p.Value),
    };
}
