using Dashboard.Nodes.Engines;
using Dashboard.Nodes.Files;

namespace Dashboard.Nodes.Tests.Apache;

/// <summary>What is written for Apache's processes, without any of them.</summary>
[Collection(nameof(Files.Ports))] // a process that another test starts holds its sockets for a moment
public sealed class ApacheFilesTests : IDisposable
{
    readonly FakeDistributions homes = new();

    public void Dispose() => homes.Dispose();

    [Fact]
    public void ZooKeeper_mode_has_an_ensemble_and_brokers_that_register_with_it()
    {
        using var files = Write(Options(homes.Kafka3, homes.ZooKeeper));
        Assert.Equal(["zk1", "zk2", "zk3", "kafka0", "kafka1", "kafka2"], files.Nodes.Select(n => n.Name));
        var broker = Lines(files, "kafka1");
        Assert.Contains("broker.id=1", broker);
        Assert.Contains($"zookeeper.connect={files.ZooKeeperConnect}", broker);
        Assert.Contains("transaction.state.log.replication.factor=3", broker);
        Assert.Contains("num.partitions=7", broker);
        Assert.DoesNotContain(broker, line => line.StartsWith("process.roles", StringComparison.Ordinal));
        Assert.Contains("admin.serverAddress=127.0.0.1", Lines(files, "zk1"));
        Assert.Equal(4, files.Nodes[0].OtherPorts.Length + 1);
        Assert.Equal("2", File.ReadAllText(Path.Combine(homes.Data, "zk2", "data", "myid")).Trim());
        Assert.All((string[])["log4j.properties", "logback.xml"], log => Assert.True(File.Exists(Path.Combine(homes.Data, log)), log));
    }

    [Fact]
    public void KRaft_mode_has_controllers_apart_that_all_nodes_know()
    {
        using var files = Write(Options(homes.Kafka4) with { Brokers = 2 });
        Assert.Equal(["controller101", "controller102", "controller103", "kafka0", "kafka1"], files.Nodes.Select(n => n.Name));
        Assert.Null(files.ZooKeeperConnect);
        var ports = files.Nodes.Where(n => n.Kind == NodeKind.Controller).Select(n => n.Port).ToList();
        var voters = $"controller.quorum.voters={string.Join(',', ports.Index().Select(p => $"{101 + p.Index}@127.0.0.1:{p.Item}"))}";
        Assert.All(files.Nodes, node => Assert.Contains(voters, Lines(files, node.Name)));
        Assert.Contains("process.roles=controller", Lines(files, "controller102"));
        Assert.Contains("process.roles=broker", Lines(files, "kafka0"));
        // what a topic is made with is the controller's to say
        Assert.Contains("num.partitions=7", Lines(files, "controller102"));
        Assert.Single(files.Nodes.Select(n => n.StorageId).Distinct());
        Assert.All(files.Nodes, node => Assert.False(node.IsFormatted));
    }

    [Fact]
    public void Combined_the_first_brokers_vote_and_one_that_is_added_does_not()
    {
        using var files = Write(Options(homes.Kafka4, combined: true) with { Brokers = 2 });
        Assert.Equal(["kafka0", "kafka1"], files.Nodes.Select(n => n.Name));
        Assert.All(files.Nodes, node => Assert.True(node.IsVoter));
        Assert.Contains("process.roles=broker,controller", Lines(files, "kafka0"));
        var added = files.AddBroker();
        Assert.False(added.IsVoter);
        Assert.Contains("process.roles=broker", Lines(files, "kafka2"));
    }

    [Fact]
    public void A_quorum_stays_with_its_data_and_is_found_again_without_being_asked_for()
    {
        string first;
        using (var files = Write(Options(homes.Kafka4, combined: true)))
        {
            first = files.Nodes[0].StorageId!;
        }

        using (var again = Write(Options(homes.Kafka4)))
        {
            Assert.Equal(first, again.Nodes[0].StorageId);
            Assert.Equal(["kafka0", "kafka1", "kafka2"], again.Nodes.Select(n => n.Name));
        }

        Refused("Start with --controllers 3 --combined", Options(homes.Kafka4, controllers: 5));
        Refused("Start with --brokers 3 or more", Options(homes.Kafka4) with { Brokers = 2 });
    }

