using System.Diagnostics;

namespace Testing;

/// <summary>Runs of the program that end by themselves: wrong arguments, help.</summary>
public static class Castellan
{
    /// <summary>Runs it to its end; killed, with exit code -1, when it still runs after half a minute.</summary>
    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <param name="environment">Set for it, beside the caller's.</param>
    public static async Task<ProgramResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Process.Start(RunningDashboard.StartInfo(arguments, environment))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return new ProgramResult(-1, await output, $"did not end by itself\n{await error}");
        }

        return new ProgramResult(process.ExitCode, await output, await error);
    }
}
