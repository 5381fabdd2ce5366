using System.Text.Json;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Clients;

public sealed class FourLetterWordTests
{
    [Fact]
    public async Task Only_srvr_is_allowed_unless_the_whitelist_says_otherwise()
    {
        await using var test = await TestServer.StartAsync(c => c with { FourLetterWords = new HashSet<string> { "srvr" } });
        Assert.StartsWith("Zookeeper version: 3.9.5", await AskAsync(test.Port, "srvr"), StringComparison.Ordinal);
        Assert.Equal("mntr is not executed because it is not in the whitelist.\n", await AskAsync(test.Port, "mntr"));
    }

    [Fact]
    public async Task Every_word_of_the_issue_is_answered()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/e", mode: CreateMode.Ephemeral);
        await client.GetAsync("/e", watch: true);
        Assert.Equal("imok", await AskAsync(test.Port, "ruok"));
        var session = $"0x{client.Session.SessionId:x}";
        Assert.Contains("Mode: standalone\nNode count: 6\n", await AskAsync(test.Port, "srvr"), StringComparison.Ordinal);
        Assert.Contains("Clients:\n /127.0.0.1:", await AskAsync(test.Port, "stat"), StringComparison.Ordinal);
        Assert.Contains($"clientPort={test.Port}\n", await AskAsync(test.Port, "conf"), StringComparison.Ordinal);
        Assert.Contains($"sid={session},lop=GETD", await AskAsync(test.Port, "cons"), StringComparison.Ordinal);
        Assert.Equal("1 connections watching 1 paths\nTotal watches:1\n", await AskAsync(test.Port, "wchs"));
        Assert.Equal($"{session}\n\t/e\n\n", await AskAsync(test.Port, "wchc"));
        Assert.Equal($"/e\n\t{session}\n\n", await AskAsync(test.Port, "wchp"));
        Assert.Contains($"{session}:\n\t/e\n", await AskAsync(test.Port, "dump"), StringComparison.Ordinal);
        Assert.Equal("rw", await AskAsync(test.Port, "isro"));
        var monitor = (await AskAsync(test.Port, "mntr")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(l => l.Split('\t')[0], l => l.Split('\t')[1]);
        Assert.Equal(
            ("standalone", "6", "1", "1"),
            (monitor["zk_server_state"], monitor["zk_znode_count"], monitor["zk_ephemerals_count"], monitor["zk_watch_count"]));
    }

