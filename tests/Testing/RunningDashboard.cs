using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;
using Xunit.Sdk;

namespace Testing;

/// <summary>
/// The real program as a child process: its own data directory, a port that the system chose, started and ready. Built by the same
/// configuration as the tests. Disposal asks it to end (SIGTERM) and fails unless it ended with exit code 0 within
/// <see cref="StopDeadline"/>.
/// </summary>
public sealed partial class RunningDashboard : IAsyncLifetime
{
    static readonly TimeSpan startDeadline = TimeSpan.FromMinutes(2);

    readonly TempDirectory directory = new();
    readonly ConcurrentQueue<string> lines = new();
    readonly ConcurrentQueue<string> output = new();
    readonly TaskCompletionSource<Uri> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Process? process;

    /// <summary>All but --data. The default cluster with its sample workload unless set.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = ["--urls", "http://127.0.0.1:0"];

    /// <summary>Set for the program, beside the caller's.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the program promises (Ctrl-C and SIGTERM).</summary>
    public TimeSpan StopDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where the page answers.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Has <see cref="Address"/> as its base; follows no redirections and keeps no cookies.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public string DataDirectory => directory["data"];

    /// <summary>Both outputs so far, line by line.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    /// <summary>Standard output alone.</summary>
    public IReadOnlyCollection<string> Output => output;

    /// <summary>The repository's root.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dashboard.sln")))
            {
                folder = folder.Parent;
            }

            return folder?.FullName ?? throw new XunitException($"{AppContext.BaseDirectory} is not below the repository.");
        }
    }

    /// <summary>Castellan.dll as built by the configuration that built these tests.</summary>
    public static string Program
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            var program = Path.Combine(Root, "src", "Dashboard", "bin", configuration, "net10.0", "Castellan.dll");
            return File.Exists(program) ? program : throw new XunitException($"{program} is not there: build src/Dashboard first.");
        }
    }

    /// <summary>How the program is started: nothing of the caller's own settings reaches it.</summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var settings = start.Environment.Keys.Where(k =>
            k.StartsWith("CASTELLAN_", StringComparison.OrdinalIgnoreCase) || k.StartsWith("ASPNETCORE_", StringComparison.Ordinal));
        foreach (var name in settings.ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public async ValueTask InitializeAsync()
    {
        HostedPorts.Remember(DataDirectory);
        process = Process.Start(StartInfo([.. Arguments, "--data", DataDirectory], Environment))!;
        process.StandardInput.Close();
        _ = FollowAsync(process.StandardOutput, output);
        _ = FollowAsync(process.StandardError, null);
        var ended = process.WaitForExitAsync();
        using var deadline = new CancellationTokenSource(startDeadline);
        var first = await Task.WhenAny(ready.Task, ended, Task.Delay(Timeout.Infinite, deadline.Token));
        if (first != ready.Task)
        {
            process.Kill(entireProcessTree: true);
            var what = first == ended ? "ended" : $"was not ready within {startDeadline.TotalSeconds:0} s";
            throw new XunitException($"The program {what}:\n{string.Join('\n', lines)}");
        }

        Address = await ready.Task;
        Http.BaseAddress = Address;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        var took = await StopAsync();
        directory.Dispose();
        if (took is { } time)
        {
            var tail = string.Join('\n', lines.TakeLast(30));
            Assert.True(process!.ExitCode == 0, $"The program ended with exit code {process.ExitCode}:\n{tail}");
            Assert.True(time < StopDeadline, $"The program took {time.TotalSeconds:0.0} s to end:\n{tail}");
        }
    }

    /// <summary>kill -9: it alone, not what it started.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>
    /// Asks it to end; returns how long that took, null when it had never started or is gone already. Killed after half a minute.
    /// </summary>
    public async Task<TimeSpan?> StopAsync()
    {
        if (process is null or { HasExited: true })
        {
            return null;
        }

        var asked = TimeProvider.System.GetTimestamp();
        await process.TerminateAsync();
        await process.EndsWithinAsync(TimeSpan.FromSeconds(30));
        return TimeProvider.System.GetElapsedTime(asked);
    }

    /// <summary>"Castellan is ready: http://127.0.0.1:8080 (…)".</summary>
    [GeneratedRegex(@"^Castellan is ready: (?<address>https?://\S+)")]
    private static partial Regex ReadyLine { get; }

    async Task FollowAsync(StreamReader stream, ConcurrentQueue<string>? alone)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            alone?.Enqueue(line);
            lines.Enqueue(line);
            if (ReadyLine.Match(line) is { Success: true } match)
            {
                ready.TrySetResult(new Uri(match.Groups["address"].Value));
            }
        }
    }
}
