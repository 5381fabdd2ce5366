using System.Text.Json;
using ZooKeeper.Protocol;
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
        var monitor = (await AskAsync(test.Port, "mntr")).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToDictionary(l => l.Split('\t')[0], l => l.Split('\t')[1]);
        Assert.Equal(("standalone", "6", "1", "1"), (monitor["zk_server_state"], monitor["zk_znode_count"], monitor["zk_ephemerals_count"], monitor["zk_watch_count"]));
    }

    [Fact]
    public async Task The_admin_server_answers_with_the_keys_of_Apache()
    {
        await using var test = await TestServer.StartAsync();
        await using var client = await test.ConnectAsync();
        Assert.Equal("standalone", (await GetAsync(test, "srvr")).GetProperty("server_stats").GetProperty("server_state").GetString());
        Assert.Equal(5, (await GetAsync(test, "monitor")).GetProperty("znode_count").GetInt32());
        Assert.Equal(client.Session.SessionId, (await GetAsync(test, "connections")).GetProperty("connections")[0].GetProperty("session_id").GetInt64());
        Assert.Equal(0, (await GetAsync(test, "watch_summary")).GetProperty("num_total_watches").GetInt32());
        Assert.Equal("server is not initialized", (await GetAsync(test, "leader")).GetProperty("error").GetString());
        Assert.Equal("Unknown command: nope", (await GetAsync(test, "nope")).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_taken_admin_port_does_not_keep_a_node_from_starting()
    {
        await using var first = await TestServer.StartAsync();
        await using var second = await TestServer.StartAsync(c => c with { AdminServerPort = first.Server.AdminPort!.Value, AdminServerAddress = System.Net.IPAddress.Loopback });
        Assert.Null(second.Server.AdminPort);
        Assert.True(second.Log.Contains("AdminServer does not start"), second.Log.ToString());
        await using var client = await second.ConnectAsync();
        Assert.Equal(ZooKeeperError.Ok, (await client.PingAsync()).Error);
    }

    static async Task<JsonElement> GetAsync(TestServer test, string command)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"http://127.0.0.1:{test.Server.AdminPort}/commands/{command}", TestContext.Current.CancellationToken);
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
