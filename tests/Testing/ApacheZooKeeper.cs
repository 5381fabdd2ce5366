using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Testing;

/// <summary>Real ZooKeeper servers on loopback, one or an ensemble; they end with it. A test that has none is skipped.</summary>
public sealed class ApacheZooKeeper : IAsyncDisposable
{
    const string debianJar = "/usr/share/java/zookeeper.jar";
    const int sigStop = 19;
    const int sigContinue = 18;
    static readonly TimeSpan startLimit = TimeSpan.FromSeconds(60);
    readonly TempDirectory directory = new();
    readonly List<Server> servers = [];
    readonly bool debian;
    string javaOptions = "";

    ApacheZooKeeper(bool debian)
    {
        this.debian = debian;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    /// <summary>host:port of every server.</summary>
    public string ConnectString => string.Join(',', servers.Select(server => $"127.0.0.1:{server.ClientPort}"));

    public int Count => servers.Count;

    /// <summary>
    /// Starts the servers of ZOOKEEPER_HOME and waits until they serve. Settings are lines of zoo.cfg, added to every server's.
    /// </summary>
    public static Task<ApacheZooKeeper> StartAsync(int servers = 1, params string[] settings)
    {
        External.Require("ZOOKEEPER_HOME");
        return StartAsync(new ApacheZooKeeper(debian: false), servers, settings);
    }

    /// <summary>One server with options for its Java, as a JAAS file needs.</summary>
    public static Task<ApacheZooKeeper> StartWithJavaAsync(string javaOptions, params string[] settings)
    {
        External.Require("ZOOKEEPER_HOME");
        return StartAsync(new ApacheZooKeeper(debian: false) { javaOptions = javaOptions }, 1, settings);
    }

    /// <summary>The same with Debian's package.</summary>
    public static Task<ApacheZooKeeper> StartDebianAsync(int servers = 1, params string[] settings) => File.Exists(debianJar)
        ? StartAsync(new ApacheZooKeeper(debian: true), servers, settings)
        : throw Xunit.Sdk.SkipException.ForSkip("Debian's package zookeeper is not installed");

    /// <summary>Servers are counted from 1, as in server.N.</summary>
    public int ClientPort(int server) => servers[server - 1].ClientPort;

    public int AdminPort(int server) => servers[server - 1].AdminPort;

    /// <summary>The end of the address is enough: which server listens on that client port.</summary>
    public int ServerAt(string address) =>
        servers.FindIndex(server => address.EndsWith($":{server.ClientPort}", StringComparison.Ordinal)) + 1;

    public string Log(int server) => File.ReadAllText(directory[$"{server}.log"]);

    /// <summary>kill -9.</summary>
    public void Kill(int server)
    {
        var process = servers[server - 1].Process!;
        process.Kill();
        process.WaitForExit();
    }

    public Task RestartAsync(int server)
    {
        Launch(server);
        return AwaitServingAsync(server);
    }

    /// <summary>SIGSTOP: the sockets stay open and nothing is answered.</summary>
    public void Pause(int server) => Signal(servers[server - 1].Process!.Id, sigStop);

    public void Resume(int server) => Signal(servers[server - 1].Process!.Id, sigContinue);

    /// <summary>Sends a four-letter word; throws what the socket throws.</summary>
    public async Task<string> WordAsync(int server, string word)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", ClientPort(server));
        await using var stream = new NetworkStream(socket);
        stream.ReadTimeout = 5000;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(word));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(5));
    }

    /// <summary>The server that leads, or 0.</summary>
    public async Task<int> LeaderAsync()
    {
        for (var server = 1; server <= Count; server++)
        {
            if (servers[server - 1].Process is { HasExited: false } && (await WordAsync(server, "srvr")).Contains("Mode: leader"))
            {
                return server;
            }
        }

        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        KillAll();
        foreach (var server in servers.Where(server => server.Process is not null))
        {
            await server.Process!.WaitForExitAsync();
            server.Process.Dispose();
        }

        directory.Dispose();
    }

    static async Task<ApacheZooKeeper> StartAsync(ApacheZooKeeper ensemble, int count, string[] settings)
    {
        var ports = FreePorts.Take(count * 4);
        for (var i = 0; i < count; i++)
        {
            ensemble.servers.Add(new Server(ports[i * 4], ports[(i * 4) + 1], ports[(i * 4) + 2], ports[(i * 4) + 3]));
        }

        try
        {
            for (var server = 1; server <= count; server++)
            {
                ensemble.Configure(server, settings);
                ensemble.Launch(server);
            }

            for (var server = 1; server <= count; server++)
            {
                await ensemble.AwaitServingAsync(server);
            }

            return ensemble;
        }
        catch
        {
            await ensemble.DisposeAsync();
            throw;
        }
    }

    void Configure(int server, string[] settings)
    {
        var data = Directory.CreateDirectory(directory[$"{server}"]).FullName;
        File.WriteAllText(Path.Combine(data, "myid"), $"{server}");
        var own = servers[server - 1];
        List<string> lines =
        [
            "tickTime=500", "initLimit=20", "syncLimit=10", $"dataDir={data}",
            $"clientPort={own.ClientPort}", "clientPortAddress=127.0.0.1",
            $"admin.serverPort={own.AdminPort}", "admin.serverAddress=127.0.0.1",
            "4lw.commands.whitelist=*", "maxClientCnxns=0", .. settings,
        ];
        if (Count > 1)
        {
            lines.AddRange(servers.Select((peer, i) => $"server.{i + 1}=127.0.0.1:{peer.QuorumPort}:{peer.ElectionPort}"));
        }

        File.WriteAllLines(directory[$"{server}.cfg"], lines);
    }

    void Launch(int server)
    {
        var config = directory[$"{server}.cfg"];
        var start = debian
            ? new ProcessStartInfo("java", ["-Xmx256M", "-cp", debianJar, "org.apache.zookeeper.server.quorum.QuorumPeerMain", config])
            : new ProcessStartInfo(Path.Combine(External.ZooKeeperHome!, "bin", "zkServer.sh"), ["start-foreground", config]);
        start.Environment["SERVER_JVMFLAGS"] = "-Xmx256M -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dzookeeper.extendedTypesEnabled=true "
            + javaOptions;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = Process.Start(start)!;
        servers[server - 1].Process = process;
        var log = TextWriter.Synchronized(new StreamWriter(directory[$"{server}.log"], append: true) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    Task AwaitServingAsync(int server) => Eventually.TrueAsync(
        async () => servers[server - 1].Process!.HasExited
            ? throw new InvalidOperationException($"it ended: {Log(server)[^Math.Min(2000, Log(server).Length)..]}")
            : (await WordAsync(server, "srvr")).Contains("Mode: "),
        $"ZooKeeper server {server} serves",
        startLimit);

    void OnExit(object? sender, EventArgs e) => KillAll();

    void KillAll()
    {
        foreach (var server in servers)
        {
            if (server.Process is { HasExited: false } process)
            {
                process.Kill();
            }
        }
    }

    static void Signal(int pid, int signal)
    {
        if (kill(pid, signal) != 0)
        {
            throw new InvalidOperationException($"signal {signal} to process {pid}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    [DllImport("libc", SetLastError = true)]
    static extern int kill(int pid, int signal);

    sealed class Server(int clientPort, int adminPort, int quorumPort, int electionPort)
    {
        public int ClientPort => clientPort;

        public int AdminPort => adminPort;

        public int QuorumPort => quorumPort;

        public int ElectionPort => electionPort;

        public Process? Process { get; set; }
    }
}
