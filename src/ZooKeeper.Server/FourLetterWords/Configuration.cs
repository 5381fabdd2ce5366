using System.Globalization;
using System.Text;

namespace ZooKeeper.Server.FourLetterWords;

/// <summary>conf: what the server runs with.</summary>
static class Configuration
{
    public static IEnumerable<KeyValuePair<string, object>> Values(ServerView view, int clientPort)
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
