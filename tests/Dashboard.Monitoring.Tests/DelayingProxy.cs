using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Dashboard.Monitoring.Tests;

/// <summary>A long line to a port of this machine: what is sent arrives a moment later, however much is under way.</summary>
sealed class DelayingProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly int target;
    readonly TimeSpan oneWay;
    readonly Task accepting;

    public DelayingProxy(int target, TimeSpan roundTrip)
    {
        (this.target, oneWay) = (target, roundTrip / 2);
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
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
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
                var left = oneWay - TimeProvider.System.GetElapsedTime(at);
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, stopping.Token);
                await to.SendAsync(bytes, stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the other end is gone
        }
    }
}
