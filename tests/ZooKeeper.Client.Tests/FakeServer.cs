using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Tests;

/// <summary>A server whose every answer the test gives.</summary>
sealed class FakeServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public FakeServer()
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    /// <summary>Somebody connected and was not accepted yet.</summary>
    public bool HasPending => listener.Pending();

    public string Address => $"127.0.0.1:{Port}";

    public ZooKeeperClientOptions Options(TimeProvider? time = null) =>
        new() { Servers = [("127.0.0.1", Port)], SessionTimeout = TimeSpan.FromSeconds(9), Time = time ?? TimeProvider.System };

    /// <summary>The next connection of the client; time goes on meanwhile where the test owns it.</summary>
    public async Task<FakePeer> AcceptAsync(FakeTimeProvider? time = null)
    {
        var accepted = listener.AcceptSocketAsync(TestContext.Current.CancellationToken).AsTask();
        await Eventually.TrueAsync(
            () =>
            {
                if (!accepted.IsCompleted)
                {
                    time?.Advance(TimeSpan.FromMilliseconds(50));
                }

                return accepted.IsCompleted;
            },
            "the client connects");
        return new FakePeer(await accepted);
    }

    /// <summary>Accepts, reads the hello and grants the session.</summary>
    public async Task<FakePeer> WelcomeAsync(long session = 77, FakeTimeProvider? time = null)
    {
        var peer = await AcceptAsync(time);
        await peer.ReadHelloAsync();
        peer.Welcome(session);
        return peer;
    }

    public void Dispose() => listener.Dispose();
}

sealed record FakeRequest(int Xid, OpCode Code, ReadOnlyMemory<byte> Body);

/// <summary>The server's end of one connection.</summary>
sealed class FakePeer(Socket socket) : IDisposable
{
    static readonly TimeSpan limit = TimeSpan.FromSeconds(20);
    static readonly byte[] password = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    readonly NetworkStream stream = new(socket);

    public static ReadOnlySpan<byte> Password => password;

    public async Task<ConnectRequest> ReadHelloAsync()
    {
        var reader = new WireReader(await ReadFrameAsync());
        return ConnectRequest.Read(ref reader);
    }

    public void Welcome(long session, int timeout = 9000) =>
        Send(new ConnectResponse { SessionId = session, TimeOut = timeout, Passwd = password });

    /// <summary>The next request; pings are answered and left out unless they are what the test wants.</summary>
    public async Task<FakeRequest> ReadAsync(bool pings = false)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < limit)
        {
            var reader = new WireReader(await ReadFrameAsync());
            var header = RequestHeader.Read(ref reader);
            if (header.Xid != ReservedXid.Ping || pings)
            {
                return new FakeRequest(header.Xid, (OpCode)header.Type, reader.ReadBytes(reader.Remaining));
            }

            Answer(ReservedXid.Ping);
        }

        throw new TimeoutException("Nothing but pings came.");
    }

    public void Answer(int xid, IRecord? body = null, ZooKeeperError code = ZooKeeperError.Ok, long zxid = 1) =>
        Send(new ReplyHeader { Xid = xid, Zxid = zxid, Err = (int)code }, body);

    public void Event(WatchEventType type, string path) => Send(
        new ReplyHeader { Xid = ReservedXid.WatchEvent, Zxid = -1 },
        new WatcherEvent { Type = (int)type, State = (int)KeeperState.SyncConnected, Path = path });

    public void SendRaw(params byte[] bytes) => stream.Write(bytes);

    /// <summary>True once the client has closed the connection.</summary>
    public async Task<bool> IsClosedAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(limit) > 0)
            {
            }
        }
        catch (IOException)
        {
        }

        return true;
    }

    public void Dispose() => stream.Socket.Dispose();

    void Send(params IRecord?[] records)
    {
        using var w = new WireWriter();
        var length = w.ReserveInt32();
        foreach (var record in records)
        {
            record?.Write(w);
        }

        w.PatchInt32(length, w.Length - 4);
        stream.Write(w.WrittenSpan);
    }

    async Task<byte[]> ReadFrameAsync()
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length).AsTask().WaitAsync(limit);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(frame).AsTask().WaitAsync(limit);
        return frame;
    }
}
