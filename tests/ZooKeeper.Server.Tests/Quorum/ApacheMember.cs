using System.Diagnostics;
using System.Text;
using Testing;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>An Apache ZooKeeper server that is a member of an ensemble with ours. Killed with it.</summary>
sealed class ApacheMember : IAsyncDisposable
{
    readonly string directory;
    readonly int clientPort;
    readonly StringBuilder output = new();
    Process? process;

    public ApacheMember(EnsembleFiles files, long id)
    {
        (directory, clientPort) = (files.DataDirectory(id), files.ClientPort(id));
        Home = External.Require("ZOOKEEPER_HOME");
        var lines = files.Lines(id);
        File.WriteAllLines(ConfigFile, lines);
    }

    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    string Home { get; }

    string ConfigFile => Path.Combine(directory, "zoo.cfg");

    public void Start()
    {
        var start = new ProcessStartInfo(Path.Combine(Home, "bin", "zkServer.sh"), ["start-foreground", ConfigFile])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SERVER_JVMFLAGS"] = "-Xmx128M -XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => Add(e.Data);
        process.ErrorDataReceived += (_, e) => Add(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    public Task<string> AskAsync(string word) => FourLetters.AskAsync(clientPort, word);

    public Task ServesAsync(string mode) => Eventually.TrueAsync(
        async () => (await AskAsync("srvr")).Contains($"Mode: {mode}", StringComparison.Ordinal),
        $"Apache's server is {mode}; it says {Tail()}",
        TimeSpan.FromSeconds(60));

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        process?.Dispose();
    }

    string Tail() => Output[^Math.Min(Output.Length, 3000)..];

    void Add(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
