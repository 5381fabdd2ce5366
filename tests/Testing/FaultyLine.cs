using System.Net.Sockets;
using System.Threading.Channels;

namespace Testing;

/// <summary>
/// A line to a port of this machine that can be long, so that what is sent arrives later however much is under way, or dead: connections
/// are taken and kept, and nothing arrives until it is mended.
/// </summary>
public sealed class FaultyLine : IAsyncDisposable
{
    readonly Relay relay;
    TaskCompletionSource? dead;
    long oneWay;

    public FaultyLine(int target) => relay = new(
        target,
        (near, far, stopping) => Task.WhenAny(PumpAsync(near, far, stopping), PumpAsync(far, near, stopping)));

    /// <summary>From now on.</summary>
    public TimeSpan RoundTrip
    {
        get => new(Volatile.Read(ref oneWay) * 2);
        set => Volatile.Write(ref oneWay, value.Ticks / 2);
    }

    public void Cut() => Interlocked.CompareExchange(ref dead, new(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>What was under way arrives.</summary>
    public void Mend() => Interlocked.Exchange(ref dead, null)?.TrySetResult();

    public int Port => relay.Port;

    public ValueTask DisposeAsync() => relay.DisposeAsync();

    async Task PumpAsync(Socket from, Socket to, CancellationToken stopping)
    {
        var underWay = Channel.CreateUnbounded<(long At, byte[] Bytes)>();
        var delivering = DeliverAsync(to, underWay.Reader, stopping);
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer, stopping) is > 0 and var count)
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

    async Task DeliverAsync(Socket to, ChannelReader<(long At, byte[] Bytes)> underWay, CancellationToken stopping)
    {
        try
        {
            await foreach (var (at, bytes) in underWay.ReadAllAsync(stopping))
            {
                var left = (RoundTrip / 2) - TimeProvider.System.GetElapsedTime(at);
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, stopping);
                await (Volatile.Read(ref dead)?.Task ?? Task.CompletedTask).WaitAsync(stopping);
                await to.SendAsync(bytes, stopping);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // the other end is gone
        }
    }
}
