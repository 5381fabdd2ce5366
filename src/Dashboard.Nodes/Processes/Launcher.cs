using System.Globalization;
using System.Runtime.InteropServices;

namespace Dashboard.Nodes.Processes;

/// <summary>
/// What a node's process is before it is Java: this program with the arguments <c>launch PARENT FILE ARGUMENT…</c>. It asks Linux to be
/// killed when its parent ends, however that ends, and then becomes the file. So there is no watchdog between that could be killed itself.
/// </summary>
public static class Launcher
{
    /// <summary>As a shell has it for a command that cannot be run.</summary>
    const int CannotRun = 126;

    /// <summary>Comes back only when it failed; the reason is on standard output, where the node's log is read.</summary>
    public static int Run(IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsLinux() || arguments is not [var parent, var file, ..])
        {
            return CannotRun;
        }

        // one pipe for both: what Java says itself before a log is configured has its place among the lines
        _ = Posix.Duplicate(1, 2);

        // Ctrl-C in a terminal is for the dashboard, which stops brokers before their coordinators
        _ = Posix.NewSession();
        _ = Posix.Prctl(Posix.SetParentDeathSignal, Posix.SigKill, 0, 0, 0);
        if (Posix.ParentProcess() != int.Parse(parent, CultureInfo.InvariantCulture))
        {
            // it ended before it was asked for: the signal will never be sent
            return CannotRun;
        }

        _ = Posix.Execute(file, [.. arguments.Skip(1), null]);
        Console.WriteLine($"ERROR {file} cannot be run: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        return CannotRun;
    }
}
