using Kafka.Broker.Configuration;
using Wire;
using ZooKeeper.Server;

namespace Dashboard.Nodes;

/// <summary>
/// Whether a setting for hosted nodes can be one: the embedded servers' own parsers are asked, before anything starts. Apache's servers are
/// asked by starting them.
/// </summary>
public static class SettingChecks
{
    static readonly string[] ownedOfBroker =
    [
        "broker.id", "node.id", "broker.id.generation.enable", "reserved.broker.max.id",
        "listeners", "advertised.listeners", "listener.security.protocol.map", "inter.broker.listener.name",
        "control.plane.listener.name", "log.dir", "log.dirs", "metadata.log.dir", "zookeeper.connect", "process.roles",
        "controller.listener.names", "controller.quorum.voters", "controller.quorum.bootstrap.servers",
    ];

    static readonly string[] ownedOfCoordinator =
    [
        "dataDir", "dataLogDir", "clientPort", "clientPortAddress", "secureClientPort", "secureClientPortAddress",
        "quorumListenOnAllIPs", "dynamicConfigFile", "standaloneEnabled", "peerType",
        "admin.serverPort", "admin.serverAddress", "admin.enableServer", "admin.commandURL", "4lw.commands.whitelist", "jute.maxbuffer",
    ];

    /// <summary>One sentence that names the option, or null. An empty value takes a setting out, which is always possible.</summary>
    public static string? Problem(EngineKind engine, NodeKind kind, string key, string value)
    {
        var option = kind == NodeKind.Broker ? "--broker-config" : "--coordinator-config";
        // first: these would be overwritten, or break the cluster, whatever their value
        if (IsOwned(kind, key))
        {
            return $"{option} {key}={value}: refused. Castellan gives each hosted node its own {key}.";
        }

        if (value.Trim().Length == 0 || engine == EngineKind.Apache)
        {
            return null;
        }

        var why = kind == NodeKind.Broker ? WhyNotOfBroker(key, value) : WhyNotOfCoordinator(key, value);
        return why is null ? null : $"{option} {key}={value}: {why.TrimEnd('.')}.";
    }

    static bool IsOwned(NodeKind kind, string key) => kind == NodeKind.Broker
        ? ownedOfBroker.Contains(key) || key.StartsWith("listener.name.", StringComparison.Ordinal)
        : ownedOfCoordinator.Contains(key) || key.StartsWith("server.", StringComparison.Ordinal);

    static string? WhyNotOfBroker(string key, string value)
    {
        try
        {
            // the least that the parser takes, so that any fault it finds is the setting's
            string[] lines = ["broker.id=1", "zookeeper.connect=127.0.0.1:2181", Properties.Line(key, value)];
            return Unknown(BrokerConfig.Parse(lines, "").Warnings, "Kafka's brokers");
        }
        catch (ConfigException e)
        {
            return Reason(e.Message, $"{key}: ");
        }
    }

    static string? WhyNotOfCoordinator(string key, string value)
    {
        try
        {
            return Unknown(ZooKeeperConfig.Parse(["dataDir=/", Properties.Line(key, value)], "").Warnings, "ZooKeeper");
        }
        catch (ConfigException e)
        {
            return Reason(e.Message, " is wrong: ", " is refused: ");
        }
    }

    static string? Unknown(IEnumerable<string> warnings, string of) =>
        warnings.Any(w => w.Contains("unknown key", StringComparison.Ordinal)) ? $"not a key of {of}" : null;

    /// <summary>Behind file, line and key, which are the option's here.</summary>
    static string Reason(string message, params string[] marks)
    {
        var (at, length) = marks
            .Select(mark => (At: message.IndexOf(mark, StringComparison.Ordinal), mark.Length))
            .FirstOrDefault(found => found.At >= 0, (At: 0, Length: 0));
        return message[(at + length)..];
    }
}
