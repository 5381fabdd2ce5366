using System.Globalization;
using System.Text.Json;

namespace ZooKeeper.Client.FourLetterWords;

/// <summary>
/// The answer to mntr: lines of a key, a tab and a value. The keys are those of the Administrator's Guide and differ between versions and
/// roles, so that each typed member is null where the server did not say it.
/// </summary>
public sealed record Mntr(IReadOnlyDictionary<string, string> Values)
{
    const string prefix = "zk_";

    /// <summary>Such as 3.9.5-293c…, built on 2026-02-11 20:18 UTC.</summary>
    public string? Version => Text("zk_version");

    /// <summary>leader, follower, observer, standalone or read-only.</summary>
    public string? ServerState => Text("zk_server_state");

    /// <summary>Such as "leading - broadcast"; since 3.6.</summary>
    public string? PeerState => Text("zk_peer_state");

    /// <summary>Milliseconds; from whole ones in 3.4 to fractions since 3.6.</summary>
    public double? AverageLatency => Number("zk_avg_latency");

    /// <summary>Milliseconds.</summary>
    public double? MinLatency => Number("zk_min_latency");

    /// <summary>Milliseconds.</summary>
    public double? MaxLatency => Number("zk_max_latency");

    /// <summary>Since the server started, or its statistics were reset (srst).</summary>
    public long? PacketsReceived => Whole("zk_packets_received");

    /// <summary>As <see cref="PacketsReceived"/>.</summary>
    public long? PacketsSent => Whole("zk_packets_sent");

    /// <summary>Of clients, at this server.</summary>
    public long? Connections => Whole("zk_num_alive_connections");

    /// <summary>Received and not answered yet.</summary>
    public long? OutstandingRequests => Whole("zk_outstanding_requests");

    /// <summary>Of the whole tree, as this server has it.</summary>
    public long? ZnodeCount => Whole("zk_znode_count");

    /// <summary>At this server: each watch is at the server that its client is connected to.</summary>
    public long? WatchCount => Whole("zk_watch_count");

    /// <summary>Of all sessions of the ensemble.</summary>
    public long? EphemeralsCount => Whole("zk_ephemerals_count");

    /// <summary>Bytes.</summary>
    public long? ApproximateDataSize => Whole("zk_approximate_data_size");

    /// <summary>Sessions of the whole ensemble; since 3.6.</summary>
    public long? GlobalSessions => Whole("zk_global_sessions");

    /// <summary>Sessions that this server alone knows (localSessionsEnabled); since 3.6.</summary>
    public long? LocalSessions => Whole("zk_local_sessions");

    /// <summary>The leader alone; learners of 3.6 and later, followers before.</summary>
    public long? Learners => Whole("zk_learners") ?? Whole("zk_followers");

    /// <summary>The leader alone.</summary>
    public long? SyncedFollowers => Whole("zk_synced_followers");

    /// <summary>Of the process; since 3.6.</summary>
    public TimeSpan? Uptime => Whole("zk_uptime") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <summary>How long this leader has led.</summary>
    public TimeSpan? LeaderUptime => Whole("zk_leader_uptime") is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;

    /// <exception cref="FormatException">No line of it is a key and a value.</exception>
    public static Mntr Parse(string answer)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in answer.AsSpan().EnumerateLines())
        {
            var tab = line.IndexOf('\t');
            if (tab > 0)
            {
                values[line[..tab].ToString()] = line[(tab + 1)..].Trim().ToString();
            }
        }

        return values.Count > 0 ? new Mntr(values) : throw new FormatException("That is no answer to mntr.");
    }

    /// <summary>The same from the AdminServer's /commands/monitor, whose keys have no zk_ before them.</summary>
    public static Mntr FromMonitor(JsonElement monitor)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var shown = monitor.EnumerateObject().Where(property => property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number);
        foreach (var property in shown)
        {
            values[prefix + property.Name] = property.Value.ToString();
        }

        return new Mntr(values);
    }

    /// <summary>The value of a key with its zk_; null where the server did not say it.</summary>
    public string? Text(string key) => Values.GetValueOrDefault(key);

    /// <summary>The same; null also for what is no number.</summary>
    public double? Number(string key) =>
        double.TryParse(Values.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The same without the fraction that it may have.</summary>
    public long? Whole(string key) => Number(key) is { } value ? (long)value : null;
}
