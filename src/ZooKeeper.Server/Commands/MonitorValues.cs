using System.Globalization;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Statistics;

namespace ZooKeeper.Server.Commands;

/// <summary>
/// The keys of mntr and /commands/monitor: Apache's names, which exporters parse; of its inner metrics those that exist here.
/// </summary>
static class MonitorValues
{
    public static IEnumerable<KeyValuePair<string, object>> Of(ServerView view)
    {
        var core = view.Core;
        var statistics = view.Statistics;
        var values = new List<KeyValuePair<string, object>>();
        void Add(string key, object value) => values.Add(new(key, value));

        Add("version", ServerVersion.Full);
        Add("server_state", view.Mode);
        if (view.Quorum is not null)
        {
            Add("peer_state", PeerState(core.State) + " - broadcast");
        }

        Add("ephemerals_count", core.Tree.EphemeralCount);
        Add("num_alive_connections", view.ConnectionCount);
        Add("avg_latency", Math.Round(statistics.Latency.Average, 4));
        Add("outstanding_requests", view.Outstanding);
        Add("znode_count", core.Tree.NodeCount);
        Add("global_sessions", core.SessionTimeouts.Count);
        Add("non_mtls_remote_conn_count", core.Clients.Connections.Count(c => !c.IsLoopback));
        Add("last_client_response_size", statistics.Responses.Last);
        Add("packets_sent", statistics.PacketsSent);
        Add("packets_received", statistics.PacketsReceived);
        Add("max_client_response_size", statistics.Responses.Max);
        Add("connection_drop_probability", 0.0);
        Add("watch_count", core.Tree.WatchCount);
        Add("auth_failed_count", statistics.AuthFailed);
        Add("min_latency", statistics.Latency.Min);
        if (OpenFiles() is { } files)
        {
            Add("max_file_descriptor_count", files.Most);
            Add("open_file_descriptor_count", files.Open);
        }

        Add("approximate_data_size", core.Tree.DataSize);
        Add("local_sessions", 0);
        Add("uptime", view.Uptime);
        Add("max_latency", statistics.Latency.Max);
        Add("outstanding_tls_handshake", 0);
        Add("min_client_response_size", statistics.Responses.Min);
        Add("non_mtls_local_conn_count", core.Clients.Connections.Count(c => c.IsLoopback));
        if (core.State == ServerState.Leading)
        {
            Add("last_proposal_size", core.Proposals.Last);
            Add("min_proposal_size", core.Proposals.Min);
            Add("max_proposal_size", core.Proposals.Max);
            Add("leader_uptime", core.Milliseconds() - core.StateSince);
        }

        if (view.Quorum is not null)
        {
            Add("quorum_size", view.Config.Servers.Values.Count(s => !s.IsObserver));
            if (view.Quorum.Epoch is { } epoch)
            {
                // ours: Apache shows it nowhere, and a follower's last zxid is of the epoch before until the first write
                Add("current_epoch", epoch);
            }
        }

        values.AddRange((core.Replicator?.Monitor() ?? []).Where(m => !values.Exists(v => v.Key == m.Key)));
        AddMetrics(view, Add);
        return values;
    }

    static string PeerState(ServerState state) => state switch
    {
        ServerState.Leading => "leading",
        ServerState.Observing => "observing",
        _ => "following",
    };

    static void AddMetrics(ServerView view, Action<string, object> add)
    {
        var statistics = view.Statistics;
        var fsyncs = view.Store.Fsyncs;
        add("avg_fsynctime", fsyncs.Count == 0 ? 0.0 : Math.Round(fsyncs.Total.TotalMilliseconds / fsyncs.Count, 4));
        add("max_fsynctime", (long)fsyncs.Max.TotalMilliseconds);
        add("cnt_fsynctime", fsyncs.Count);
        add("sum_fsynctime", (long)fsyncs.Total.TotalMilliseconds);
        add("commit_count", statistics.Commits);
        add("snap_count", statistics.Snapshots);
        add("stale_sessions_expired", statistics.SessionsExpired);
        add("connection_rejected", statistics.ConnectionsRejected);
        add("request_commit_queued", view.Core.Loop.Depth);
        AddLatency("readlatency", statistics.ReadLatency, add);
        AddLatency("updatelatency", statistics.UpdateLatency, add);
    }

    static void AddLatency(string name, LatencyStatistics latency, Action<string, object> add)
    {
        add($"avg_{name}", Math.Round(latency.Average, 4));
        add($"min_{name}", latency.Min);
        add($"max_{name}", latency.Max);
        add($"cnt_{name}", latency.Count);
        add($"sum_{name}", (long)(latency.Average * latency.Count));
    }

    /// <summary>Of the whole process; null where the system does not say.</summary>
    static (long Open, long Most)? OpenFiles()
    {
        const string limit = "Max open files";
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith(limit, StringComparison.Ordinal));
        var soft = line?[limit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        var most = long.TryParse(soft, CultureInfo.InvariantCulture, out var number) ? number : -1;
        return (Directory.EnumerateFileSystemEntries("/proc/self/fd").LongCount(), most);
    }
}
