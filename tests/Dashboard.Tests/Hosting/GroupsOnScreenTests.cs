using Confluent.Kafka;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Dashboard.Tests.Hosting;

/// <summary>
/// Everything is read an hour apart here: what a commit changes is seen because somebody looks at the group, and only then.
/// </summary>
public sealed class GroupsOnScreenTests
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(60);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_group_that_somebody_looks_at_is_read_between_the_readings_of_all()
    {
        using var directory = new TempDirectory();
        HostedPorts.Remember(directory.Path);
        using var host = new NodeHost(
            new HostingOptions { DataDirectory = directory.Path, Coordinators = 1, Brokers = 1 },
            NullLogger<NodeHost>.Instance,
            TimeProvider.System);
        await host.StartAsync(Cancellation);
        await Eventually.TrueAsync(() => host.AllReady, "the nodes are ready");
        await SeenAsync(host);
        await host.StopAsync(CancellationToken.None);
    }

    /// <summary>Its clients end before the nodes do: one that is closed while its coordinator is away waits for it.</summary>
    static async Task SeenAsync(NodeHost host)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = host.Bootstrap }).Build();
        using var consumer = Consumer(host, "seen");
        using var other = Consumer(host, "unseen");
        await ProduceAsync(producer);
        Commit(consumer, 1);
        Commit(other, 1);

        await using var monitor = new ClusterMonitor(
            new ClusterMonitorOptions
            {
                Id = "t",
                Name = "t",
                Kind = ClusterKind.Remote,
                Kafka = host.Bootstrap,
                OffsetInterval = TimeSpan.FromHours(1),
            },
            new FakeAudit(), NullLoggerFactory.Instance, TimeProvider.System);
        monitor.Start();
        await monitor.WaitForAsync(s => Committed(s, "seen") == 1 && Committed(s, "unseen") == 1, deadline, Cancellation);

        using var look = monitor.Interest.Look();
        look.At(["seen", "no such group"]);
        Commit(consumer, 2);
        Commit(other, 2);
        var snapshot = await monitor.WaitForAsync(s => Committed(s, "seen") == 2, deadline, Cancellation);
        await ProduceAsync(producer);
        snapshot = await monitor.WaitForAsync(s => s.Groups.Value!.Find("seen")!.Offsets.Any(o => o.End == 2 * 3), deadline, Cancellation);
        Assert.Equal(4, snapshot.Groups.Value!.Find("seen")!.TotalLag);
        Assert.Equal(6, snapshot.Offsets.Value!.Find("t", 0)!.End);
        Assert.Equal(1, Committed(snapshot, "unseen"));
    }

    static async Task ProduceAsync(IProducer<Null, string> producer)
    {
        for (var i = 0; i < 3; i++)
        {
            await producer.ProduceAsync(new TopicPartition("t", 0), new Message<Null, string> { Value = "v" }, Cancellation);
        }
    }

    static void Commit(IConsumer<Ignore, string> consumer, long offset) => consumer.Commit([new TopicPartitionOffset("t", 0, offset)]);

    static long? Committed(ClusterSnapshot snapshot, string group) =>
        snapshot.Groups.Value?.Find(group)?.Offsets.FirstOrDefault(o => o.Topic == "t")?.Committed;

    static IConsumer<Ignore, string> Consumer(NodeHost host, string group) => new ConsumerBuilder<Ignore, string>(
        new ConsumerConfig { BootstrapServers = host.Bootstrap, GroupId = group, EnableAutoCommit = false }).Build();
}
