using System.Globalization;
using System.Text.Json.Nodes;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Statistics;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>
/// The AdminServer's commands with Apache's names and keys (org.apache.zookeeper.server.admin.Commands), all but those of
/// <see cref="QuorumCommands"/> and
/// <see cref="SnapshotCommand"/>. On the server loop.
/// </summary>
static class AdminCommands
{
    public const string NotServing = "This ZooKeeper instance is not currently serving requests";

    /// <summary>POST restore (ZOOKEEPER-4571), which is refused.</summary>
    public const string Restore = "restore";

    const string NoSystemProperties = "There are no system properties outside Java; see configuration.";

    /// <summary>By every name.</summary>
    static readonly Dictionary<string, Command> All = Register();

    /// <param name="Primary">Its first name, which the answer repeats.</param>
    /// <param name="Fill">Puts its values into the answer.</param>
    /// <param name="NeedsServing">Not while the server looks for a leader.</param>
    sealed record Command(string Primary, Action<ServerView, AdminRequest, JsonObject> Fill, bool NeedsServing);

    /// <summary>Primary names, for the page that lists them.</summary>
    public static IEnumerable<string> Names => All.Values
        .Select(c => c.Primary)
        .Append(SnapshotCommand.Name)
        .Append(Restore)
        .Distinct()
        .Order(StringComparer.Ordinal);

    public static AdminAnswer Run(string name, AdminRequest request, ServerView view)
    {
        if (!All.TryGetValue(name, out var command))
        {
            return AdminAnswer.Refused(name, $"Unknown command: {name}");
        }

        if (command.NeedsServing && !view.Core.IsServing)
        {
            return AdminAnswer.Refused(name, NotServing);
        }

        var answer = new JsonObject();
        command.Fill(view, request, answer);
        answer["command"] = command.Primary;
        answer.TryAdd("error", null);
        return AdminAnswer.Json(answer);
    }

    static Dictionary<string, Command> Register()
    {
        var all = new Dictionary<string, Command>();
        void Add(string names, Action<ServerView, AdminRequest, JsonObject> fill, bool needsServing = true)
        {
            foreach (var name in names.Split(' '))
            {
                all[name] = new Command(names.Split(' ')[0], fill, needsServing);
            }
        }

        void Show(string names, Action<ServerView, JsonObject> fill, bool needsServing = true) =>
            Add(names, (v, _, a) => fill(v, a), needsServing);

        Show("configuration conf config", (v, a) => Fill(a, Configuration.AdminValues(v)));
        Show("connections cons", Connections);
        Show("dirs", (v, a) => Fill(a, [new("datadir_size", v.SnapshotBytes), new("logdir_size", v.LogBytes)]));
        Show("dump", Dump);
        Show("environment env envi", (_, a) => Fill(a, Commands.Environment.Values()), needsServing: false);
        Show("get_trace_mask gtmk", (v, a) => a["tracemask"] = v.TraceMask, needsServing: false);
        Show("hash", (_, a) => a["error"] = ServerView.NoDigests);
        Show("initial_configuration icfg", (v, a) => a["initial_configuration"] = Configuration.Source(v.Config));
        Show("is_read_only isro", (_, a) => a["read_only"] = false);
        Show("last_snapshot lsnp", LastSnapshot);
        Show("leader lead", QuorumCommands.Leader);
        Show("monitor mntr", (v, a) => Fill(a, MonitorValues.Of(v)));
        Show("observers obsr", QuorumCommands.Observers);
        Show("ruok", (_, _) => { });
        Show("server_stats srvr", Server);
        Show("stats stat", Stats);
        Show("voting_view", QuorumCommands.VotingView);
        Show("watch_summary wchs", Summary);
        Show("watches wchc", (v, a) => a["session_id_to_watched_paths"] = Watched(v));
        Show("watches_by_path wchp", (v, a) => a["path_to_session_ids"] = Watching(v));
        Show("zabstate", QuorumCommands.ZabState, needsServing: false);
        Show("connection_stat_reset crst", (v, _) => v.ResetConnections());
        Show("observer_connection_stat_reset orst", (_, _) => { }); // nothing is counted of them
        Show("stat_reset srst", (v, _) => v.ResetStatistics());
        Show("system_properties sysp", (_, a) => a["error"] = NoSystemProperties, needsServing: false);
        Add("set_trace_mask stmk", SetTraceMask, needsServing: false);
        return all;
    }

