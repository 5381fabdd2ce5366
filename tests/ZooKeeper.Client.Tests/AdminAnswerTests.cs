using System.Text.Json;
using ZooKeeper.Client.FourLetterWords;

namespace ZooKeeper.Client.Tests;

/// <summary>Answers of Apache's AdminServer 3.9.5, which say what the words do that a server does not allow.</summary>
public sealed class AdminAnswerTests
{
    [Fact]
    public void Server_stats_are_srvr()
    {
        var srvr = Srvr.FromServerStats(Json(
            """
            {"version":"3.9.5-293c895a8d96, built on 2026-02-11 20:18 UTC","read_only":false,"server_stats":{"packets_sent":2,
            "packets_received":3,"last_processed_zxid":8589934593,"outstanding_requests":4,"server_state":"leader","avg_latency":64.5,
            "max_latency":100,"min_latency":28,"num_alive_client_connections":1},"node_count":5,"command":"server_stats","error":null}
            """));
        Assert.Equal(("leader", 2, 0x2_0000_0001L, 5L), (srvr.Mode, srvr.Epoch, srvr.Zxid, srvr.NodeCount));
        Assert.Equal((28, 64.5, 100, 4L, 1L), (srvr.MinLatency, srvr.AverageLatency, srvr.MaxLatency, srvr.Outstanding, srvr.Connections));
        Assert.Equal("ZooKeeper 3.9.5", srvr.Product);
        Assert.Throws<FormatException>(() => Srvr.FromServerStats(Json("{}")));
    }

    [Fact]
    public void Connections_are_cons()
    {
        var cons = Assert.Single(Cons.FromConnections(Json(
            """
            {"connections":[{"remote_socket_address":"127.0.0.1:35170","interest_ops":1,"outstanding_requests":0,
            "session_id":72059371473076225,"last_operation":"GETD","established":1795958608444,"session_timeout":30000}],
            "secure_connections":[],"command":"connections","error":null}
            """)));
        Assert.Equal(("127.0.0.1:35170", 72059371473076225L), (cons.Address, cons.SessionId));
        Assert.Equal(("30000", "1795958608444", "GETD"), (cons.Values["to"], cons.Values["est"], cons.Values["lop"]));
        Assert.Empty(Cons.FromConnections(Json("{}")));
    }

    [Fact]
    public void Watches_and_ephemerals_are_counted_by_session()
    {
        var answer = Json("""{"session_id_to_watched_paths":{"72059371473076225":["/x","/y"],"7":["/x"],"no":["/z"]}}""");
        Assert.Equal(
            [(7L, 1), (72059371473076225L, 2)],
            SessionPaths.Count(answer, "session_id_to_watched_paths").OrderBy(s => s.Key).Select(s => (s.Key, s.Value)));
        Assert.Empty(SessionPaths.Count(answer, "session_id_to_ephemeral_paths"));
    }

    static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
