using System.Runtime.InteropServices;

namespace Dashboard.Nodes.Processes;

/// <summary>Calls of Linux that .NET has not.</summary>
static class Posix
{
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigCont = 18;
    public const int SigStop = 19;

    /// <summary>prctl(2): the signal that this process gets when the thread that made it ends.</summary>
    public const int SetParentDeathSignal = 1;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    public static extern int Prctl(int option, nuint argument, nuint unused1, nuint unused2, nuint unused3);

    [DllImport("libc", EntryPoint = "getppid")]
    public static extern int ParentProcess();

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    public static extern int NewSession();

    [DllImport("libc", EntryPoint = "dup2", SetLastError = true)]
    public static extern int Duplicate(int descriptor, int over);

    /// <summary>Comes back only when it failed. The last argument is null: C's arrays end with it. Both are UTF-8 on Linux.</summary>
    [DllImport("libc", EntryPoint = "execv", SetLastError = true)]
    public static extern int Execute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string file,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments);
}
