using System.Buffers.Binary;
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
    readonly Relay relay;
    readonly short apiKey;
    int swallows, seen, connections;

    /// <param name="apiKey">Of the requests that are looked at.</param>
    public SwallowingProxy(int target, short apiKey)
    {
        this.apiKey = apiKey;
        relay = new(target, CarryAsync);
    }

    public int Port => relay.Port;

    public Swallows Swallows
    {
        get => (Swallows)Volatile.Read(ref swallows);
        set => Volatile.Write(ref swallows, (int)value);
    }

    /// <summary>Requests of the kind that came.</summary>
    public int Seen => Volatile.Read(ref seen);

    /// <summary>Connections that carried one.</summary>
    public int Connections => Volatile.Read(ref connections);

    public ValueTask DisposeAsync() => relay.DisposeAsync();

    async Task CarryAsync(Socket near, Socket far, CancellationToken stopping)
    {
        await using var here = new NetworkStream(near);
        await using var there = new NetworkStream(far);
        var isMute = new Silence();
        await Task.WhenAny(ForwardAsync(here, there, isMute, stopping), ReturnAsync(there, here, isMute, stopping));
    }

    /// <summary>Request by request: a size, then the kind of it.</summary>
    async Task ForwardAsync(NetworkStream from, NetworkStream to, Silence isMute, CancellationToken stopping)
    {
        var (size, carried) = (new byte[4], false);
        try
        {
            while (true)
            {
                await from.ReadExactlyAsync(size, stopping);
                var request = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
                await from.ReadExactlyAsync(request, stopping);
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

                await to.WriteAsync(size, stopping);
                await to.WriteAsync(request, stopping);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // it is closed
        }
    }

    async Task ReturnAsync(NetworkStream from, NetworkStream to, Silence isMute, CancellationToken stopping)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer, stopping) is > 0 and var count)
            {
                if (!isMute.Value)
                {
                    await to.WriteAsync(buffer.AsMemory(0, count), stopping);
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
