using System.Collections.Immutable;
using Dashboard.Nodes.Engines;

namespace Dashboard.Nodes.Files;

/// <summary>
/// Writes the configuration files of the hosted nodes, in the formats of ZooKeeper and Kafka, so that people can read what runs here and
/// start any of them in the foreground. Written anew at each start: they are made from the options, not edited.
/// </summary>
sealed class ClusterFiles : IDisposable
{
    readonly string directory;
    readonly INodeEngine engine;
    readonly Ports ports;
    readonly BrokerIds brokers;
    readonly IClusterLayout layout;

    ClusterFiles(HostingOptions options, INodeEngine engine, NodeSettings settings, BrokerIds brokers, Ports ports)
    {
        (directory, this.engine, Settings, this.brokers, this.ports) = (options.DataDirectory, engine, settings, brokers, ports);
        (var kept, layout) = Settle(options, engine, brokers, ports);
        RequireRoom();
        Nodes = [.. layout.Founders.Select(Write), .. brokers.Ids.Select(WriteBroker)];
        foreach (var (name, text) in engine.SharedFiles)
        {
            File.WriteAllText(Path.Combine(directory, name), text);
        }

        // without settings of people the lines are this program's own, and known to be right
        if (!settings.IsEmpty)
        {
            engine.Require(Nodes);
        }

        ports.Save();
        brokers.Save();
        settings.Save(directory);
        // last: a start that fails before leaves a directory that any engine may still take
        kept.Save(directory);
    }

    /// <summary>Brokers last. Replaced whole when a broker comes or goes; the host allows one change at a time.</summary>
    public ImmutableArray<NodeFiles> Nodes { get; private set; }

    public NodeSettings Settings { get; }

    public string? ZooKeeperConnect => layout.ZooKeeperConnect;

    public string Bootstrap => string.Join(',', Nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => $"127.0.0.1:{n.Port}"));

    public int NextBroker => brokers.Next;

    /// <summary>What to report of ports that clients knew and that other processes hold now.</summary>
    public IReadOnlyList<string> MovedPorts => ports.Moved;

    /// <exception cref="HostingException">The data is of an ensemble of another size, or what was kept beside it cannot be
    /// understood.</exception>
    public static ClusterFiles Write(HostingOptions options, INodeEngine engine)
    {
        options = options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
        var ports = Ports.Load(options.DataDirectory);
        try
        {
            var settings = NodeSettings.Load(options.DataDirectory).With(options.BrokerSettings, options.CoordinatorSettings);
            return new ClusterFiles(options, engine, settings, BrokerIds.Load(options.DataDirectory, options.Brokers), ports);
        }
        catch
        {
            ports.Dispose();
            throw;
        }
    }

    /// <summary>The nodes that <see cref="Write(HostingOptions, INodeEngine)"/> would make; nothing is written, and no port kept.</summary>
    /// <param name="free">Ports of nodes that will have made way.</param>
    /// <exception cref="HostingException">As there.</exception>
    public static ImmutableArray<NodeDraft> Draft(HostingOptions options, INodeEngine engine, IReadOnlySet<int> free)
    {
        using var ports = Ports.Load(options.DataDirectory, free);
        var brokers = BrokerIds.Load(options.DataDirectory, options.Brokers);
        var (_, layout) = Settle(options, engine, brokers, ports);
        return [.. layout.Founders, .. brokers.Ids.Select(id => layout.Broker(id, brokers.Ids.Count))];
    }

    /// <summary>Files of one more broker, which stays until it is removed.</summary>
    public NodeFiles AddBroker()
    {
        var id = brokers.Next;
        var draft = layout.Broker(id, brokers.Ids.Count + 1);
        ports.Save();
        // before its files: a broker that is forgotten has data that no start would find again
        brokers.Add(id);
        try
        {
            var added = Write(draft);
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
        // the list first: a crash in between leaves a directory too many, not a broker without data
        brokers.Remove(broker.Id);
        Nodes = Nodes.Remove(broker);
        Directory.Delete(HomeOf(broker.Name), recursive: true);
    }

    /// <summary>
    /// Partitions that the broker has on disk: directories of its logs, without those that wait to be deleted, and without the metadata
    /// log, which every node of a KRaft cluster has.
    /// </summary>
    public static IReadOnlyList<string> ReplicasOnDisk(NodeFiles broker)
    {
        if (!Directory.Exists(broker.Logs))
        {
            return [];
        }

        var names = Directory.GetDirectories(broker.Logs).Select(directory => Path.GetFileName(directory)!);
        return
        [
            // Kafka renames a log to ….-delete and deletes it a minute later (file.delete.delay.ms)
            .. names.Where(name => !name.EndsWith("-delete", StringComparison.Ordinal) && name != NodeFiles.MetadataLog)
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>Gives up the ports on which no node listens yet.</summary>
    public void Dispose() => ports.Dispose();

    static (KeptEngine Kept, IClusterLayout Layout) Settle(HostingOptions options, INodeEngine engine, BrokerIds brokers, Ports ports)
    {
        var kept = KeptEngine.Settle(options, engine.Description, KeptEngine.Load(options.DataDirectory), brokers.Ids.Count);
        return (kept, kept.Mode == HostedMode.KRaft
            ? new KRaftLayout(options, kept, brokers, ports)
            : new ZooKeeperLayout(options, ports));
    }

    /// <exception cref="HostingException">All nodes together are more than this machine has room for.</exception>
    void RequireRoom()
    {
        var coordinators = layout.Founders.Count(n => n.Kind == NodeKind.Coordinator);
        if (engine.RoomProblem(coordinators, layout.Founders.Count - coordinators + brokers.Ids.Count) is { } problem)
        {
            throw new HostingException(problem);
        }
    }

    string HomeOf(string node) => Path.Combine(directory, node);

    NodeFiles WriteBroker(int id) => Write(layout.Broker(id, brokers.Ids.Count));

    NodeFiles Write(NodeDraft draft)
    {
        var home = Directory.CreateDirectory(HomeOf(draft.Name)).FullName;
        foreach (var (path, text) in draft.OtherFiles)
        {
            var file = Path.Combine(home, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        var config = Path.Combine(home, draft.ConfigName);
        var lines = Settings.Over(draft.Kind, draft.Lines.Concat(engine.Lines(draft.Kind, brokers.Ids.Count)));
        File.WriteAllText(
            config, string.Join('\n', lines.Prepend("# Made by Castellan at each start, from its own options.")) + "\n");
        return new NodeFiles(
            draft.Name, draft.Kind, draft.Id, draft.Ports[0], config, draft.Ports[1..], draft.IsVoter, draft.StorageId);
    }
}
