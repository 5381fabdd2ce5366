using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Wire;
using ZooKeeper.Client;

namespace Dashboard.Monitoring.Connections;

/// <summary>Who votes by the ensemble's own configuration, which names all servers, whatever the connect string does.</summary>
/// <param name="Observers">By server id, whether it is an observer. Empty of a server that runs alone.</param>
sealed record EnsembleVotes(FrozenDictionary<int, bool> Observers)
{
    /// <summary>Of 3.5 and newer: a line <c>server.N=host:port:port:participant|observer[;client]</c> for each of them.</summary>
    const string Znode = "/zookeeper/config";

    /// <summary>Null where none is named: it counts what is seen then.</summary>
    public int? Voters => Observers.Count == 0 ? null : Observers.Count(server => !server.Value);

    public bool? IsObserver(int id) => Observers.TryGetValue(id, out var observes) ? observes : null;

    /// <summary>Null where it cannot be read: before 3.5, without a session, and without the right to.</summary>
    public static async Task<EnsembleVotes?> ReadAsync(ZooKeeperLink link, CancellationToken cancellationToken)
    {
        try
        {
            var (data, _) = await link.Client.GetDataAsync(Znode, null, cancellationToken).ConfigureAwait(false);
            return Parse(Encoding.UTF8.GetString(data));
        }
        catch (ZooKeeperException)
        {
            return null;
        }
    }

    public static EnsembleVotes Parse(string text)
    {
        var servers = new Dictionary<int, bool>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            var (key, value) = line.Split('=', 2) is [var before, var after] ? (before, after) : ("", "");
            if (key.StartsWith("server.", StringComparison.Ordinal)
                && int.TryParse(key["server.".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                servers[id] = value.Split(';')[0].TrimEnd().EndsWith(":observer", StringComparison.OrdinalIgnoreCase);
            }
        }

        return new(servers.ToFrozenDictionary());
    }
}