    [Fact]
    public async Task Statistics_are_reset_and_the_trace_mask_is_kept()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/a");
        Assert.Contains("lop=CREA", await AskAsync(test.Port, "cons"), StringComparison.Ordinal);
        Assert.Equal("Connection stats reset.\n", await AskAsync(test.Port, "crst"));
        Assert.Contains("recved=0,sent=0,", await AskAsync(test.Port, "cons"), StringComparison.Ordinal);
        Assert.Equal("Server stats reset.\n", await AskAsync(test.Port, "srst"));
        Assert.Contains("Received: 1\nSent: 1\n", await AskAsync(test.Port, "srvr"), StringComparison.Ordinal);
        Assert.Equal("306", await AskAsync(test.Port, "gtmk"));
        Assert.Equal("5", await AskAsync(test.Port, "stmk\0\0\0\0\0\0\0\u0005"));
        Assert.Equal("5", await AskAsync(test.Port, "gtmk"));
        Assert.Contains("does not compute digests", await AskAsync(test.Port, "hash"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_admin_server_knows_the_commands_of_Apache()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.CreateAsync("/e", mode: CreateMode.Ephemeral);
        Assert.Equal(test.Port, (await GetAsync(test, "configuration")).GetProperty("client_port").GetInt32());
        var ephemerals = (await GetAsync(test, "dump")).GetProperty("session_id_to_ephemeral_paths");
        Assert.Equal("/e", ephemerals.GetProperty($"{client.Session.SessionId}")[0].GetString());
        Assert.Equal("0", (await GetAsync(test, "last_snapshot")).GetProperty("zxid").GetString());
        Assert.Equal(306, (await GetAsync(test, "gtmk")).GetProperty("tracemask").GetInt32());
        Assert.Equal(7, (await GetAsync(test, "set_trace_mask?traceMask=7")).GetProperty("tracemask").GetInt32());
        Assert.Contains("traceMask", (await GetAsync(test, "stmk?traceMask=x")).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("", (await GetAsync(test, "zabstate")).GetProperty("zabstate").GetString());
        Assert.Equal(JsonValueKind.Object, (await GetAsync(test, "voting_view")).GetProperty("current_config").ValueKind);
        Assert.Equal(0, (await GetAsync(test, "observers")).GetProperty("synced_observers").GetInt32());
        Assert.Equal(JsonValueKind.Null, (await GetAsync(test, "initial_configuration")).GetProperty("initial_configuration").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, (await GetAsync(test, "hash")).GetProperty("error").ValueKind);
        foreach (var reset in new[] { "stat_reset", "srst", "connection_stat_reset", "crst", "orst" })
        {
            Assert.Equal(JsonValueKind.Null, (await GetAsync(test, reset)).GetProperty("error").ValueKind);
        }
    }

    [Fact]
    public async Task A_snapshot_is_taken_for_who_may_do_everything_and_not_twice_in_a_row()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        await client.AddAuthAsync("digest", "root:secret");
        await client.CallAsync(OpCode.SetAcl, new SetACLRequest { Path = "/", Acl = [.. Acls.CreatorAll], Version = -1 });
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await SnapshotAsync(test, null)).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await SnapshotAsync(test, "x509 me")).StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await SnapshotAsync(test, "digest root:guess")).StatusCode);
        using var taken = await SnapshotAsync(test, "digest root:secret");
        Assert.Equal(System.Net.HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal("0x2", taken.Headers.GetValues("last_zxid").Single());
        var bytes = await taken.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(File.ReadAllBytes(Path.Combine(test.Version2, "snapshot.2")), bytes);
        Assert.Equal((System.Net.HttpStatusCode)429, (await SnapshotAsync(test, "digest root:secret")).StatusCode);
        using var http = new HttpClient();
        var restored = await http.PostAsync(
            $"http://127.0.0.1:{test.Server.AdminPort}/commands/restore",
            new ByteArrayContent(bytes),
            TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotImplemented, restored.StatusCode);
        Assert.Equal(ZooKeeperError.Ok, (await client.ExistsAsync("/")).Error);
    }

    [Fact]
    public async Task A_snapshot_is_refused_where_the_configuration_says_so()
    {
        await using var test = await TestServer.StartAsync(c => c with { AdminSnapshotEnabled = false });
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, (await SnapshotAsync(test, "ip")).StatusCode);
    }

    [Fact]
    public async Task The_admin_server_answers_with_the_keys_of_Apache()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        Assert.Equal("standalone", (await GetAsync(test, "srvr")).GetProperty("server_stats").GetProperty("server_state").GetString());
        Assert.Equal(5, (await GetAsync(test, "monitor")).GetProperty("znode_count").GetInt32());
        Assert.Equal(
            client.Session.SessionId,
            (await GetAsync(test, "connections")).GetProperty("connections")[0].GetProperty("session_id").GetInt64());
        Assert.Equal(0, (await GetAsync(test, "watch_summary")).GetProperty("num_total_watches").GetInt32());
        Assert.Equal("server is not initialized", (await GetAsync(test, "leader")).GetProperty("error").GetString());
        Assert.Equal("Unknown command: nope", (await GetAsync(test, "nope")).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_taken_admin_port_does_not_keep_a_node_from_starting()
    {
        await using var first = await TestServer.StartAsync();
        await using var second = await TestServer.StartAsync(
            c => c with { AdminServerPort = first.Server.AdminPort!.Value, AdminServerAddress = System.Net.IPAddress.Loopback });
        Assert.Null(second.Server.AdminPort);
        Assert.True(second.Log.Contains("AdminServer does not start"), second.Log.ToString());
        await using var client = await second.ConnectAsync();
        Assert.Equal(ZooKeeperError.Ok, (await client.PingAsync()).Error);
    }

    static async Task<HttpResponseMessage> SnapshotAsync(TestServer test, string? authorization)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{test.Server.AdminPort}/commands/snapshot");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    static async Task<JsonElement> GetAsync(TestServer test, string command)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(
            $"http://127.0.0.1:{test.Server.AdminPort}/commands/{command}", TestContext.Current.CancellationToken);
        return JsonDocument.Parse(text).RootElement;
    }

    static async Task<string> AskAsync(int port, string word)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        await socket.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(word), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(socket.GetStream());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
