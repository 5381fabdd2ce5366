using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Testing;

/// <summary>What becomes of requests of one kind on their way to a server.</summary>
public enum Swallows
{
    Nothing,

    /// <summary>They get there; what comes back after one, on its connection, does not.</summary>
    Answers,

    /// <summary>They do not get there.</summary>
    Requests,
}

/// <summary>A line to a Kafka broker of this machine on which requests of one kind, or their answers, get lost.</summary>
public sealed class SwallowingProxy : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly int target;
    readonly short apiKey;
    readonly Task accepting;
    int swallows, seen, connections;

    /// <param name="apiKey">Of the requests that are looked at.</param>
    public SwallowingProxy(int target, short apiKey)
    {
        (this.target, this.apiKey) = (target, apiKey);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public Swallows Swallows
    {
        get => (Swallows)Volatile.Read(ref swallows);
        set => Volatile.Write(ref swallows, (int)value);
    }

    /// <summary>Requests of the kind that came.</summary>
    public int Seen => Volatile.Read(ref seen);

    /// <summary>Connections that carried one.</summary>
    public int Connections => Volatile.Read(ref connections);

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
                serving.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(serving);
        }
    }

    async Task ServeAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, target, stopping.Token);
                var isMute = new Silence();
                await Task.WhenAny(
                    ForwardAsync(near.GetStream(), far.GetStream(), isMute), ReturnAsync(far.GetStream(), near.GetStream(), isMute));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // one of the two ends is gone
            }
        }
    }

    /// <summary>Request by request: a size, then the kind of it.</summary>
    async Task ForwardAsync(NetworkStream from, NetworkStream to, Silence isMute)
    {
        var (size, carried) = (new byte[4], false);
        try
        {
            while (true)
            {
                await from.ReadExactlyAsync(size, stopping.Token);
                var request = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
                await from.ReadExactlyAsync(request, stopping.Token);
                if (BinaryPrimitives.ReadInt16BigEndian(request) == apiKey)
                {
                    Interlocked.Increment(ref seen);
                    Interlocked.Add(ref connections, carried ? 0 : 1);
                    carried = true;
                    if (Swallows == Swallows.Requests)
                    {
                        continue;
                    }

                    isMute.Value |= Swallows == Swallows.Answers;
                }

                await to.WriteAsync(size, stopping.Token);
                await to.WriteAsync(request, stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // it is closed
        }
    }

    async Task ReturnAsync(NetworkStream from, NetworkStream to, Silence isMute)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer, stopping.Token) is > 0 and var count)
            {
                if (!isMute.Value)
                {
                    await to.WriteAsync(buffer.AsMemory(0, count), stopping.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // it is closed
        }
    }

    sealed class Silence
    {
        volatile bool isSet;

        public bool Value
        {
            get => isSet;
            set => isSet = value;
        }
    }
}
