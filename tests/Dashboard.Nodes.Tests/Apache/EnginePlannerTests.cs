using System.Collections.Immutable;
using Dashboard.Nodes.Engines;
using Dashboard.Nodes.Exchanges;
using Dashboard.Nodes.Files;

namespace Dashboard.Nodes.Tests.Apache;

/// <summary>What another engine would come to, without any process of its.</summary>
[Collection(nameof(Files.Ports))] // a process that another test starts holds its sockets for a moment
public sealed class EnginePlannerTests : IDisposable
{
    readonly FakeDistributions homes = new();
    readonly HostingOptions embedded;

    public EnginePlannerTests()
    {
        embedded = new HostingOptions { DataDirectory = homes.Data, Coordinators = 1, Brokers = 2 };
        ClusterFiles.Write(embedded, EmbeddedEngine.Instance).Dispose();
    }

    public void Dispose() => homes.Dispose();

    [Fact]
    public void Each_engine_has_a_directory_of_its_own_and_what_was_first_keeps_the_root()
    {
        var plan = Plan(
            new(EngineKind.Apache) { KafkaHome = homes.Kafka3, ZooKeeperHome = homes.ZooKeeper, Coordinators = 1, Brokers = 1 });
        Assert.Null(plan.WhyNot);
        Assert.Equal("Apache Kafka 3.9.2 with ZooKeeper 3.9.5, Java 17", plan.Name);
        Assert.Equal(["Kafka 3.9.2", "ZooKeeper 3.9.5"], plan.Checks.Take(2).Select(c => c.Found));
        Assert.Equal((Path.Combine(homes.Data, "engines", "apache-zookeeper"), false), (plan.Directory, plan.HasData));
        Assert.Equal((homes.Data, 0), (plan.DirectoryNow, Directory.GetDirectories(homes.Data, "engines").Length));
        Assert.Equal(["zk1", "kafka0"], plan.Nodes.Select(n => n.Name));

        var apart = Plan(new(EngineKind.Apache, HostedMode.KRaft) { KafkaHome = homes.Kafka4, Controllers = 1, Brokers = 1 });
        Assert.Equal(["controller101", "kafka0"], apart.Nodes.Select(n => n.Name));
        var combined = Plan(apart.Choice with { Combined = true });
        Assert.Equal(["kafka0"], combined.Nodes.Select(n => n.Name));
        Assert.Equal(3, new[] { plan, apart, combined }.Select(p => p.Directory).Distinct().Count());
    }

    [Fact]
    public void What_was_hosted_before_comes_back_with_the_nodes_of_its_data()
    {
        Directory.CreateDirectory(Path.Combine(homes.Data, "zk1", "data", "version-2")); // as of a coordinator that has run
        var apache = new HostingOptions
        {
            DataDirectory = Path.Combine(homes.Data, "engines", "apache-kraft"),
            Apache = new ApacheOptions { KafkaHome = homes.Kafka4, Launch = [] },
        };
        var back = Plan(new(EngineKind.Embedded) { Coordinators = 3, Brokers = 3 }, apache, new(EngineKind.Apache, HostedMode.KRaft));
        Assert.Equal((null, homes.Data, true), (back.WhyNot, back.Directory, back.HasData));
        Assert.Equal(["zk1", "kafka0", "kafka1"], back.Nodes.Select(n => n.Name));
        var wrong = Plan(back.Choice with { Brokers = 33 }, apache, new(EngineKind.Apache, HostedMode.KRaft));
        Assert.Equal((false, true), (wrong.CanRun, wrong.HasData));
    }

