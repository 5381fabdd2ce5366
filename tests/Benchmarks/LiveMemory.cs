using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Benchmarks;

/// <summary>
/// What objects of a .NET process are reachable. Resident memory has with it what the collector has not yet given back, which
/// depends on how the process was built and when it was looked at.
/// </summary>
static class LiveMemory
{
    static readonly TimeSpan longest = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Asks for a full collection and waits for its end.
    /// </summary>
    /// <returns>Megabytes that survived it.</returns>
    /// <exception cref="TimeoutException">No collection ended in time.</exception>
    public static async Task<double> MegabytesAsync(int process)
    {
        const long keywords = (long)(ClrTraceEventParser.Keywords.GC | ClrTraceEventParser.Keywords.GCHeapCollect);
        var runtime = new EventPipeProvider(ClrTraceEventParser.ProviderName, EventLevel.Informational, keywords);
        using var session = new DiagnosticsClient(process).StartEventPipeSession([runtime], requestRundown: false);
        using var source = new EventPipeEventSource(session.EventStream);
        var survived = new TaskCompletionSource<double>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFull = false;
        source.Clr.GCStart += start => isFull = start.Depth == 2 && start.Type == GCType.NonConcurrentGC;
        source.Clr.GCHeapStats += heap =>
        {
            if (isFull)
            {
                survived.TrySetResult(heap.TotalPromoted / 1024.0 / 1024.0);
            }
        };
        var reading = Task.Run(source.Process);
        try
        {
            return await survived.Task.WaitAsync(longest);
        }
        finally
        {
            await session.StopAsync(CancellationToken.None);
            await reading;
        }
    }
}
