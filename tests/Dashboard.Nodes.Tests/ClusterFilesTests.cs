using System.Net;
using System.Net.Sockets;
using Kafka.Broker;
using Testing;
using ZooKeeper.Server;

namespace Dashboard.Nodes.Tests;

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
            IReadOnlyList<string> warnings = node.Kind == NodeKind.Broker ? BrokerConfig.Load(node.ConfigFile).Warnings : [.. ZooKeeperConfig.Load(node.ConfigFile).Warnings];
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
        Assert.Equal($"Port {first[0]} of zk1.client is taken; using {then[0]}.", Assert.Single(files.MovedPorts));

        List<int> Once()
        {
            using var files = Write();
            return [.. files.Nodes.Select(n => n.Port)];
        }
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

    /// <summary>As when two programs start in the same instant: what one chose is not free for the other, though no node listens yet.</summary>
    [Fact]
    public void Ports_are_taken_from_the_moment_they_are_chosen()
    {
        using var other = new TempDirectory();
        using var mine = Write();
        using var theirs = ClusterFiles.Write(new HostingOptions { DataDirectory = other.Path, FirstCoordinatorPort = mine.Nodes[0].Port, FirstBrokerPort = mine.Nodes[3].Port });
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

    ClusterFiles Write(int coordinators = 3)
    {
        var free = FreePorts.Take(1)[0];
        return ClusterFiles.Write(new HostingOptions { DataDirectory = directory.Path, Coordinators = coordinators, FirstCoordinatorPort = free, FirstBrokerPort = free + 10 });
    }
}
