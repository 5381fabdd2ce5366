using System.Text.Json.Nodes;
using ZooKeeper.Server.Connections;
using ZooKeeper.Server.FourLetterWords;
using ZooKeeper.Server.Pipeline;

namespace ZooKeeper.Server.Admin;

/// <summary>The AdminServer's commands with Apache's names and keys (org.apache.zookeeper.server.admin.Commands). On the server loop.</summary>
static class AdminCommands
{
    /// <summary>Every name of a command, and its first one, which the answer repeats.</summary>
    static readonly Dictionary<string, (string Primary, Action<ServerView, JsonObject> Fill, bool NeedsServing)> All = Register();

    /// <summary>Primary names, for the page that lists them.</summary>
    public static IEnumerable<string> Names => All.Values.Select(c => c.Primary).Distinct().Order(StringComparer.Ordinal);

    public static JsonObject Run(string name, ServerView view)
    {
        var answer = new JsonObject();
        if (!All.TryGetValue(name, out var command))
        {
            return new JsonObject { ["command"] = name, ["error"] = $"Unknown command: {name}" };
        }

        if (command.NeedsServing && !view.Core.IsServing)
        {
            return new JsonObject { ["command"] = name, ["error"] = "This ZooKeeper instance is not currently serving requests" };
        }

        command.Fill(view, answer);
        answer["command"] = command.Primary;
        answer.TryAdd("error", null);
        return answer;
    }

    static Dictionary<string, (string, Action<ServerView, JsonObject>, bool)> Register()
    {
        var all = new Dictionary<string, (string, Action<ServerView, JsonObject>, bool)>();
        void Add(string names, Action<ServerView, JsonObject> fill, bool needsServing = true)
        {
            foreach (var name in names.Split(' '))
            {
                all[name] = (names.Split(' ')[0], fill, needsServing);
            }
        }

        Add("configuration conf config", (v, a) => Fill(a, Configuration.Values(v, v.ClientPort)));
        Add("connections cons", Connections);
        Add("dirs", (v, a) => Fill(a, [new("datadir_size", v.SnapshotBytes), new("logdir_size", v.LogBytes)]));
        Add("environment env envi", (_, a) => Fill(a, FourLetterWords.Environment.Values()), needsServing: false);
        Add("is_read_only isro", (_, a) => a["read_only"] = false);
        Add("leader lead", Leader);
        Add("monitor mntr", (v, a) => Fill(a, MonitorValues.Of(v)));
        Add("ruok", (_, _) => { });
        Add("server_stats srvr", Server);
        Add("stats stat", (v, a) =>
        {
            Server(v, a);
            a["connections"] = ConnectionList(v);
        });
        Add("watch_summary wchs", Summary);
        Add("watches wchc", (v, a) => a["session_id_to_watched_paths"] = new JsonObject(v.Core.Tree.DataWatches.ByWatcher.Select(w =>
            KeyValuePair.Create($"{w.Key.SessionId}", (JsonNode?)Texts(w.Value)))));
        Add("watches_by_path wchp", (v, a) => a["path_to_session_ids"] = new JsonObject(v.Core.Tree.DataWatches.ByPath.Select(p =>
            KeyValuePair.Create(p.Key, (JsonNode?)new JsonArray([.. p.Value.Select(w => (JsonNode)w.SessionId)])))));
        return all;
    }

    static void Server(ServerView view, JsonObject answer)
    {
        var statistics = view.Statistics;
        answer["version"] = ServerVersion.Full;
        answer["read_only"] = false;
        answer["server_stats"] = new JsonObject
        {
            ["packets_sent"] = statistics.PacketsSent,
            ["packets_received"] = statistics.PacketsReceived,
            ["fsync_threshold_exceed_count"] = view.Store.Fsyncs.ThresholdExceeded,
            ["client_response_stats"] = Sizes(statistics.Responses),
            ["data_dir_size"] = view.SnapshotBytes,
            ["log_dir_size"] = view.LogBytes,
            ["provider_null"] = false,
            ["last_processed_zxid"] = view.Core.LastProcessedZxid,
            ["outstanding_requests"] = view.Outstanding,
            ["server_state"] = view.Mode,
            ["avg_latency"] = Math.Round(statistics.Latency.Average, 4),
            ["max_latency"] = statistics.Latency.Max,
            ["min_latency"] = statistics.Latency.Min,
            ["num_alive_client_connections"] = view.ConnectionCount,
            ["uptime"] = view.Uptime,
            ["auth_failed_count"] = statistics.AuthFailed,
            ["non_mtlsremote_conn_count"] = view.Core.Clients.Connections.Count(c => !c.IsLoopback),
            ["non_mtlslocal_conn_count"] = view.Core.Clients.Connections.Count(c => c.IsLoopback),
        };
        answer["client_response"] = Sizes(statistics.Responses);
        if (view.Core.State == ServerState.Leading)
        {
            answer["proposal_stats"] = Sizes(view.Core.Proposals);
        }

        answer["node_count"] = view.Core.Tree.NodeCount;
    }

    static void Leader(ServerView view, JsonObject answer)
    {
        if (view.Quorum is not { } quorum)
        {
            answer["error"] = "server is not initialized";
            return;
        }

        answer["is_leader"] = view.Core.State == ServerState.Leading;
        answer["leader_id"] = quorum.LeaderId ?? -1;
        answer["leader_ip"] = quorum.LeaderId is { } id && view.Config.Servers.TryGetValue(id, out var leader) ? leader.Host : "";
    }

    static void Connections(ServerView view, JsonObject answer)
    {
        answer["connections"] = ConnectionList(view);
        answer["secure_connections"] = new JsonArray();
    }

    static JsonArray ConnectionList(ServerView view) => new([.. view.Core.Clients.Connections.Select(Connection)]);

    static JsonNode Connection(ClientConnection client)
    {
        var s = client.Statistics;
        return new JsonObject
        {
            ["remote_socket_address"] = client.Remote,
            ["interest_ops"] = 1,
            ["outstanding_requests"] = client.Pending.Count,
            ["packets_received"] = s.Received,
            ["packets_sent"] = s.Sent,
            ["session_id"] = client.SessionId,
            ["last_operation"] = s.LastOperation,
            ["established"] = s.Established,
            ["session_timeout"] = client.Timeout,
            ["last_cxid"] = s.LastCxid,
            ["last_zxid"] = s.LastZxid,
            ["last_response_time"] = s.LastResponseTime,
            ["last_latency"] = s.LastLatency,
            ["min_latency"] = s.Latency.Min,
            ["avg_latency"] = (long)s.Latency.Average,
            ["max_latency"] = s.Latency.Max,
        };
    }

    static void Summary(ServerView view, JsonObject answer)
    {
        var (connections, paths, total) = Watches.Count(view.Core.Tree);
        answer["num_connections"] = connections;
        answer["num_paths"] = paths;
        answer["num_total_watches"] = total;
    }

    static JsonObject Sizes(SizeStatistics sizes) => new()
    {
        ["last_buffer_size"] = sizes.Last,
        ["min_buffer_size"] = sizes.Min,
        ["max_buffer_size"] = sizes.Max,
    };

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    static void Fill(JsonObject answer, IEnumerable<KeyValuePair<string, object>> values)
    {
        foreach (var (key, value) in values)
        {
            answer[key] = value switch
            {
                string text => text,
                int number => number,
                long number => number,
                double number => number,
                bool flag => flag,
                _ => value.ToString(),
            };
        }
    }
}
