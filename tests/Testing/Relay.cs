using System.Net;
using System.Net.Sockets;

namespace Testing;

/// <summary>
/// Takes connections on a port of its own and connects each to another port of this machine; what is carried between the two, and how, is
/// for its owner to say.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly int target;
    readonly Func<Socket, Socket, CancellationToken, Task> carry;
    readonly Task accepting;

    /// <param name="carry">Until one of the two ends is gone. What sockets throw then may come out of it.</param>
    public Relay(int target, Func<Socket, Socket, CancellationToken, Task> carry)
    {
        (this.target, this.carry) = (target, carry);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await listener.AcceptSocketAsync(stopping.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // a listener that was stopped between two connections says that it was never started
            await Task.WhenAll(serving);
        }
    }

    async Task ServeAsync(Socket near)
    {
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, target, stopping.Token);
                await carry(near, far, stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
            {
                // one of the two ends is gone
            }
        }
    }
}
