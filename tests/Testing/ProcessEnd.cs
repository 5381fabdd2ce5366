using System.Diagnostics;

namespace Testing;

/// <summary>How a program that a test started ends.</summary>
static class ProcessEnd
{
    /// <summary>Asks it to end: SIGTERM.</summary>
    public static async Task TerminateAsync(this Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>False when it still ran at the deadline, and was killed.</summary>
    public static async Task<bool> EndsWithinAsync(this Process process, TimeSpan deadline)
    {
        using var limit = new CancellationTokenSource(deadline);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            return false;
        }
    }
}
