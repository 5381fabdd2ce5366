using System.Collections.Concurrent;
using System.Diagnostics;

namespace Dashboard.Nodes.Processes;

/// <summary>
/// Starts processes on a thread that never ends. The signal that <see cref="Launcher"/> asks for is sent when the thread that made the
/// process ends: one of the pool's may do so at any time.
/// </summary>
static class ProcessStarts
{
    static readonly BlockingCollection<Action> asked = [];

    static ProcessStarts() => new Thread(Run) { IsBackground = true, Name = "process starts" }.Start();

    public static Task<Process> StartAsync(ProcessStartInfo what)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(what)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    static void Run()
    {
        foreach (var start in asked.GetConsumingEnumerable())
        {
            start();
        }
    }
}
