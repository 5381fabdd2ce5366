using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dashboard.Monitoring.Tests.Support;

/// <summary>
/// Answers srvr, mntr and conf as it is told to, and closes every other connection. Silent: it takes the question and says nothing.
/// </summary>
sealed class FakeZooKeeperServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly Task accepting;

    public FakeZooKeeperServer(int id)
    {
        Id = id;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Id { get; }

    public string Address => $"{listener.LocalEndpoint}";

    public string Mode { get; set; } = "follower";

    public long Zxid { get; set; }

    /// <summary>Lines of mntr beside those it always has.</summary>
    public string Mntr { get; set; } = "";

    public bool IsSilent { get; set; }

    /// <summary>Words that it is configured not to answer.</summary>
    public HashSet<string> Refused { get; } = [];

    /// <summary>It answers, and has no quorum.</summary>
    public bool IsLooking { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (accepting.IsCompleted)
        {
            return;
        }

        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await listener.AcceptTcpClientAsync(stopping.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException)
        {
            // it was stopped, while it waited or just before
        }
    }

    async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var word = new byte[4];
                await client.GetStream().ReadExactlyAsync(word, stopping.Token);
                if (IsSilent)
                {
                    await Task.Delay(Timeout.Infinite, stopping.Token);
                }

                var answer = Encoding.ASCII.GetString(word) switch
                {
                    var refused when Refused.Contains(refused) => $"{refused} is not executed because it is not in the whitelist.\n",
                    "srvr" or "mntr" when IsLooking => "This ZooKeeper instance is not currently serving requests\n",
                    "srvr" => "Zookeeper version: 3.9.5-abc, built on 2026\nLatency min/avg/max: 0/0.5/3\nReceived: 1\nSent: 1\n"
                        + $"Connections: 1\nOutstanding: 0\nZxid: 0x{Zxid:x}\nMode: {Mode}\nNode count: 5\n",
                    "mntr" => $"zk_version\t3.9.5\nzk_server_state\t{Mode}\n{Mntr}",
                    "conf" => $"serverId={Id}\n",
                    _ => "",
                };
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), stopping.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // whoever asked went away
            }
        }
    }
}
