using System.Globalization;
using System.Text;

namespace ZooKeeper.Server.Commands;

/// <summary>conf and /commands/configuration: what the server runs with.</summary>
static class Configuration
{
    /// <summary>
    /// The AdminServer's keys (org.apache.zookeeper.server.ZooKeeperServerConf): other names than those of conf, and fewer.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, object>> AdminValues(ServerView view)
    {
        var config = view.Config;
        yield return new("client_port", view.ClientPort);
        yield return new("data_dir", view.Files.Snapshots);
        yield return new("data_log_dir", view.Files.Logs);
        yield return new("tick_time", config.TickTime);
        yield return new("max_client_cnxns", config.MaxClientConnections);
        yield return new("min_session_timeout", config.MinSessionTimeout);
        yield return new("max_session_timeout", config.MaxSessionTimeout);
        yield return new("server_id", config.MyId);
        yield return new("client_port_listen_backlog", -1);
    }

    /// <summary>The file as it was read, without secrets, which a reader of the statistics must not see; null alone in no file.</summary>
    public static string? Source(ZooKeeperConfig config) => config.Source is { } text
        ? string.Join('\n', text.Split('\n').Select(WithoutSecret))
        : null;

    static string WithoutSecret(string line)
    {
        var key = line.Split('=')[0];
        var isSecret = key.Contains("superDigest", StringComparison.OrdinalIgnoreCase)
            || key.Contains("password", StringComparison.OrdinalIgnoreCase);
        return isSecret ? $"{key}=***" : line;
    }

    static IEnumerable<KeyValuePair<string, object>> Values(ServerView view, int clientPort)
    {
        var config = view.Config;
        yield return new("clientPort", clientPort);
        yield return new("secureClientPort", -1);
        yield return new("dataDir", view.Files.Snapshots);
        yield return new("dataDirSize", view.SnapshotBytes);
        yield return new("dataLogDir", view.Files.Logs);
        yield return new("dataLogSize", view.LogBytes);
        yield return new("tickTime", config.TickTime);
        yield return new("maxClientCnxns", config.MaxClientConnections);
        yield return new("minSessionTimeout", config.MinSessionTimeout);
        yield return new("maxSessionTimeout", config.MaxSessionTimeout);
        yield return new("clientPortListenBacklog", -1);
        yield return new("serverId", config.MyId);
        if (config.IsEnsemble)
        {
            var self = config.Servers[config.MyId];
            yield return new("initLimit", config.InitLimit);
            yield return new("syncLimit", config.SyncLimit);
            yield return new("electionAlg", 3);
            yield return new("electionPort", self.ElectionPort);
            yield return new("quorumPort", self.QuorumPort);
            yield return new("peerType", self.IsObserver ? 1 : 0);
        }
    }

    public static string Text(ServerView view)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in Values(view, view.ClientPort))
        {
            text.Append(CultureInfo.InvariantCulture, $"{key}={value}\n");
        }

        if (view.Config.IsEnsemble)
        {
            text.Append("membership: \n").Append(view.Config.ConfigNode);
        }

        return text.ToString();
    }
}
