using System.Diagnostics;
using System.Text;

namespace Testing;

/// <summary>Runs of the program that are not a dashboard: wrong arguments, help, one server in the foreground.</summary>
public static class Castellan
{
    static readonly TimeSpan deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs it to its end; killed, with exit code -1, when it still runs after half a minute.</summary>
    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <param name="environment">Set for it, beside the caller's.</param>
    public static async Task<ProgramResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(arguments, environment);
        return await EndAsync(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
    }

    /// <summary>Runs it until its standard output has a line with these words, then asks it to end with SIGTERM.</summary>
    public static async Task<ProgramResult> RunUntilAsync(string words, params string[] arguments)
    {
        using var process = Start(arguments, new Dictionary<string, string>());
        var error = process.StandardError.ReadToEndAsync();
        var output = new StringBuilder();
        using var limit = new CancellationTokenSource(deadline);
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync(limit.Token);
            output.AppendLine(line);
        }
        while (line?.Contains(words, StringComparison.Ordinal) == false);

        await process.TerminateAsync();
        return await EndAsync(process, RestAsync(), error);

        async Task<string> RestAsync() => output.Append(await process.StandardOutput.ReadToEndAsync(CancellationToken.None)).ToString();
    }

    static Process Start(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var process = Process.Start(RunningDashboard.StartInfo(arguments, environment))!;
        process.StandardInput.Close();
        return process;
    }

    static async Task<ProgramResult> EndAsync(Process process, Task<string> output, Task<string> error)
    {
        return await process.EndsWithinAsync(deadline)
            ? new ProgramResult(process.ExitCode, await output, await error)
            : new ProgramResult(-1, await output, $"did not end by itself\n{await error}");
    }
}
