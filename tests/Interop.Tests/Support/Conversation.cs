using System.Diagnostics;
using Testing;

namespace Interop.Tests.Support;

/// <summary>A program that says lines and is told lines; it ends with this.</summary>
sealed class Conversation : IAsyncDisposable
{
    readonly Process process;
    readonly List<string> said = [];
    readonly Task<string> error;

    Conversation(Process process)
    {
        this.process = process;
        error = process.StandardError.ReadToEndAsync();
    }

    public static Conversation Start(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new Conversation(Process.Start(start)!);
    }

    public async Task TellAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>
    /// The next line; when the program ends instead, or says nothing until the deadline, the test fails with all it said.
    /// </summary>
    public async Task<string> HearAsync(TimeSpan? deadline = null)
    {
        string? line;
        try
        {
            var token = TestContext.Current.CancellationToken;
            var next = process.StandardOutput.ReadLineAsync(token).AsTask();
            line = await next.WaitAsync(deadline ?? Eventually.Deadline, token);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            line = null;
        }

        if (line is null)
        {
            Assert.Fail($"it said {string.Join(" | ", said)} and no more\n{await error}");
        }

        said.Add(line);
        return line;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }
}
