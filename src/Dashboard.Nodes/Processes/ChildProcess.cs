using System.Diagnostics;
using System.Globalization;
using Dashboard.Nodes.Logs;
using Wire;

namespace Dashboard.Nodes.Processes;

/// <summary>How a process is begun.</summary>
/// <param name="Launch">This program and what it takes to be <see cref="Launcher"/>.</param>
/// <param name="Command">A file and its arguments.</param>
/// <param name="Directory">Where it runs, and leaves what Java has to say of a crash.</param>
sealed record ProcessCommand(IReadOnlyList<string> Launch, IReadOnlyList<string> Command, string Directory);

/// <summary>
/// A process of this one that never outlives it. What it prints goes to the node's log. Safe from any thread.
/// </summary>
sealed class ChildProcess : IDisposable
{
    const string OwnSettings = "CASTELLAN_";

    readonly Process process;
    readonly LogOutput output;

    ChildProcess(Process process, LogOutput output)
    {
        (this.process, this.output, Id) = (process, output, process.Id);
        Exited = ExitAsync();
    }

    public int Id { get; }

    /// <summary>Its exit code, when the last of its output was read as well.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="NodeProcessException">It cannot be begun.</exception>
    public static async Task<ChildProcess> StartAsync(ProcessCommand command, string node, NodeLogs logs)
    {
        var start = new ProcessStartInfo(
            command.Launch[0],
            [.. command.Launch.Skip(1), Environment.ProcessId.ToString(CultureInfo.InvariantCulture), .. command.Command])
        {
            WorkingDirectory = command.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // the dashboard's own settings may hold passwords of other clusters
        foreach (var own in start.Environment.Keys.Where(k => k.StartsWith(OwnSettings, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(own);
        }

        try
        {
            var process = await ProcessStarts.StartAsync(start).ConfigureAwait(false);
            // a server reads nothing from it: with the terminal's own it would compete with the dashboard
            process.StandardInput.Close();
            return new ChildProcess(process, new LogOutput(node, logs));
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw new NodeProcessException(CodedText.Of("ProgramCannotRun", $"{command.Launch[0]} cannot be run: {e.Message}"));
        }
    }

    /// <summary>Nothing when it has ended.</summary>
    public void Signal(int signal)
    {
        // its number may be another process's by then
        if (!Exited.IsCompleted && !process.HasExited)
        {
            _ = Posix.Kill(Id, signal);
        }
    }

    /// <summary>How it ended: "Exit code 1: …."</summary>
    /// <param name="exitCode">As a shell counts: 128 and the signal's number.</param>
    /// <param name="explain">Of its last words, those that are known; null of others.</param>
    public CodedText Ending(int exitCode, Func<string, CodedText?> explain) => exitCode switch
    {
        128 + Posix.SigKill => CodedText.Of("KilledByOther", $"Killed (SIGKILL) by something else than Castellan."),
        128 + Posix.SigTerm => CodedText.Of("EndedByOther", $"Ended by SIGTERM, which Castellan did not send."),
        _ => output.LastWords is { } words
            ? explain(words) ?? CodedText.Of("ExitCodeAndWords", $"Exit code {exitCode}: {words.TrimEnd('.')}.")
            : CodedText.Of("ExitCode", $"Exit code {exitCode}."),
    };

    /// <summary>When it has exited.</summary>
    public void Dispose() => process.Dispose();

    async Task<int> ExitAsync()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // a thread of its own: reading from a pipe blocks for as long as a node lives, and the pool's threads are the pages'
        new Thread(() => Read(read)) { IsBackground = true, Name = "output of a node" }.Start();
        await process.WaitForExitAsync().ConfigureAwait(false);
        // the last lines say why it ended, and may come after the end
        await read.Task.ConfigureAwait(false);
        return process.ExitCode;
    }

    void Read(TaskCompletionSource done)
    {
        try
        {
            output.ReadAll(process.StandardOutput);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // the rest is not to be had
        }
        finally
        {
            done.TrySetResult();
        }
    }
}
