using System.Collections.Frozen;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Messages.Tests.Producing;

/// <summary>Which producers stay open, and how long. Nothing listens where they connect to.</summary>
public sealed class KeptProducersTests : IAsyncDisposable
{
    readonly FakeTimeProvider time = new();
    readonly ClusterRegistry clusters;
    readonly KeptProducers producers;

    public KeptProducersTests()
    {
        clusters = new ClusterRegistry(new TestAudit(), NullLoggerFactory.Instance, TimeProvider.System);
        clusters.Set([Cluster("one"), Cluster("two")]);
        producers = new KeptProducers(clusters, time);
    }

    [Fact]
    public void One_is_kept_for_a_cluster_and_a_way_to_produce()
    {
        var first = Use("one");
        Assert.Same(first, Use("one"));
        Assert.Same(first, Use("one", new ProduceOptions { Acks = "all" }));
        Assert.NotSame(first, Use("one", new ProduceOptions { Acks = "leader" }));
        Assert.NotSame(first, Use("one", new ProduceOptions { Compression = "zstd" }));
        Assert.NotSame(first, Use("two"));
        Assert.Equal(4, producers.Count);
    }

    [Fact]
    public void One_that_nobody_uses_is_closed_after_five_minutes()
    {
        Use("one");
        time.Advance(TimeSpan.FromMinutes(4));
        using var used = producers.Take(Cluster("two"), new());
        Use("one");
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(2, producers.Count);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, producers.Count);
        Assert.Same(used.Producer, Use("two"));
    }

    [Fact]
    public void One_whose_cluster_is_gone_or_defined_otherwise_or_that_was_spoiled_is_not_used_again()
    {
        var (one, two) = (Use("one"), Use("two"));
        clusters.Set([Cluster("one"), Cluster("two", ("security.protocol", "SSL"))]);
        Assert.Equal(1, producers.Count);
        Assert.NotSame(two, Use("two", null, ("security.protocol", "SSL")));
        Assert.Same(one, Use("one"));
        clusters.Set([Cluster("one")]);
        Assert.Equal(1, producers.Count);
        using (var lease = producers.Take(Cluster("one"), new()))
        {
            lease.Spoil();
        }

        Assert.Equal(0, producers.Count);
        Assert.NotSame(one, Use("one"));
    }

    [Fact]
    public void No_more_are_kept_than_the_limit_and_those_in_use_go_last()
    {
        using var used = producers.Take(Cluster("one"), new());
        foreach (var i in Enumerable.Range(0, KeptProducers.MostKept + 6))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Use($"c{i}");
        }

        Assert.Equal(KeptProducers.MostKept, producers.Count);
        Assert.Same(used.Producer, Use("one"));
    }

    public async ValueTask DisposeAsync()
    {
        producers.Dispose();
        await clusters.DisposeAsync();
    }

    object Use(string cluster, ProduceOptions? options = null, params (string Key, string Value)[] properties)
    {
        using var lease = producers.Take(Cluster(cluster, properties), options ?? new());
        return lease.Producer;
    }

    static ClusterMonitorOptions Cluster(string id, params (string Key, string Value)[] properties) => new()
    {
        Id = id,
        Name = id,
        Kind = ClusterKind.Remote,
        Kafka = "127.0.0.1:1",
        Properties = properties.ToFrozenDictionary(p => p.Key, p => p.Value),
    };
}
