using System.Diagnostics;
using System.Globalization;

namespace Benchmarks;

/// <summary>Apache's distributions, started by cluster.sh, one process a node.</summary>
sealed class ApacheProcesses : ICluster
{
    readonly string script;
    readonly string directory;

    ApacheProcesses(string script, string directory, double seconds)
    {
        (this.script, this.directory, StartSeconds) = (script, directory, seconds);
        var env = File.ReadLines(Path.Combine(directory, "env")).Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        Bootstrap = env["BOOTSTRAP"];
        ZooKeeper = env["ZOOKEEPER"].Split('/')[0];
    }

    public string Bootstrap { get; }

    public string ZooKeeper { get; }

    public double StartSeconds { get; }

    public static async Task<ApacheProcesses> StartAsync(string home, string kind, int coordinators, int brokers)
    {
        var script = Path.GetFullPath(Path.Combine(home, "..", "cluster.sh"));
        var directory = Directory.CreateTempSubdirectory("apache-bench-").FullName;
        var clock = Stopwatch.StartNew();
        await RunAsync("bash", [script, "start", directory, kind, $"{coordinators}", $"{brokers}", $"{Random.Shared.Next(20, 50) * 1000}"]);
        return new ApacheProcesses(script, directory, clock.Elapsed.TotalSeconds);
    }

    public static async Task<string> RunAsync(string file, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}\n{output}");
    }

    public double MemoryMegabytes() => Directory.GetFiles(directory, "pid", SearchOption.AllDirectories)
        .Sum(file => Memory.Resident(int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)));

    public void Dispose()
    {
        using var stop = Process.Start("bash", [script, "stop", directory]);
        stop.WaitForExit();
        Directory.Delete(directory, recursive: true);
    }
}
