using System.Collections.Concurrent;
using System.Diagnostics;

namespace Runner;

/// <summary>How one run of a project ended.</summary>
/// <param name="Results">What it reported; null when it did not run to its end: it crashed, or failed outside of its tests.</param>
/// <param name="Output">What it wrote, standard error with it.</param>
sealed record Run(IReadOnlyList<Result>? Results, string Output)
{
    public IEnumerable<Result> Failures => Results?.Where(result => result.Outcome == Outcome.Failed) ?? [];

    public bool IsGreen => Results is not null && !Failures.Any();
}

/// <summary>A test project that was built: a program that speaks Microsoft.Testing.Platform.</summary>
/// <param name="Root">The repository.</param>
/// <param name="Module">Its assembly, seen from the root: <c>--test-modules</c> takes no absolute path.</param>
sealed record TestProject(string Name, string Root, string Module)
{
    const int NoTestMatched = 8;

    /// <summary>No test takes as long: one that does hangs, and its project is ended with the names of what still ran.</summary>
    const string HangsAfter = "6m";

    /// <summary>No project takes as long, even when one of its tests hung: then the run is killed with all that it started.</summary>
    static readonly TimeSpan longest = TimeSpan.FromMinutes(20);

    /// <summary>After its end.</summary>
    static readonly TimeSpan outputsClose = TimeSpan.FromSeconds(5);

    /// <param name="filter">Options of <c>dotnet test</c> that choose tests; none for all.</param>
    public async Task<Run> RunAsync(params string[] filter)
    {
        var results = Directory.CreateTempSubdirectory("castellan-tests-");
        try
        {
            var start = new ProcessStartInfo("dotnet",
            [
                "test", "--test-modules", Module, "--no-progress", "--no-ansi", "--ignore-exit-code", $"{NoTestMatched}",
                "--hangdump", "--hangdump-timeout", HangsAfter, "--hangdump-type", "None",
                "--results-directory", results.FullName, "--report-xunit-xml", "--report-xunit-xml-filename", "report.xml", .. filter,
            ])
            { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var output = await OutputAsync(process) + StillRunning(results);

            var reported = Report.Read(Path.Combine(results.FullName, "report.xml"));
            var run = new Run(reported, output);
            // a program that fails although its tests passed failed outside of them, such as at the end of a fixture
            return process.ExitCode == 0 || run.Failures.Any() ? run : run with { Results = null };
        }
        finally
        {
            results.Delete(recursive: true);
        }
    }

    /// <summary>
    /// Both outputs until it ended. Not until they are closed: a program that a test left behind may hold them open for ever.
    /// </summary>
    static async Task<string> OutputAsync(Process process)
    {
        var lines = new ConcurrentQueue<string>();
        var closed = Task.WhenAll(FollowAsync(process.StandardOutput), FollowAsync(process.StandardError));
        using var limit = new CancellationTokenSource(longest);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            lines.Enqueue($"Killed after {longest.TotalMinutes:0} min.");
        }

        await Task.WhenAny(closed, Task.Delay(outputsClose));
        return string.Join('\n', lines);

        async Task FollowAsync(StreamReader output)
        {
            while (await output.ReadLineAsync() is { } line)
            {
                lines.Enqueue(line);
            }
        }
    }

    /// <summary>What the run says of tests that hung.</summary>
    static string StillRunning(DirectoryInfo results)
    {
        var files = results.GetFiles("*hang*.log", SearchOption.AllDirectories);
        return files is []
            ? ""
            : "\nStill running when it was ended:\n" + string.Join('\n', files.Select(file => File.ReadAllText(file.FullName)));
    }
}