    [Fact]
    public void Data_of_another_engine_or_mode_is_left_alone()
    {
        Write(Options(homes.Kafka4)).Dispose();
        RefusedAtOnce("Start with --engine apache --kafka-home DIR, or choose", Options(homes.Kafka4) with { Apache = null });
        var other = Options(homes.Kafka3, homes.ZooKeeper);
        RefusedAtOnce("Start with --mode kraft", other with { Apache = other.Apache! with { Mode = HostedMode.ZooKeeper } });

        Directory.Delete(homes.Data, recursive: true);
        ClusterFiles.Write(Options(homes.Kafka4) with { Apache = null }, EmbeddedEngine.Instance).Dispose();
        RefusedAtOnce("Start without --engine apache, or choose", Options(homes.Kafka4));

        // as it was before there was a file that says so
        File.Delete(Path.Combine(homes.Data, "engine.json"));
        RefusedAtOnce("Start without --engine apache, or choose", Options(homes.Kafka4));
    }

    [Fact]
    public void All_heaps_together_have_room_in_the_memory_also_with_a_broker_more()
    {
        var options = Options(homes.Kafka4);
        options = options with { Apache = options.Apache! with { KafkaHeap = "1g", Memory = 5L << 30 } };
        Refused("The heaps of all nodes come to 6144 MB, and this machine has 5120 MB: take smaller ones, or fewer nodes.", options);
        Assert.False(File.Exists(Path.Combine(homes.Data, "engine.json")));
        options = options with { Apache = options.Apache! with { Memory = 6L << 30 } };
        Write(options).Dispose();
        var engine = ApacheEngine.Open(options.Apache!, null, FakeDistributions.Environment(("JAVA_HOME", homes.Java("17.0.15"))));
        Assert.Null(engine.RoomProblem(0, 6, ofOneMore: true));
        Assert.Equal("HeapsWouldBeTooLarge", engine.RoomProblem(0, 7, ofOneMore: true)!.Code);
    }

    /// <summary>What Kafka's tool leaves on a full disk: an empty file, for which it takes the storage for formatted.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("node.id=101\nversion=1\n", false)]
    [InlineData("node.id=101\nversion=1\ncluster.id=KrePp5JgakuX5qiZOeXUVA\n", true)]
    public void Storage_that_was_formatted_in_part_is_formatted_again(string said, bool whole)
    {
        using var files = Write(Options(homes.Kafka4));
        var node = files.Nodes.Single(n => n.Name == "controller101");
        Directory.CreateDirectory(node.Logs);
        var file = Path.Combine(node.Logs, "meta.properties");
        File.WriteAllText(file, said);
        Assert.Equal(whole, node.IsFormatted);
        if (!whole)
        {
            node.ForgetHalfFormat();
            Assert.False(File.Exists(file));
            File.WriteAllText(file, said);
            Directory.CreateDirectory(Path.Combine(node.Logs, NodeFiles.MetadataLog));
            Assert.True(node.IsFormatted, "there is a log to lose");
        }
    }

    [Fact]
    public void Coordinators_that_are_not_there_have_no_settings() => Refused(
        "--coordinator-config: a cluster in KRaft mode has no coordinators",
        Options(homes.Kafka4) with { CoordinatorSettings = new Dictionary<string, string> { ["tickTime"] = "1000" } });

    [Fact]
    public void Settings_are_for_Apache_to_judge_but_for_those_that_are_the_nodes_own()
    {
        Assert.Null(SettingChecks.Problem(EngineKind.Apache, NodeKind.Broker, "authorizer.class.name", "any"));
        Assert.Contains(
            "refused", SettingChecks.Problem(EngineKind.Apache, NodeKind.Broker, "controller.quorum.voters", "1@h:1"),
            StringComparison.Ordinal);
    }

    HostingOptions Options(string kafka, string? zooKeeper = null, bool combined = false, int? controllers = null) => new()
    {
        DataDirectory = homes.Data,
        BrokerSettings = new Dictionary<string, string> { ["num.partitions"] = "7" },
        Apache = new()
        {
            KafkaHome = kafka,
            ZooKeeperHome = zooKeeper,
            Combined = combined,
            Controllers = controllers,
            Launch = ["castellan"],
        },
    };

    ClusterFiles Write(HostingOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var java = FakeDistributions.Environment(("JAVA_HOME", homes.Java("17.0.15")));
        return ClusterFiles.Write(options, ApacheEngine.Open(options.Apache!, KeptEngine.Load(options.DataDirectory)?.Mode, java));
    }

    string[] Lines(ClusterFiles files, string node) => File.ReadAllLines(files.Nodes.Single(n => n.Name == node).ConfigFile);

    void Refused(string words, HostingOptions options) =>
        Assert.Contains(words, Assert.Throws<HostingException>(() => Write(options)).Message, StringComparison.Ordinal);

    static void RefusedAtOnce(string words, HostingOptions options)
    {
        var refusal = Assert.Throws<HostingException>(() => KeptEngine.RequireSame(options, KeptEngine.Load(options.DataDirectory)));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }
}
