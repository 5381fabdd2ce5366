using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Wire.Tests;

/// <summary>Two ends of one loopback connection.</summary>
sealed class SocketPair(Socket left, Socket right) : IAsyncDisposable
{
    public Socket Left => left;

    public Socket Right => right;

    public static async Task<SocketPair> OpenAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var right = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await right.ConnectAsync(listener.LocalEndPoint!);
        return new SocketPair(await listener.AcceptAsync(), right);
    }

    public ValueTask DisposeAsync()
    {
        left.Dispose();
        right.Dispose();
        return default;
    }
}

/// <summary>Frames that carry a number and padding.</summary>
static class Messages
{
    public static WireWriter Framed(int number, int size)
    {
        var writer = new WireWriter();
        writer.WriteInt32(4 + size);
        writer.WriteInt32(number);
        writer.WriteBytes(new byte[size]);
        return writer;
    }

    public static int Number(ReadOnlyMemory<byte> frame) => BinaryPrimitives.ReadInt32BigEndian(frame.Span);
}
