using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Wire.Ports;

namespace Wire;

/// <summary>The accept loop of one listening address. Its listening socket is open from <see cref="Bind"/> to Dispose.</summary>
public sealed class Acceptor : IAsyncDisposable
{
    /// <summary>Pause after an accept that failed for want of file handles or memory.</summary>
    static readonly TimeSpan Breather = TimeSpan.FromMilliseconds(100);

    readonly Socket listener;
    readonly CancellationTokenSource stopping = new();
    readonly ConcurrentDictionary<Task, bool> serving = [];
    Task loop = Task.CompletedTask;

    Acceptor(Socket listener)
    {
        this.listener = listener;
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
    }

    /// <summary>The address with the port that was bound, also where port 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Sockets that are being served.</summary>
    public int Serving => serving.Count;

    /// <summary>
    /// Listens; <see cref="IPAddress.IPv6Any"/> is every address, of IPv4 too. Connections wait in the kernel until <see cref="RunAsync"/>.
    /// </summary>
    /// <exception cref="SocketException">AddressAlreadyInUse when the port is taken, AccessDenied, AddressNotAvailable.</exception>
    public static Acceptor Bind(IPEndPoint address) => new(PortClaims.Open(address));

    /// <summary>
    /// Accepts until disposed; call it once. Each socket is served at the same time as the others and closed when its task ends. A task
    /// that fails ends its own connection only.
    /// </summary>
    /// <param name="serve">Serves one socket; its token is cancelled by Dispose.</param>
    /// <param name="failed">Called with what a serving task threw, other than by cancellationToken.</param>
    /// <param name="gate">While closed, sockets are accepted and left unserved, as the kernel does for a stopped process.</param>
    public Task RunAsync(Func<Socket, CancellationToken, Task> serve, Action<Exception>? failed = null, PauseGate? gate = null) =>
        loop = AcceptAsync(serve, failed, gate);

    /// <summary>Closes the listening socket, cancels what is being served and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        // cancelled first: the accept that the closed socket ends is no failure
        var cancelled = stopping.CancelAsync();
        listener.Dispose();
        await cancelled.ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        // after the loop: until it has ended, it may add one more
        await Task.WhenAll(serving.Keys).ConfigureAwait(false);
    }

    async Task AcceptAsync(Func<Socket, CancellationToken, Task> serve, Action<Exception>? failed, PauseGate? gate)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(stopping.Token).ConfigureAwait(false);
                // on its own thread: what serves without waiting for anything would hold up the next accept
                Start(Task.Run(() => ServeAsync(socket, serve, failed, gate), CancellationToken.None));
            }
            catch (Exception e) when (stopping.IsCancellationRequested
                && e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (SocketException e)
            {
                failed?.Invoke(e);
                // the connection stays in the kernel's queue, so without a pause the same error would come at once, for ever
                await Task.Delay(Breather, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    void Start(Task task)
    {
        // before the continuation is attached: a task that is done already would be removed first and then stay
        serving[task] = true;
        task.ContinueWith(
            static (done, all) => ((ConcurrentDictionary<Task, bool>)all!).TryRemove(done, out _),
            serving,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    async Task ServeAsync(Socket socket, Func<Socket, CancellationToken, Task> serve, Action<Exception>? failed, PauseGate? gate)
    {
        using (socket)
        {
            try
            {
                if (gate is not null)
                {
                    await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
                }

                await serve(socket, stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // the end that Dispose asked for
            }
            catch (Exception e)
            {
                failed?.Invoke(e);
            }
        }
    }
}
