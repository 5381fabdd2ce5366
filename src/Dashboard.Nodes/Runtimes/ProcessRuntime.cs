using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Dashboard.Nodes.Logs;
using Dashboard.Nodes.Processes;
using Wire;
using Wire.Ports;

namespace Dashboard.Nodes.Runtimes;

/// <summary>What a node's process is.</summary>
/// <param name="Ports">What it listens on; nothing else may.</param>
/// <param name="Serves">Whether it serves its clients now.</param>
/// <param name="Preparation">What has to have run before it, for its data's sake; null: nothing.</param>
/// <param name="Explain">Why it ended, of its last words; null where they have to do.</param>
sealed record ServerProcess(
    string Name, ProcessCommand Command, ImmutableArray<int> Ports, Func<CancellationToken, Task<bool>> Serves,
    ProcessCommand? Preparation, Func<string, CodedText?> Explain);

/// <summary>A node that is a process of its own: started, signalled and watched. Safe from any thread.</summary>
sealed class ProcessRuntime(ServerProcess server, NodeLogs logs, TimeProvider time) : INodeRuntime
{
    static readonly TimeSpan askAgain = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan answerWithin = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource gone = new();
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    ChildProcess? child;
    bool killed;

    public Task Ready => ready.Task;

    public Task Completion => completion.Task;

    public int? ProcessId => child?.Id;

    /// <exception cref="NodeProcessException">A port is taken, or its data could not be prepared.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // given up only now: until here no other program could take them
        foreach (var port in server.Ports)
        {
            Release(port);
        }

        if (server.Preparation is { } preparation)
        {
            var prepared = await BeginAsync(preparation, cancellationToken).ConfigureAwait(false);
            var code = await prepared.Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (code != 0)
            {
                var why = prepared.Ending(code, server.Explain);
                throw new NodeProcessException(CodedText.Of("NotFormatted", $"Its storage could not be formatted. {why}"));
            }
        }

        var running = await BeginAsync(server.Command, cancellationToken).ConfigureAwait(false);
        _ = WatchAsync(running);
        // not awaited: a broker is up when its ensemble is, which may take as long as it likes
        _ = BecomeReadyAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (child is { } running)
        {
            // Java's shutdown hooks run on it: a broker hands its leaders over, a coordinator closes its log
            running.Signal(Posix.SigTerm);
            await running.Exited.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Kill()
    {
        lock (gate)
        {
            // in one lock with what BeginAsync does: the process may come to be at this moment
            killed = true;
            child?.Signal(Posix.SigKill);
        }
    }

    public void Pause() => child?.Signal(Posix.SigStop);

    public void Resume() => child?.Signal(Posix.SigCont);

    /// <summary>Its ports and its data are free afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync().ConfigureAwait(false);
        Kill();
        if (child is { } ending)
        {
            await ending.Exited.ConfigureAwait(false);
            ending.Dispose();
        }
    }

    /// <summary>A kill that comes before the process is there is not lost.</summary>
    async Task<ChildProcess> BeginAsync(ProcessCommand command, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var begun = await ChildProcess.StartAsync(command, server.Name, logs).ConfigureAwait(false);
        lock (gate)
        {
            child = begun;
            if (killed)
            {
                begun.Signal(Posix.SigKill);
            }
        }

        return begun;
    }

    async Task WatchAsync(ChildProcess running)
    {
        var code = await running.Exited.ConfigureAwait(false);
        await gone.CancelAsync().ConfigureAwait(false);
        // any end is a failure here: one that was asked for has taken its runtime from the supervisor before
        completion.TrySetException(new NodeProcessException(running.Ending(code, server.Explain)));
    }

    async Task BecomeReadyAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(askAgain, time);
            while (!await ServesAsync().ConfigureAwait(false))
            {
                await timer.WaitForNextTickAsync(gone.Token).ConfigureAwait(false);
            }

            ready.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // it ended before
        }
    }

    async Task<bool> ServesAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        // a paused process takes the connection and says nothing
        limit.CancelAfter(answerWithin);
        try
        {
            return await server.Serves(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The claim that kept the port for this node is given up for its process.</summary>
    static void Release(int port)
    {
        try
        {
            PortClaims.Open(new IPEndPoint(IPAddress.Loopback, port)).Dispose();
        }
        catch (SocketException e)
        {
            throw new NodeProcessException(
                e.SocketErrorCode != SocketError.AddressAlreadyInUse
                    ? CodedText.Of("PortUnusable", $"Port {port} cannot be listened on: {e.Message}")
                : PortHolder.Of(port) is { } holder
                    ? CodedText.Of(
                        "PortTakenBy",
                        $"Port {port} is taken by process {holder.ProcessId} ({holder.Name}): end that, and the node starts again by "
                        + $"itself.")
                : CodedText.Of("PortTaken", $"Port {port} is taken by another program: end that, and the node starts again by itself."));
        }
    }
}
