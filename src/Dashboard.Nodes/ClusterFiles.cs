using System.Globalization;

namespace Dashboard.Nodes;

/// <summary>One hosted node as its files say: <c>zk1/zoo.cfg</c> or <c>kafka0/server.properties</c> in the data directory.</summary>
sealed record NodeFiles(string Name, NodeKind Kind, int Id, int Port, string ConfigFile);

/// <summary>
/// Writes the configuration files of the hosted nodes, in the formats of ZooKeeper and Kafka, so that people can read what runs here and start any
/// of them in the foreground. Written anew at each start: they are made from the options, not edited.
/// </summary>
sealed class ClusterFiles : IDisposable
{
    readonly Ports ports;

    ClusterFiles(IReadOnlyList<NodeFiles> nodes, Ports ports)
    {
        this.ports = ports;
        Nodes = nodes;
        var coordinators = nodes.Where(n => n.Kind == NodeKind.Coordinator).Select(n => $"127.0.0.1:{n.Port}");
        ZooKeeperConnect = string.Join(',', coordinators) + "/kafka";
        Bootstrap = string.Join(',', nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => $"127.0.0.1:{n.Port}"));
    }

    public IReadOnlyList<NodeFiles> Nodes { get; }

    public string ZooKeeperConnect { get; }

    public string Bootstrap { get; }

    /// <summary>What is to be told of ports that clients knew and that are others' now.</summary>
    public IReadOnlyList<string> MovedPorts => ports.Moved;

    /// <exception cref="HostingException">The data is of an ensemble of another size.</exception>
    public static ClusterFiles Write(HostingOptions options)
    {
        RequireSameEnsemble(options);
        var ports = Ports.Load(options.DataDirectory);
        try
        {
            return Write(options, ports);
        }
        catch
        {
            ports.Dispose();
            throw;
        }
    }

    /// <summary>Gives up the ports on which no node listens yet.</summary>
    public void Dispose() => ports.Dispose();

    /// <summary>
    /// An ensemble grows and shrinks by reconfiguration, not by another list of servers: empty newcomers could outvote the one that has the newest
    /// history, and what was acknowledged would be lost.
    /// </summary>
    static void RequireSameEnsemble(HostingOptions options)
    {
        var home = Path.Combine(options.DataDirectory, "zk1");
        var config = Path.Combine(home, "zoo.cfg");
        if (!File.Exists(config) || !Directory.Exists(Path.Combine(home, "data", "version-2")))
        {
            return;
        }

        var kept = Math.Max(1, File.ReadLines(config).Count(line => line.StartsWith("server.", StringComparison.Ordinal)));
        if (kept != options.Coordinators)
        {
            throw new HostingException(
                $"{options.DataDirectory} holds the data of {kept} coordinators; with {options.Coordinators} some of it could be lost. Start with --coordinators {kept}, or choose another directory with --data DIR.");
        }
    }

    static ClusterFiles Write(HostingOptions options, Ports ports)
    {
        var servers = Enumerable.Range(1, options.Coordinators).Select(id => new Coordinator(
            id,
            ports.Get($"zk{id}.client", options.FirstCoordinatorPort + id - 1),
            ports.Get($"zk{id}.quorum", 2888 + id - 1),
            ports.Get($"zk{id}.election", 3888 + id - 1),
            ports.Get($"zk{id}.admin", 2281 + id - 1))).ToList();
        var brokers = Enumerable.Range(0, options.Brokers).Select(id => (Id: id, Port: ports.Get($"kafka{id}", options.FirstBrokerPort + id))).ToList();
        ports.Save();

        var nodes = new List<NodeFiles>();
        nodes.AddRange(servers.Select(server => WriteCoordinator(options.DataDirectory, server, servers)));
        var connect = string.Join(',', servers.Select(s => $"127.0.0.1:{s.ClientPort}")) + "/kafka";
        nodes.AddRange(brokers.Select(broker => WriteBroker(options.DataDirectory, broker.Id, broker.Port, brokers.Count, connect)));
        return new ClusterFiles(nodes, ports);
    }

    static NodeFiles WriteCoordinator(string directory, Coordinator server, IReadOnlyList<Coordinator> all)
    {
        var home = Directory.CreateDirectory(Path.Combine(directory, $"zk{server.Id}")).FullName;
        var data = Directory.CreateDirectory(Path.Combine(home, "data")).FullName;
        File.WriteAllText(Path.Combine(data, "myid"), server.Id.ToString(CultureInfo.InvariantCulture) + "\n");
        List<string> lines =
        [
            "# Made by Castellan at each start.",
            "tickTime=2000",
            "initLimit=10",
            "syncLimit=3",
            $"dataDir={data}",
            $"clientPort={server.ClientPort}",
            "clientPortAddress=127.0.0.1",
            "maxClientCnxns=0",
            "autopurge.snapRetainCount=3",
            "autopurge.purgeInterval=1",
            "4lw.commands.whitelist=ruok,srvr,stat,mntr,conf,cons,wchs",
            $"admin.serverPort={server.AdminPort}",
        ];
        if (all.Count > 1)
        {
            lines.AddRange(all.Select(s => $"server.{s.Id}=127.0.0.1:{s.QuorumPort}:{s.ElectionPort}"));
        }

        return new NodeFiles($"zk{server.Id}", NodeKind.Coordinator, server.Id, server.ClientPort, WriteLines(home, "zoo.cfg", lines));
    }

    static NodeFiles WriteBroker(string directory, int id, int port, int brokers, string connect)
    {
        var home = Directory.CreateDirectory(Path.Combine(directory, $"kafka{id}")).FullName;
        var internalFactor = Math.Min(3, brokers);
        string[] lines =
        [
            "# Made by Castellan at each start.",
            $"broker.id={id}",
            $"listeners=PLAINTEXT://127.0.0.1:{port}",
            $"advertised.listeners=PLAINTEXT://127.0.0.1:{port}",
            $"log.dirs={Path.Combine(home, "logs")}",
            $"zookeeper.connect={connect}",
            "zookeeper.session.timeout.ms=6000",
            "num.partitions=3",
            $"default.replication.factor={Math.Min(2, brokers)}",
            "min.insync.replicas=1",
            "replica.lag.time.max.ms=10000",
            $"offsets.topic.replication.factor={internalFactor}",
            "offsets.topic.num.partitions=10",
            "group.initial.rebalance.delay.ms=500",
            "log.segment.bytes=67108864",
            "# all brokers of this process stop together: none waits long for another to take its leaders",
            "controlled.shutdown.max.retries=2",
            "controlled.shutdown.retry.backoff.ms=300",
            "# a leader that moved stays where it is until somebody elects the preferred one: that is what there is to see",
            "auto.leader.rebalance.enable=false",
        ];
        return new NodeFiles($"kafka{id}", NodeKind.Broker, id, port, WriteLines(home, "server.properties", lines));
    }

    static string WriteLines(string home, string name, IEnumerable<string> lines)
    {
        var file = Path.Combine(home, name);
        File.WriteAllText(file, string.Join('\n', lines) + "\n");
        return file;
    }

    sealed record Coordinator(int Id, int ClientPort, int QuorumPort, int ElectionPort, int AdminPort);
}
