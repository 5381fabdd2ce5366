using Dashboard.Clusters;
using Dashboard.Components.Features.Walkthroughs;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.Fakes;

/// <summary>
/// Three clusters that live: "local" (hosted), "prod-eu" (a broker is down), "prod-us" (no ZooKeeper, 2,000 topics and,
/// unless told otherwise, 2,500 groups).
/// </summary>
public sealed class FakeWorld
{
    readonly TimeProvider time;
    readonly Random random = new(7);
    readonly (FakeCluster Cluster, FakeClusterMonitor Monitor)[] clusters;

    public FakeWorld(TimeProvider time, int manyGroups = 2500)
    {
        this.time = time;
        var now = time.GetUtcNow();
        Local = new FakeCluster("local", ClusterKind.Hosted, time).With(
            3, ("orders", 6, 3), ("payments", 4, 2), ("clicks", 8, 2), ("test-cluster-topic", 3, 2), ("__consumer_offsets", 12, 3));
        Local.SetGroups(
        [
            FakeGroups.Of("billing", "orders", 6, 3, now, 800, true),
            FakeGroups.Of("fulfilment", "orders", 6, 2, now),
            FakeGroups.Of("search-index", "clicks", 8, 0, now, 90_000),
        ]);
        var eu = new FakeCluster("prod-eu", ClusterKind.Remote, time).With(
            5, ("audit-raw", 5, 1), ("geo-cache", 5, 1), ("orders", 24, 3), ("payments", 12, 3), ("clicks", 7, 3),
            ("__consumer_offsets", 20, 3));
        eu.SetGroups([FakeGroups.Of("billing", "payments", 12, 3, now, 4000, true), FakeGroups.Of("fulfilment", "orders", 24, 6, now)]);
        var us = new FakeCluster("prod-us", ClusterKind.Remote, time) { HasZooKeeper = false, ReadOnly = true }
            .With(6, [.. Enumerable.Range(0, 2000).Select(i => ($"topic-{i:0000}", 5, 3))]);
        us.SetGroups(
        [
            .. Enumerable.Range(0, manyGroups)
                .Select(i => FakeGroups.Of($"group-{i:0000}", $"topic-{i % 2000:0000}", 5, i % 4, now, i * 3)),
        ]);
        Local.Differences = FakeMetadataCheck.Agreed(now);
        eu.Differences = FakeMetadataCheck.Differing(now);
        eu.LegacyGroups = FakeGroups.Legacy(now);
        us.Differences = FakeMetadataCheck.Agreed(now, reference: 1);
        Nodes = new(Local, time);
        clusters = [.. new[] { Local, eu, us }.Select(c => (c, new FakeClusterMonitor(c.Snapshot())
        {
            Commands = new FakeCommands(c, Audit, time), Messages = new FakeMessages(), Znodes = Znodes,
            Metadata = new FakeMetadata(), MetadataCheck = new FakeMetadataCheck(c),
        }))];
        Znodes.WithKafka();
        Registry = new([.. clusters.Select(c => c.Monitor)]);
        Catalog = new(Registry, time);
        Catalog.Define(new() { Id = "local", Name = "local", Source = DefinitionSource.Hosted });
        Catalog.Define(new()
        {
            Id = "prod-eu",
            Name = "prod-eu",
            Label = "production",
            Colour = "red",
            Kafka = "kafka1.eu.example:9092,kafka2.eu.example:9092",
            ZooKeeper = "zk1.eu.example:2181/kafka",
            Source = DefinitionSource.File,
        });
        Catalog.Define(new()
        {
            Id = "prod-us",
            Name = "prod-us",
            Label = "production",
            Colour = "red",
            Kafka = "kafka1.us.example:9093",
            ReadOnly = true,
        });
        eu.Kill(2);
        for (var i = 120; i > 0; i--)
        {
            Step(now.AddSeconds(-5 * i), i % 60 == 0);
        }
    }

    public FakeCluster Local { get; }

    public FakeNodeHost Nodes { get; }

    public FakeAudit Audit { get; } = new();

    public FakeZnodes Znodes { get; } = new(TimeProvider.System);

    public FakeClusterRegistry Registry { get; }

    public FakeClusterCatalog Catalog { get; }

    public void Step() => Step(time.GetUtcNow(), true);

    void Step(DateTimeOffset at, bool all)
    {
        foreach (var (cluster, monitor) in clusters)
        {
            if (cluster.Id == "prod-us" && !all)
            {
                continue;
            }
            cluster.Tick(random);
            var snapshot = cluster.Snapshot();
            ((FakeHistory)monitor.History).Add(at, snapshot, random);
            monitor.Publish(snapshot);
        }
        Nodes.Log("kafka0", NodeLogLevel.Info, $"Group billing: generation {random.Next(3, 9)}, 3 members");
        if (random.Next(9) == 0)
        {
            Nodes.Log("zk2", NodeLogLevel.Warn, "fsync of the transaction log took 112 ms");
        }
        Znodes.Put(
            "/kafka/brokers/topics/orders/partitions/3/state",
            $$"""{"controller_epoch":14,"leader":{{random.Next(3)}},"version":1,"leader_epoch":7,"isr":[0,1]}""");
    }

    public void Register(IServiceCollection services)
    {
        services.AddSingleton<IClusterRegistry>(Registry);
        services.AddSingleton<IClusterCatalog>(Catalog);
        services.AddSingleton<INodeHost>(Nodes);
        services.AddSingleton<IEngineExchange>(Nodes);
        services.AddSingleton(provider => new JobStore(
            Path.Combine(Path.GetTempPath(), "no-jobs"), NullLogger<JobStore>.Instance, time));
        services.AddSingleton(provider => new JobRunner(
            [], provider.GetRequiredService<JobStore>(), Registry, Audit, time, NullLogger<JobRunner>.Instance));
        services.AddSingleton<ClusterUses>();
        services.AddSingleton<EngineExchanges>();
        services.AddSingleton<IAuditLog>(Audit);
        services.AddSingleton(time);
        services.AddSingleton<IRecordWriter, FakeRecordWriter>();
    }
}

/// <summary>Writes nothing: the fake cluster fills its topics by itself.</summary>
public sealed class FakeRecordWriter : IRecordWriter
{
    public Task WriteAsync(string bootstrap, string topic, CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);
}
