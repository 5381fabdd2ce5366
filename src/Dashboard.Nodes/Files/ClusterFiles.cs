using System.Collections.Immutable;
using System.Globalization;
using Wire;

namespace Dashboard.Nodes.Files;

/// <summary>One hosted node as its files say: <c>zk1/zoo.cfg</c> or <c>kafka0/server.properties</c> in the data directory.</summary>
sealed record NodeFiles(string Name, NodeKind Kind, int Id, int Port, string ConfigFile);

/// <summary>
/// Writes the configuration files of the hosted nodes, in the formats of ZooKeeper and Kafka, so that people can read what runs here and
/// start any of them in the foreground. Written anew at each start: they are made from the options, not edited.
/// </summary>
sealed class ClusterFiles : IDisposable
{
    readonly HostingOptions options;
    readonly Ports ports;
    readonly BrokerIds brokers;

    ClusterFiles(HostingOptions options, NodeSettings settings, BrokerIds brokers, Ports ports)
    {
        (this.options, Settings, this.brokers, this.ports) = (options, settings, brokers, ports);
        var servers = Enumerable.Range(1, options.Coordinators).Select(id => new Coordinator(
            id,
            ports.Get($"zk{id}.client", options.FirstCoordinatorPort + id - 1),
            ports.Get($"zk{id}.quorum", 2888 + id - 1),
            ports.Get($"zk{id}.election", 3888 + id - 1),
            ports.Get($"zk{id}.admin", 2281 + id - 1))).ToList();
        var listeners = brokers.Ids.Select(id => (Id: id, Port: PortOf(id))).ToList();
        ZooKeeperConnect = string.Join(',', servers.Select(s => $"127.0.0.1:{s.ClientPort}")) + "/kafka";
        Nodes =
        [
            .. servers.Select(server => WriteCoordinator(server, servers)),
            .. listeners.Select(broker => WriteBroker(broker.Id, broker.Port)),
        ];
        SettingChecks.RequireTogether(Nodes, settings);
        ports.Save();
        brokers.Save();
        settings.Save(options.DataDirectory);
    }

    /// <summary>Coordinators first. Replaced whole when a broker comes or goes; the host allows one change at a time.</summary>
    public ImmutableArray<NodeFiles> Nodes { get; private set; }

    public NodeSettings Settings { get; }

    public string ZooKeeperConnect { get; }

