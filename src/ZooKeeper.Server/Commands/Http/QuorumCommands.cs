using System.Globalization;
using System.Text.Json.Nodes;
using Wire;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Commands.Http;

/// <summary>The AdminServer's commands about the ensemble: leader, voting_view, zabstate and observers. On the server loop.</summary>
static class QuorumCommands
{
    public static void Leader(ServerView view, JsonObject answer)
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

    /// <summary>The members that vote; empty alone.</summary>
    public static void VotingView(ServerView view, JsonObject answer)
    {
        var voters = view.Config.Servers.Values.Where(s => !s.IsObserver && view.Config.IsEnsemble).OrderBy(s => s.Id);
        answer["current_config"] = new JsonObject(
            voters.Select(s => KeyValuePair.Create(s.Id.ToString(CultureInfo.InvariantCulture), (JsonNode?)Member(s))));
    }

    public static void ZabState(ServerView view, JsonObject answer)
    {
        if (!view.Config.IsEnsemble)
        {
            answer["voting"] = false;
            answer["zabstate"] = "";
            return;
        }

        var self = view.Config.Servers[view.Config.MyId];
        answer["myid"] = self.Id;
        answer["is_leader"] = view.Core.State == ServerState.Leading;
        answer["quorum_address"] = Addresses(self.Host, self.QuorumPort);
        answer["election_address"] = Addresses(self.Host, self.ElectionPort);
        var client = view.Config.ClientPortAddress?.ToString() ?? self.ClientAddress ?? "0.0.0.0";
        answer["client_address"] = HostPort.Format(client, view.ClientPort);
        answer["voting"] = !self.IsObserver;
        answer["last_zxid"] = string.Create(CultureInfo.InvariantCulture, $"0x{view.Zxid:x}");
        answer["zab_epoch"] = Zxids.Epoch(view.Zxid);
        answer["zab_counter"] = Zxids.Counter(view.Zxid);
        answer["zabstate"] = view.Core.IsServing ? "broadcast" : "election";
    }

    /// <summary>Of a leader; a follower of this kind has no observers.</summary>
    public static void Observers(ServerView view, JsonObject answer)
    {
        var observers = view.Quorum?.Observers ?? [];
        answer["synced_observers"] = observers.Count;
        answer["observers"] = new JsonArray(
            [.. observers.Select(o => (JsonNode)new JsonObject { ["sid"] = o.Server, ["last_zxid"] = o.LastZxid })]);
    }

    static JsonObject Member(QuorumServer server) => new()
    {
        ["server_addresses"] = new JsonArray(HostPort.Format(server.Host, server.QuorumPort)),
        ["election_addresses"] = new JsonArray(HostPort.Format(server.Host, server.ElectionPort)),
        ["client_address"] = server.ClientPort is { } port ? HostPort.Format(server.ClientAddress ?? "0.0.0.0", port) : "",
        ["learner_type"] = server.IsObserver ? "observer" : "participant",
    };

    /// <summary>Of a server that can have several addresses with Apache; here it has one.</summary>
    static JsonObject Addresses(string host, int port)
    {
        var one = HostPort.Format(host, port);
        return new JsonObject
        {
            ["empty"] = false,
            ["all_addresses"] = new JsonArray(one),
            ["wildcard_addresses"] = new JsonArray(HostPort.Format("0.0.0.0", port)),
            ["all_ports"] = new JsonArray(port),
            ["all_host_strings"] = new JsonArray(host),
            ["one"] = one,
        };
    }
}
