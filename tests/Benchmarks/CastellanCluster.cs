using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Benchmarks;

/// <summary>Castellan as its users start it, as a process of its own. The first start makes the files; the second is measured.</summary>
sealed partial class CastellanCluster : ICluster
{
    readonly Process process;
    readonly string? data;

    CastellanCluster(Process process, string? data, string ready, double seconds)
    {
        (this.process, this.data, StartSeconds) = (process, data, seconds);
        Address = AddressPattern().Match(ready).Value;
        Bootstrap = BootstrapPattern().Match(ready) is { Success: true } match ? match.Groups[1].Value : "";
    }

    public string Address { get; }

    public string Bootstrap { get; }

    public string ZooKeeper { get; private set; } = "";

    public double StartSeconds { get; }

    public static async Task<CastellanCluster> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("castellan-bench-").FullName;
        (await LaunchAsync(["--data", data, "--no-sample"], null)).Dispose();
        var cluster = await LaunchAsync(["--data", data, "--no-sample"], data);
        var files = Directory.GetFiles(data, "zoo.cfg", SearchOption.AllDirectories);
        cluster.ZooKeeper = string.Join(',', files.Select(f => "127.0.0.1:" + Setting(f, "clientPort=")));
        return cluster;
    }

    /// <summary>The dashboard alone, on a cluster of somebody else.</summary>
    public static Task<CastellanCluster> WatchAsync(string bootstrap) => WatchAsync("--kafka", bootstrap);

    /// <param name="option">--kafka or --zookeeper.</param>
    public static Task<CastellanCluster> WatchAsync(string option, string address) => WatchAsync([option, address]);

    public static Task<CastellanCluster> WatchAsync(params string[] arguments)
    {
        var data = Directory.CreateTempSubdirectory("castellan-bench-").FullName;
        return LaunchAsync(["--no-local", "--data", data, .. arguments], data);
    }

    /// <summary>With nodes of its own, which end with it.</summary>
    /// <param name="program">Castellan.dll of another build; null: of this one.</param>
    public static Task<CastellanCluster> HostAsync(string? program, params string[] arguments)
    {
        var data = Directory.CreateTempSubdirectory("castellan-bench-").FullName;
        return LaunchAsync(["--data", data, .. arguments], data, program);
    }

    /// <summary>Processor time so far, of all threads.</summary>
    public double ProcessorSeconds()
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    public double MemoryMegabytes() => Memory.Resident(process.Id);

    /// <summary>Without what only waits to be collected.</summary>
    public Task<double> LiveMegabytesAsync() => LiveMemory.MegabytesAsync(process.Id);

    public void Dispose()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            process.WaitForExit(10_000);
        }

        if (data is not null && Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }
    }

    static string Setting(string file, string key) =>
        File.ReadLines(file).First(l => l.StartsWith(key, StringComparison.Ordinal)).Split('=')[1];

    static async Task<CastellanCluster> LaunchAsync(string[] arguments, string? data, string? program = null)
    {
        var root = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "..");
        var dll = program ?? Path.Combine(root, "src", "Dashboard", "bin", Configuration(), "net10.0", "Castellan.dll");
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments, "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("is ready", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new CastellanCluster(process, data, line, clock.Elapsed.TotalSeconds);
            }
        }

        throw new InvalidOperationException("Castellan ended before it was ready.");
    }

    static string Configuration() => AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    [GeneratedRegex(@"http://[^ ]+")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"brokers? at ([^)]+)\)")]
    private static partial Regex BootstrapPattern();
}
