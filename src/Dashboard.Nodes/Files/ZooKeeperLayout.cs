using static Dashboard.Nodes.Files.BrokerLines;

namespace Dashboard.Nodes.Files;

/// <summary>An ensemble of coordinators, and brokers that register with it.</summary>
sealed class ZooKeeperLayout : IClusterLayout
{
    readonly HostingOptions options;
    readonly Ports ports;

    public ZooKeeperLayout(HostingOptions options, Ports ports)
    {
        (this.options, this.ports) = (options, ports);
        RequireSameEnsemble(options);
        var servers = Enumerable.Range(1, options.Coordinators).Select(id => new Server(
            id,
            ports.Get($"zk{id}.client", options.FirstCoordinatorPort + id - 1),
            ports.Get($"zk{id}.quorum", 2888 + id - 1),
            ports.Get($"zk{id}.election", 3888 + id - 1),
            // not 8080: that is many a program's, this one's by default as well
            ports.Get($"zk{id}.admin", 2281 + id - 1))).ToList();
        ZooKeeperConnect = string.Join(',', servers.Select(s => $"127.0.0.1:{s.ClientPort}")) + "/kafka";
        Founders = [.. servers.Select(server => Coordinator(server, servers))];
    }

    public IReadOnlyList<NodeDraft> Founders { get; }

    public string ZooKeeperConnect { get; }

    /// <summary>All brokers stop together: none waits long for another to take its leaders.</summary>
    public NodeDraft Broker(int id, int brokers)
    {
        var (name, port) = ($"kafka{id}", ports.Get($"kafka{id}", options.FirstBrokerPort + id));
        return new NodeDraft(name, NodeKind.Broker, id, [port],
        [
            ("broker.id", Text(id)),
            ("listeners", $"PLAINTEXT://127.0.0.1:{port}"),
            ("advertised.listeners", $"PLAINTEXT://127.0.0.1:{port}"),
            ("zookeeper.connect", ZooKeeperConnect),
            // Kafka's default is 18 s: a killed broker is to be seen as gone while one watches
            ("zookeeper.session.timeout.ms", "6000"),
            ("controlled.shutdown.max.retries", "2"),
            ("controlled.shutdown.retry.backoff.ms", "300"),
            .. Common(NodeFiles.LogsIn(Path.Combine(options.DataDirectory, name)), brokers),
        ]);
    }

    /// <summary>Of how many the data in a directory is; null: there is none.</summary>
    public static int? CoordinatorsIn(string directory)
    {
        var home = Path.Combine(directory, "zk1");
        var config = Path.Combine(home, "zoo.cfg");
        return File.Exists(config) && Directory.Exists(Path.Combine(home, "data", "version-2"))
            // none: a standalone server has no such lines
            ? Math.Max(1, File.ReadLines(config).Count(line => line.StartsWith("server.", StringComparison.Ordinal)))
            : null;
    }

    /// <summary>
    /// An ensemble grows and shrinks by reconfiguration, not by another list of servers: empty newcomers could outvote the one that has the
    /// newest history, and what was acknowledged would be lost.
    /// </summary>
    static void RequireSameEnsemble(HostingOptions options)
    {
        var kept = CoordinatorsIn(options.DataDirectory);
        if (kept is not null && kept != options.Coordinators)
        {
            throw new HostingException(
                $"{options.DataDirectory} holds the data of {kept} coordinators; with {options.Coordinators} some of it could be lost. "
                + $"Start with --coordinators {kept}, or choose another directory with --data DIR.");
        }
    }

    NodeDraft Coordinator(Server server, IReadOnlyList<Server> all)
    {
        var name = $"zk{server.Id}";
        List<(string Key, string Value)> lines =
        [
            ("tickTime", "2000"),
            ("initLimit", "10"),
            ("syncLimit", "3"),
            ("dataDir", Path.Combine(options.DataDirectory, name, "data")),
            ("clientPort", Text(server.ClientPort)),
            ("clientPortAddress", "127.0.0.1"),
            // no limit: brokers, dashboard and tools all come from one address here
            ("maxClientCnxns", "0"),
            ("autopurge.snapRetainCount", "3"),
            // hours; off by default, and the disk would fill
            ("autopurge.purgeInterval", "1"),
            // on loopback nothing is to be hidden; by default there is only srvr, while clients ask for more (kazoo's recipes for envi)
            ("4lw.commands.whitelist", "*"),
            ("admin.serverPort", Text(server.AdminPort)),
            ("admin.serverAddress", "127.0.0.1"),
        ];
        // one server line would make it a quorum of one, which ZooKeeper warns of: it is standalone then
        if (all.Count > 1)
        {
            lines.AddRange(all.Select(s => ($"server.{s.Id}", $"127.0.0.1:{s.QuorumPort}:{s.ElectionPort}")));
        }

        return new NodeDraft(
            name, NodeKind.Coordinator, server.Id, [server.ClientPort, server.QuorumPort, server.ElectionPort, server.AdminPort], lines)
        {
            OtherFiles = [("data/myid", Text(server.Id) + "\n")],
        };
    }

    sealed record Server(int Id, int ClientPort, int QuorumPort, int ElectionPort, int AdminPort);
}
