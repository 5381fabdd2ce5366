using System.Diagnostics;
using Testing;

namespace ZooKeeper.Server.Tests.Support;

/// <summary>Apache's server alone, on a free port; needs ZOOKEEPER_HOME and Java, else the test is skipped.</summary>
sealed class ApacheServer : IAsyncDisposable
{
    readonly Process process;

    ApacheServer(Process process, int port, int adminPort)
    {
        this.process = process;
        Port = port;
        AdminPort = adminPort;
    }

    public int Port { get; }

    public int AdminPort { get; }

    /// <param name="dataDirectory">Kept.</param>
    /// <param name="more">Further lines of its zoo.cfg.</param>
    public static async Task<ApacheServer> StartAsync(string dataDirectory, params string[] more)
    {
        var home = External.Require("ZOOKEEPER_HOME");
        External.RequireProgram("java");
        var ports = FreePorts.Take(2);
        var (port, admin) = (ports[0], ports[1]);
        var file = Path.Combine(dataDirectory, "zoo.cfg");
        string[] lines =
        [
            "tickTime=2000", $"dataDir={dataDirectory}", $"clientPort={port}", "clientPortAddress=127.0.0.1",
            $"admin.serverPort={admin}", "4lw.commands.whitelist=*", "maxClientCnxns=0",
            .. more,
        ];
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(Path.Combine(home, "bin/zkServer.sh"), ["start-foreground", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ApacheServer(process, port, admin);
        await Eventually.TrueAsync(server.AnswersAsync, "Apache's server answers", TimeSpan.FromSeconds(60));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    async Task<bool> AnswersAsync()
    {
        Assert.False(process.HasExited, "Apache's server ended");
        await using var client = await RawClient.ConnectAsync(Port);
        return client.Session.SessionId != 0;
    }
}