    public string Bootstrap => string.Join(',', Nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => $"127.0.0.1:{n.Port}"));

    public int NextBroker => brokers.Next;

    /// <summary>What to report of ports that clients knew and that other processes hold now.</summary>
    public IReadOnlyList<string> MovedPorts => ports.Moved;

    /// <exception cref="HostingException">The data is of an ensemble of another size, or what was kept beside it cannot be
    /// understood.</exception>
    public static ClusterFiles Write(HostingOptions options)
    {
        RequireSameEnsemble(options);
        var ports = Ports.Load(options.DataDirectory);
        try
        {
            var settings = NodeSettings.Load(options.DataDirectory).With(options.BrokerSettings, options.CoordinatorSettings);
            return new ClusterFiles(options, settings, BrokerIds.Load(options.DataDirectory, options.Brokers), ports);
        }
        catch
        {
            ports.Dispose();
            throw;
        }
    }

    /// <summary>Files of one more broker, which stays until it is removed.</summary>
    public NodeFiles AddBroker()
    {
        var id = brokers.Next;
        var port = PortOf(id);
        ports.Save();
        brokers.Add(id);
        try
        {
            var added = WriteBroker(id, port);
            Nodes = Nodes.Add(added);
            return added;
        }
        catch
        {
            brokers.Remove(id);
            throw;
        }
    }

    /// <summary>Its directory goes as well: an id that comes back must not find what it held.</summary>
    public void RemoveBroker(NodeFiles broker)
    {
        brokers.Remove(broker.Id);
        Nodes = Nodes.Remove(broker);
        Directory.Delete(HomeOf(broker.Id), recursive: true);
    }

    /// <summary>Partitions that the broker has on disk: directories of its logs, without those that wait to be deleted.</summary>
    public IReadOnlyList<string> ReplicasOnDisk(NodeFiles broker)
    {
        var logs = LogsOf(broker.Id);
        if (!Directory.Exists(logs))
        {
            return [];
        }

        var names = Directory.GetDirectories(logs).Select(directory => Path.GetFileName(directory)!);
        return [.. names.Where(name => !name.EndsWith("-delete", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Gives up the ports on which no node listens yet.</summary>
    public void Dispose() => ports.Dispose();

    int PortOf(int broker) => ports.Get($"kafka{broker}", options.FirstBrokerPort + broker);

    string HomeOf(int broker) => Path.Combine(options.DataDirectory, $"kafka{broker}");

    string LogsOf(int broker) => Path.Combine(HomeOf(broker), "logs");

    /// <summary>
    /// An ensemble grows and shrinks by reconfiguration, not by another list of servers: empty newcomers could outvote the one that has the
    /// newest history, and what was acknowledged would be lost.
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
                $"{options.DataDirectory} holds the data of {kept} coordinators; with {options.Coordinators} some of it could be lost. "
                + $"Start with --coordinators {kept}, or choose another directory with --data DIR.");
        }
    }

    NodeFiles WriteCoordinator(Coordinator server, IReadOnlyList<Coordinator> all)
    {
        var home = Directory.CreateDirectory(Path.Combine(options.DataDirectory, $"zk{server.Id}")).FullName;
        var data = Directory.CreateDirectory(Path.Combine(home, "data")).FullName;
        File.WriteAllText(Path.Combine(data, "myid"), Text(server.Id) + "\n");
        List<(string Key, string Value)> lines =
        [
            ("tickTime", "2000"),
            ("initLimit", "10"),
            ("syncLimit", "3"),
            ("dataDir", data),
            ("clientPort", Text(server.ClientPort)),
            ("clientPortAddress", "127.0.0.1"),
            ("maxClientCnxns", "0"),
            ("autopurge.snapRetainCount", "3"),
            ("autopurge.purgeInterval", "1"),
            ("4lw.commands.whitelist", "ruok,srvr,stat,mntr,conf,cons,wchs,wchc,dump"),
            ("admin.serverPort", Text(server.AdminPort)),
        ];
        if (all.Count > 1)
        {
            lines.AddRange(all.Select(s => ($"server.{s.Id}", $"127.0.0.1:{s.QuorumPort}:{s.ElectionPort}")));
        }

        return new NodeFiles(
            $"zk{server.Id}", NodeKind.Coordinator, server.Id, server.ClientPort, WriteLines(home, "zoo.cfg", NodeKind.Coordinator, lines));
    }

    /// <summary>
    /// All brokers of this process stop together: none waits long for another to take its leaders. A leader that moved stays where it is
    /// until somebody elects the preferred one: that is what there is to see.
    /// </summary>
    NodeFiles WriteBroker(int id, int port)
    {
        var home = Directory.CreateDirectory(HomeOf(id)).FullName;
        (string Key, string Value)[] lines =
        [
            ("broker.id", Text(id)),
            ("listeners", $"PLAINTEXT://127.0.0.1:{port}"),
            ("advertised.listeners", $"PLAINTEXT://127.0.0.1:{port}"),
            ("log.dirs", Path.Combine(home, "logs")),
            ("zookeeper.connect", ZooKeeperConnect),
            ("zookeeper.session.timeout.ms", "6000"),
            ("num.partitions", "3"),
            ("default.replication.factor", Text(Math.Min(2, brokers.Ids.Count))),
            ("min.insync.replicas", "1"),
            ("replica.lag.time.max.ms", "10000"),
            ("offsets.topic.replication.factor", Text(Math.Min(3, brokers.Ids.Count))),
            ("offsets.topic.num.partitions", "10"),
            ("group.initial.rebalance.delay.ms", "500"),
            ("log.segment.bytes", "67108864"),
            ("controlled.shutdown.max.retries", "2"),
            ("controlled.shutdown.retry.backoff.ms", "300"),
            ("auto.leader.rebalance.enable", "false"),
        ];
        return new NodeFiles($"kafka{id}", NodeKind.Broker, id, port, WriteLines(home, "server.properties", NodeKind.Broker, lines));
    }

    string WriteLines(string home, string name, NodeKind kind, IEnumerable<(string Key, string Value)> lines)
    {
        var file = Path.Combine(home, name);
        File.WriteAllText(
            file, string.Join('\n', Settings.Over(kind, lines).Prepend("# Made by Castellan at each start, from its own options.")) + "\n");
        return file;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    sealed record Coordinator(int Id, int ClientPort, int QuorumPort, int ElectionPort, int AdminPort);
}
