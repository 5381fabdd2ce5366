using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Testing;

/// <summary>
/// A line to a port of this machine that can be long, so that what is sent arrives later however much is under way, or dead: connections
/// are taken and kept, and nothing arrives until it is mended.
/// </summary>
public sealed class FaultyLine : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly int target;
    readonly Task accepting;
    TaskCompletionSource? dead;
    long oneWay;

    public FaultyLine(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>From now on.</summary>
    public TimeSpan RoundTrip
    {
        get => new(Volatile.Read(ref oneWay) * 2);
        set => Volatile.Write(ref oneWay, value.Ticks / 2);
    }

    public void Cut() => Interlocked.CompareExchange(ref dead, new(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>What was under way arrives.</summary>
    public void Mend() => Interlocked.Exchange(ref dead, null)?.TrySetResult();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Mend();
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
                await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // one of the two ends is gone
            }
        }
    }

    async Task PumpAsync(Socket from, Socket to)
    {
        var underWay = Channel.CreateUnbounded<(long At, byte[] Bytes)>();
        var delivering = DeliverAsync(to, underWay.Reader);
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer, stopping.Token) is > 0 and var count)
            {
                underWay.Writer.TryWrite((TimeProvider.System.GetTimestamp(), buffer[..count]));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // told below
        }

        underWay.Writer.TryComplete();
        await delivering;
    }

    async Task DeliverAsync(Socket to, ChannelReader<(long At, byte[] Bytes)> underWay)
    {
        try
        {
            await foreach (var (at, bytes) in underWay.ReadAllAsync(stopping.Token))
            {
                var left = (RoundTrip / 2) - TimeProvider.System.GetElapsedTime(at);
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, stopping.Token);
                await (Volatile.Read(ref dead)?.Task ?? Task.CompletedTask).WaitAsync(stopping.Token);
                await to.SendAsync(bytes, stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the other end is gone
        }
    }
}
