using System.Net;
using System.Net.Sockets;
using Dashboard.Nodes.Engines;
using Dashboard.Nodes.Files;
using Kafka.Broker.Configuration;
using Testing;
using Wire;
using Wire.Ports;
using ZooKeeper.Server;

namespace Dashboard.Nodes.Tests;

[Collection(nameof(Files.Ports))] // a process that another test starts holds its sockets for a moment
public sealed class ClusterFilesTests : IDisposable
{
    readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void The_files_it_writes_are_understood_without_a_warning()
    {
        using var files = Write();
        foreach (var node in files.Nodes)
        {
            IReadOnlyList<string> warnings = node.Kind == NodeKind.Broker
                ? BrokerConfig.Load(node.ConfigFile).Warnings
                : [.. ZooKeeperConfig.Load(node.ConfigFile).Warnings];
            Assert.Empty(warnings);
        }

        Assert.Equal(["zk1", "zk2", "zk3", "kafka0", "kafka1", "kafka2"], files.Nodes.Select(n => n.Name));
        Assert.EndsWith("/kafka", files.ZooKeeperConnect, StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_are_kept_between_starts_and_left_to_whoever_took_them()
    {
        var first = Once();
        Assert.Equal(first, Once());

        using var squatter = new TcpListener(IPAddress.Loopback, first[0]);
        squatter.Start();
        using var files = Write();
        var then = files.Nodes.Select(n => n.Port).ToList();
        Assert.NotEqual(first[0], then[0]);
        Assert.Equal(first[1..], then[1..]);
        Assert.Matches(
            $@"^Port {first[0]} of zk1.client is taken by process {Environment.ProcessId} \(.+\); using {then[0]}\.$",
            Assert.Single(files.MovedPorts));
    }

    /// <summary>As that of a process of Apache's between its start and its first socket, or of a node that was stopped.</summary>
    [Fact]
    public void A_port_that_another_program_hosts_on_is_left_to_it_while_nobody_listens_there()
    {
        var first = Once();
        using (PortReservation.TryTake(first[0]))
        {
            using var files = Write();
            Assert.NotEqual(first[0], files.Nodes[0].Port);
            Assert.Contains(
                $"reserved for a node of another Castellan, process {Environment.ProcessId} (", Assert.Single(files.MovedPorts),
                StringComparison.Ordinal);
            Assert.Null(PortReservation.TryTake(files.Nodes[0].Port));
        }
    }

    List<int> Once()
    {
        using var files = Write();
        return [.. files.Nodes.Select(n => n.Port)];
    }

    [Fact]
    public void Ports_that_cannot_be_read_are_chosen_anew_and_that_is_told()
    {
        Write().Dispose();
        var file = Path.Combine(directory.Path, "ports.json");
        File.WriteAllText(file, "{ \"zk1.client\": 21");
        using (var files = Write())
        {
            Assert.StartsWith($"{file} cannot be understood", Assert.Single(files.MovedPorts), StringComparison.Ordinal);
        }

        using var again = Write();
        Assert.Empty(again.MovedPorts);
    }

    /// <summary>Empty newcomers could outvote the one that has the newest history.</summary>
    [Fact]
    public void The_number_of_coordinators_stays_with_their_data()
    {
        Write().Dispose();
        using (Write(coordinators: 5))
        {
            // no server has written anything yet
        }

        Directory.CreateDirectory(Path.Combine(directory.Path, "zk1", "data", "version-2"));
        foreach (var other in new[] { 1, 3 })
        {
            var refused = Assert.Throws<HostingException>(() => Write(coordinators: other));
            Assert.Contains("Start with --coordinators 5,", refused.Message, StringComparison.Ordinal);
        }

        Write(coordinators: 5).Dispose();
    }

    /// <summary>
    /// As when two programs start in the same instant: what one chose is not free for the other, though no node listens yet.
    /// </summary>
    [Fact]
    public void Ports_are_taken_from_the_moment_they_are_chosen()
    {
        using var other = new TempDirectory();
        using var mine = Write();
        using var theirs = Written(new HostingOptions
        {
            DataDirectory = other.Path,
            FirstCoordinatorPort = mine.Nodes[0].Port,
            FirstBrokerPort = mine.Nodes[3].Port,
        });
        Assert.Empty(mine.Nodes.Select(n => n.Port).Intersect(theirs.Nodes.Select(n => n.Port)));
        Assert.Empty(theirs.MovedPorts);
    }

    [Fact]
    public void A_data_directory_belongs_to_one_process()
    {
        using var held = DataDirectoryLock.Take(directory.Path);
        var refusal = Assert.Throws<HostingException>(() => DataDirectoryLock.Take(directory.Path));
        Assert.Contains("--data", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Escaped as Java writes it: both servers and Apache's read the directory back.</summary>
    [Fact]
    public void A_directory_of_any_name_is_read_back()
    {
        var odd = Directory.CreateDirectory(directory[@" 数据\t=#x "]).FullName;
        using var files = Written(Options() with { DataDirectory = odd, Coordinators = 1, Brokers = 1 });
        Assert.Equal(directory[@" 数据\t=#x /kafka0/logs"], Assert.Single(BrokerConfig.Load(files.Nodes[1].ConfigFile).LogDirs));
        Assert.Equal(directory[@" 数据\t=#x /zk1/data"], ZooKeeperConfig.Load(files.Nodes[0].ConfigFile).DataDir);
    }

    [Fact]
    public void What_is_set_stays_with_the_data_until_it_is_set_to_nothing()
    {
        Write(new() { ["num.partitions"] = "4", ["log.retention.hours"] = "2" }, new() { ["tickTime"] = "900" }).Dispose();
        using (var files = Write(new() { ["log.retention.hours"] = " " }, []))
        {
            var (broker, coordinator) = (BrokerConfig.Load(files.Nodes[3].ConfigFile), ZooKeeperConfig.Load(files.Nodes[0].ConfigFile));
            Assert.Equal((4, 900), (broker.NumPartitions, coordinator.TickTime));
            // Kafka's default holds
            var lines = File.ReadLines(files.Nodes[3].ConfigFile);
            Assert.DoesNotContain(lines, line => line.StartsWith("log.retention.hours", StringComparison.Ordinal));
            Assert.Empty(broker.Warnings); // the host's own line of that key is gone
            Assert.Equal(["num.partitions"], files.Settings.Broker.Keys);
        }

        using var none = Write(new() { ["num.partitions"] = "" }, new() { ["tickTime"] = "" });
        Assert.True(none.Settings.IsEmpty);
        Assert.Equal(3, BrokerConfig.Load(none.Nodes[3].ConfigFile).NumPartitions);
    }

    [Fact]
    public void Settings_that_do_not_go_together_are_refused_and_not_kept()
    {
        var refused = Assert.Throws<HostingException>(() => Write([], new() { ["minSessionTimeout"] = "90000" }));
        Assert.Contains("minSessionTimeout", refused.Message, StringComparison.Ordinal);
        using var files = Write();
        Assert.True(files.Settings.IsEmpty);
    }

    [Theory]
    [InlineData(NodeKind.Broker, "num.partitions", "4", null)]
    [InlineData(NodeKind.Broker, "num.partitions", "", null)]
    [InlineData(NodeKind.Coordinator, "tickTime", "1000", null)]
    [InlineData(NodeKind.Broker, "num.partitions", "many", "--broker-config num.partitions=many: Not a number of type INT, not 'many'.")]
    [InlineData(NodeKind.Broker, "num.partitons", "4", "--broker-config num.partitons=4: not a key of Kafka's brokers.")]
    [InlineData(
        NodeKind.Broker, "broker.id", "7",
        "--broker-config broker.id=7: refused. Castellan gives each hosted node its own broker.id.")]
    [InlineData(
        NodeKind.Broker, "listeners", "",
        "--broker-config listeners=: refused. Castellan gives each hosted node its own listeners.")]
    [InlineData(
        NodeKind.Broker, "super.users", "User:a",
        "--broker-config super.users=User:a: refused: this broker has no authorizer: everyone could do everything. "
        + "Remove the line if that is meant, or run Apache Kafka.")]
    [InlineData(
        NodeKind.Coordinator, "server.4", "h:1:2",
        "--coordinator-config server.4=h:1:2: refused. Castellan gives each hosted node its own server.4.")]
    [InlineData(NodeKind.Coordinator, "tickTime", "0", "--coordinator-config tickTime=0: expected a number from 1 to 107374182.")]
    [InlineData(NodeKind.Coordinator, "ticktime", "9", "--coordinator-config ticktime=9: not a key of ZooKeeper.")]
    [InlineData(
        NodeKind.Coordinator, "sslQuorum", "true",
        "--coordinator-config sslQuorum=true: this server has no TLS: it would talk in plain text. "
        + "Remove the line if that is meant, or run Apache ZooKeeper.")]
    public void A_setting_that_cannot_be_is_told_by_its_option(NodeKind kind, string key, string value, string? problem) =>
        Assert.Equal(problem, SettingChecks.Problem(EngineKind.Embedded, kind, key, value));

    [Fact]
    public void Brokers_that_came_and_went_stay_so_as_long_as_the_same_number_is_asked_for()
    {
        Assert.Equal([0, 1, 2], Brokers(null));
        using (var files = Written(Options()))
        {
            Assert.Equal("kafka3", files.AddBroker().Name);
            files.RemoveBroker(files.Nodes.Single(n => n.Name == "kafka1"));
            Assert.False(Directory.Exists(directory["kafka1"]));
        }

        Assert.Equal([0, 2, 3], Brokers(null));
        Assert.Equal([0, 2, 3], Brokers(3));
        Assert.Equal([0, 1, 2, 3, 4], Brokers(5));
        Assert.Equal([0, 1], Brokers(2));
        using var less = Written(Options());
        Assert.Equal("kafka5", less.AddBroker().Name); // the data of kafka2 to kafka4 is still there

        int[] Brokers(int? number)
        {
            using var files = Written(Options() with { Brokers = number });
            return [.. files.Nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => n.Id)];
        }
    }

    [Fact]
    public void What_was_kept_and_cannot_be_read_is_not_forgotten_in_silence()
    {
        Write().Dispose();
        foreach (var kept in (string[])["brokers.json", "settings.json"])
        {
            File.WriteAllText(directory[kept], "{");
            var refusal = Assert.Throws<HostingException>(() => Write());
            Assert.StartsWith($"{directory[kept]} cannot be understood", refusal.Message, StringComparison.Ordinal);
            File.Delete(directory[kept]);
        }
    }

    ClusterFiles Write(int coordinators = 3) => Written(Options() with { Coordinators = coordinators });

    ClusterFiles Write(Dictionary<string, string> broker, Dictionary<string, string> coordinator) =>
        Written(Options() with { BrokerSettings = broker, CoordinatorSettings = coordinator });

    static ClusterFiles Written(HostingOptions options) => ClusterFiles.Write(options, EmbeddedEngine.Instance);

    HostingOptions Options()
    {
        var free = FreePorts.Take(1)[0];
        return new HostingOptions { DataDirectory = directory.Path, FirstCoordinatorPort = free, FirstBrokerPort = free + 10 };
    }
}