    static void Stats(ServerView view, JsonObject answer)
    {
        Server(view, answer);
        answer["connections"] = new JsonArray([.. view.Core.Clients.Connections.Select(Brief)]);
        answer["secure_connections"] = new JsonArray();
    }

    /// <summary>When sessions end (Unix ms; empty at a follower, as with Apache), and who has which ephemerals.</summary>
    static void Dump(ServerView view, JsonObject answer)
    {
        var now = view.Now.ToUnixTimeMilliseconds();
        var expiries = (view.Core.Sessions as SessionTracker)?.Expiries() ?? [];
        answer["expiry_time_to_session_ids"] = new JsonObject(
            expiries.Select(e => Pair(Text(now + e.InMilliseconds), Numbers(e.Sessions))));
        answer["session_id_to_ephemeral_paths"] = new JsonObject(
            view.Core.Tree.Ephemerals.Select(e => Pair(Text(e.Key), Texts(e.Value))));
    }

    static void LastSnapshot(ServerView view, JsonObject answer)
    {
        var last = view.LastSnapshot;
        answer["zxid"] = last is { } snapshot ? snapshot.Zxid.ToString("x", CultureInfo.InvariantCulture) : "ffffffffffffffff";
        answer["timestamp"] = last?.At.ToUnixTimeSeconds() ?? -1;
    }

    static void SetTraceMask(ServerView view, AdminRequest request, JsonObject answer)
    {
        if (!request.Query.TryGetValue("traceMask", out var text))
        {
            answer["error"] = "setTraceMask requires long traceMask argument";
        }
        else if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var mask))
        {
            answer["error"] = $"setTraceMask requires long traceMask argument, got {text}";
        }
        else
        {
            view.TraceMask = mask;
            answer["tracemask"] = mask;
        }
    }

    static JsonObject Watched(ServerView view) =>
        new(view.Core.Tree.DataWatches.ByWatcher.Select(w => Pair(Text(w.Key.SessionId), Texts(w.Value))));

    static JsonObject Watching(ServerView view) =>
        new(view.Core.Tree.DataWatches.ByPath.Select(p => Pair(p.Key, Numbers(p.Value.Select(w => w.SessionId)))));

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
            ["last_processed_zxid"] = view.Zxid,
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

    static void Connections(ServerView view, JsonObject answer)
    {
        answer["connections"] = new JsonArray([.. view.Core.Clients.Connections.Select(Connection)]);
        answer["secure_connections"] = new JsonArray();
    }

    /// <summary>What stats shows of a connection.</summary>
    static JsonObject Brief(ClientConnection client) => new()
    {
        ["remote_socket_address"] = client.Remote,
        ["interest_ops"] = 1,
        ["outstanding_requests"] = client.Pending.Count,
        ["packets_received"] = client.Statistics.Received,
        ["packets_sent"] = client.Statistics.Sent,
    };

    static JsonObject Connection(ClientConnection client)
    {
        var s = client.Statistics;
        var all = Brief(client);
        all["session_id"] = client.SessionId;
        all["last_operation"] = s.LastOperation;
        all["established"] = s.Established;
        all["session_timeout"] = client.Timeout;
        all["last_cxid"] = s.LastCxid;
        all["last_zxid"] = s.LastZxid;
        all["last_response_time"] = s.LastResponseTime;
        all["last_latency"] = s.LastLatency;
        all["min_latency"] = s.Latency.Min;
        all["avg_latency"] = (long)s.Latency.Average;
        all["max_latency"] = s.Latency.Max;
        return all;
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

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static KeyValuePair<string, JsonNode?> Pair(string key, JsonNode value) => new(key, value);

    static JsonArray Numbers(IEnumerable<long> numbers) => new([.. numbers.Select(n => (JsonNode)n)]);

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