    [Fact]
    public void The_ports_of_the_nodes_that_stop_are_taken_over()
    {
        using var running = ClusterFiles.Write(embedded, EmbeddedEngine.Instance);
        var ports = running.Nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => n.Port).ToHashSet();
        var first = embedded with { FirstBrokerPort = ports.Min() };
        var choice = new EngineChoice(EngineKind.Apache, HostedMode.KRaft) { KafkaHome = homes.Kafka4, Controllers = 1, Brokers = 1 };
        var plan = Plan(choice, first, new(EngineKind.Embedded), ports);
        Assert.Equal(ports.Min(), plan.Nodes.Single(n => n.Kind == NodeKind.Broker).Ports[0]);
    }

    [Fact]
    public void What_is_wrong_is_told_at_its_part_and_nothing_can_begin()
    {
        Wrong(EnginePart.KafkaHome, "Name the directory", new(EngineKind.Apache));
        Wrong(EnginePart.KafkaHome, "There is no such directory", new(EngineKind.Apache) { KafkaHome = "/nowhere" });
        Wrong(EnginePart.KafkaHome, "Give the whole path", new(EngineKind.Apache) { KafkaHome = "kafka" });
        Wrong(EnginePart.ZooKeeperHome, "brings no ZooKeeper", new(EngineKind.Apache) { KafkaHome = homes.Kafka3 });
        Wrong(EnginePart.Java, "is Java 8", new(EngineKind.Apache, HostedMode.KRaft) { KafkaHome = homes.Kafka4 }, java: "1.8.0_402");
        Assert.Contains(
            "has no ZooKeeper mode",
            Plan(new(EngineKind.Apache) { KafkaHome = homes.Kafka4, ZooKeeperHome = homes.ZooKeeper }).WhyNot, StringComparison.Ordinal);
        Assert.Contains(
            "33 brokers", Plan(new(EngineKind.Apache, HostedMode.KRaft) { KafkaHome = homes.Kafka4, Brokers = 33 }).WhyNot,
            StringComparison.Ordinal);
        Assert.Contains("runs here already", Plan(new(EngineKind.Embedded)).WhyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Heaps_have_a_least_size_and_fit_into_the_memory_together()
    {
        var choice = new EngineChoice(EngineKind.Apache)
        {
            KafkaHome = homes.Kafka3,
            ZooKeeperHome = homes.ZooKeeper,
            KafkaHeap = "1g",
            ZooKeeperHeap = "256m",
        };
        var fits = Plan(choice).Checks.Single(c => c.Part == EnginePart.Memory);
        Assert.Equal("3840 MB of heap in all; this machine has 8192 MB", fits.Found);
        Wrong(EnginePart.KafkaHeap, "-Xmx", choice with { KafkaHeap = "lots" });
        Wrong(EnginePart.ZooKeeperHeap, "32m or more", choice with { ZooKeeperHeap = "4096k" });
        var large = Plan(choice with { KafkaHeap = "2G" }, memory: 4L << 30);
        Assert.Equal(("HeapsTooLarge", false), (large.Told!.Code, large.CanRun));
        Assert.Contains("come to 6912 MB, and this machine has 4096 MB", large.WhyNot, StringComparison.Ordinal);
    }

    /// <summary>Pages tell them in the reader's language.</summary>
    [Fact]
    public void Each_reason_has_its_code_and_arguments()
    {
        var nowhere = Plan(new(EngineKind.Apache) { KafkaHome = "/nowhere" });
        Assert.Equal(("NoDirectory", "/nowhere"), (nowhere.Told!.Code, nowhere.Told.Arguments[1]));
        Assert.Equal(nowhere.WhyNot, nowhere.Told.English);
        var old = Plan(new(EngineKind.Apache, HostedMode.KRaft) { KafkaHome = homes.Kafka4 }, java: "1.8.0_402").Told!;
        Assert.Equal("JavaTooOld", old.Code);
        Assert.Equal("Kafka 4.3.0 needs Java 17 or later", Assert.IsType<Wire.CodedText>(old.Arguments[2]).English);
    }

    void Wrong(EnginePart part, string words, EngineChoice choice, string java = "17.0.15")
    {
        var plan = Plan(choice, java: java);
        Assert.Contains(words, plan.Checks.Single(c => c.Part == part).Problem, StringComparison.Ordinal);
        Assert.False(plan.CanRun);
        Assert.Empty(plan.Nodes);
    }

    EnginePlan Plan(
        EngineChoice choice, HostingOptions? options = null, EngineChoice? now = null, IReadOnlySet<int>? ports = null,
        string java = "17.0.15", long memory = 8L << 30) =>
        new EnginePlanner(
            new ExchangeGround(
                homes.Data, options ?? embedded, now ?? new(EngineKind.Embedded), ImmutableArray<HostedNode>.Empty,
                ports ?? new HashSet<int>(), [], memory),
            FakeDistributions.Environment(("JAVA_HOME", homes.Java(java)))).Plan(choice);
}
