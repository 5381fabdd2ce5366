using System.Net;
using System.Net.Sockets;
using Testing;
using ZooKeeper.Client.AdminServer;
using ZooKeeper.Client.FourLetterWords;

namespace ZooKeeper.Client.Tests;

public sealed class FourLetterWordTests(ApacheServer server) : IClassFixture<ApacheServer>
{
    static readonly TimeSpan timeout = TimeSpan.FromSeconds(10);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Srvr_of_a_leader_is_read()
    {
        var srvr = Srvr.Parse(
            """
            Zookeeper version: 3.9.5-293c895a8d966a3ecb92872be4a1daf87d725da2, built on 2026-02-11 20:18 UTC
            Latency min/avg/max: 0/1.5/12
            Received: 3
            Sent: 2
            Connections: 1
            Outstanding: 4
            Zxid: 0x100000005
            Mode: leader
            Node count: 5
            Proposal sizes last/min/max: -1/-1/-1
            """);
        Assert.Equal(
            (0, 1.5, 12, 3, 2, 1, 4),
            (srvr.MinLatency, srvr.AverageLatency, srvr.MaxLatency, srvr.Received, srvr.Sent, srvr.Connections, srvr.Outstanding));
        Assert.Equal((0x100000005, 1, "leader", 5), (srvr.Zxid, srvr.Epoch, srvr.Mode, srvr.NodeCount));
    }

    [Fact]
    public void Stat_reads_as_srvr_past_its_clients()
    {
        var srvr = Srvr.Parse(
            "Zookeeper version: 3.4.13\nClients:\n /127.0.0.1:37304[0](queued=0,recved=1,sent=0)\n\n"
            + "Latency min/avg/max: 0/0/2\nZxid: 0x0\nMode: standalone\nNode count: 4\n");
        Assert.Equal(("standalone", 2, 4), (srvr.Mode, srvr.MaxLatency, srvr.NodeCount));
    }

    [Fact]
    public void What_is_missing_from_mntr_is_null_and_no_zero()
    {
        var mntr = Mntr.Parse("zk_version\t3.4.13\nzk_server_state\tleader\nzk_followers\t2\nzk_avg_latency\t0.0025\nnonsense\n");
        Assert.Equal(("3.4.13", "leader", 2, 0.0025), (mntr.Version, mntr.ServerState, mntr.Learners, mntr.AverageLatency));
        Assert.Null(mntr.WatchCount);
        Assert.Null(mntr.Uptime);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    public void An_answer_of_something_else_is_refused(string answer)
    {
        Assert.Throws<FormatException>(() => Mntr.Parse(answer));
        Assert.Throws<FormatException>(() => Srvr.Parse(answer));
        Assert.Throws<FormatException>(() => Wchs.Parse(answer));
        Assert.Empty(Cons.Parse(answer));
    }

    [Fact]
    public void Connections_are_listed_with_their_sessions()
    {
        var cons = Cons.Parse(
            " /127.0.0.1:37320[0](queued=0,recved=1,sent=0)\n"
            + " /[0:0:0:0:0:0:0:1]:5[1](queued=0,recved=9,sent=9,sid=0x10000a1b2c30001,lop=PING,est=1,to=10000)\n\n");
        Assert.Equal(["127.0.0.1:37320", "[0:0:0:0:0:0:0:1]:5"], cons.Select(c => c.Address));
        Assert.Equal([0, 0x10000a1b2c30001], cons.Select(c => c.SessionId));
        Assert.Equal("PING", cons[1].Values["lop"]);
    }

    [Fact]
    public async Task Apache_answers_the_words()
    {
        var apache = await server.GetAsync();
        await using var client = new ZooKeeperClient(ZooKeeperClientOptions.Parse(apache.ConnectString));
        await client.ExistsAsync("/nothing", _ => { }, Cancel);
        Assert.Equal("imok", await Ask("ruok"));
        var srvr = Srvr.Parse(await Ask("srvr"));
        Assert.Equal(("standalone", true), (srvr.Mode, srvr.Version.StartsWith("3.9", StringComparison.Ordinal)));
        Assert.Equal(srvr.NodeCount, Srvr.Parse(await Ask("stat")).NodeCount);
        var mntr = Mntr.Parse(await Ask("mntr"));
        Assert.Equal(("standalone", srvr.NodeCount, 1, 0), (mntr.ServerState, mntr.ZnodeCount, mntr.WatchCount, mntr.EphemeralsCount));
        Assert.NotNull(mntr.GlobalSessions);
        Assert.Equal(new Wchs(1, 1, 1), Wchs.Parse(await Ask("wchs")));
        Assert.Contains(Cons.Parse(await Ask("cons")), connection => connection.SessionId == client.SessionId);

        Task<string> Ask(string word) =>
            FourLetterWord.SendAsync("127.0.0.1", apache.ClientPort(1), word, timeout, cancellationToken: Cancel);
    }

    [Fact]
    public async Task Apaches_AdminServer_tells_the_same()
    {
        var apache = await server.GetAsync();
        using var http = new HttpClient();
        var admin = new AdminServerClient(http, "127.0.0.1", apache.AdminPort(1));
        var monitor = await admin.GetMonitorAsync(Cancel);
        Assert.Equal("standalone", monitor.ServerState);
        Assert.NotNull(monitor.ZnodeCount);
        Assert.True((await admin.GetAsync("watch_summary", Cancel)).TryGetProperty("num_total_watches", out _));
        await Assert.ThrowsAsync<AdminServerException>(() => admin.GetAsync("nosuch", Cancel));
        await Assert.ThrowsAsync<AdminServerException>(
            () => new AdminServerClient(http, "127.0.0.1", FreePorts.Take(1)[0]).GetAsync("srvr", Cancel));
    }

    [Fact]
    public async Task A_server_that_says_nothing_times_out_and_one_that_is_not_there_is_unreachable()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var silence = await Failure(((IPEndPoint)silent.LocalEndpoint).Port, TimeSpan.FromMilliseconds(200));
        Assert.Equal(FourLetterWordFailure.TimedOut, silence);
        Assert.Equal(FourLetterWordFailure.Unreachable, await Failure(FreePorts.Take(1)[0], TimeSpan.FromSeconds(30)));

        static async Task<FourLetterWordFailure> Failure(int port, TimeSpan deadline) => (await Assert.ThrowsAsync<FourLetterWordException>(
            () => FourLetterWord.SendAsync("127.0.0.1", port, "ruok", deadline, cancellationToken: Cancel))).Failure;
    }

    [Fact]
    public async Task A_word_that_is_not_whitelisted_and_a_server_without_a_quorum_say_so()
    {
        Assert.Equal(FourLetterWordFailure.NotWhitelisted, await Failure("mntr is not executed because it is not in the whitelist.\n"));
        Assert.Equal(FourLetterWordFailure.NotServing, await Failure("This ZooKeeper instance is not currently serving requests\n"));
        Assert.Equal(FourLetterWordFailure.Unreachable, await Failure(""));

        static async Task<FourLetterWordFailure> Failure(string answer)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var served = ServeAsync(listener, answer);
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            var e = await Assert.ThrowsAsync<FourLetterWordException>(
                () => FourLetterWord.SendAsync("127.0.0.1", port, "mntr", timeout, cancellationToken: Cancel));
            await served;
            return e.Failure;
        }

        static async Task ServeAsync(TcpListener listener, string answer)
        {
            using var socket = await listener.AcceptSocketAsync(Cancel);
            await socket.ReceiveAsync(new byte[4], Cancel);
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), Cancel);
            socket.Shutdown(SocketShutdown.Send);
        }
    }
}
