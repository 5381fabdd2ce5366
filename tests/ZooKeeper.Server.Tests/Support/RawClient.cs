using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tests.Support;

/// <summary>
/// A client that does exactly what a test says, and shows each frame that comes. One request at a time unless
/// <see cref="SendAsync"/> is used.
/// </summary>
sealed class RawClient : IAsyncDisposable
{
    readonly TcpClient socket = new();
    int xid;

    public int Port { get; private set; }

    public ConnectResponse Session { get; private set; } = new();

    /// <summary>Bytes of the connect response.</summary>
    public int ConnectResponseLength { get; private set; }

    /// <summary>Watch events that came before the replies read so far, as (type, path).</summary>
    public List<(WatchEventType Type, string Path)> Events { get; } = [];

    /// <summary>Zxids in the headers of the events.</summary>
    public List<long> EventZxids { get; } = [];

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<RawClient> OpenAsync(int port)
    {
        var client = new RawClient();
        client.Port = port;
        await client.socket.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        client.socket.NoDelay = true;
        return client;
    }

    public static async Task<RawClient> ConnectAsync(int port, int timeout = 10_000, ConnectResponse? before = null, long lastZxidSeen = 0)
    {
        var client = await OpenAsync(port);
        await client.HandshakeAsync(timeout, before?.SessionId ?? 0, before?.Passwd.ToArray() ?? new byte[16], lastZxidSeen);
        return client;
    }

    /// <summary>Sends a connect request and reads the answer; an <see cref="EndOfStreamException"/> when the server just closes.</summary>
    public async Task HandshakeAsync(int timeout, long session, byte[] password, long lastZxidSeen, bool withReadOnly = true)
    {
        using var writer = new WireWriter();
        writer.WriteInt32(0);
        writer.WriteInt64(lastZxidSeen);
        writer.WriteInt32(timeout);
        writer.WriteInt64(session);
        writer.WriteInt32(password.Length);
        writer.WriteBytes(password);
        if (withReadOnly)
        {
            writer.WriteBoolean(false);
        }

        await SendFrameAsync(writer.WrittenMemory);
        await ReadConnectResponseAsync();
    }

    /// <summary>The answer to a handshake that was sent.</summary>
    public async Task<ConnectResponse> ReadConnectResponseAsync()
    {
        var answer = await ReadFrameAsync();
        ConnectResponseLength = answer.Length;
        var reader = new WireReader(answer);
        Session = ConnectResponse.ReadFrom(ref reader);
        return Session;
    }

    /// <summary>Throws away what comes until nothing has come for a while or the server closed.</summary>
    public async Task ReadUntilQuietAsync(TimeSpan quiet)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
                limit.CancelAfter(quiet);
                if (await socket.GetStream().ReadAsync(buffer, limit.Token) == 0)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !Cancellation.IsCancellationRequested)
        {
            // closed, or quiet
        }
    }

    /// <summary>Sends a request; its xid.</summary>
    public async Task<int> SendAsync(OpCode type, Action<WireWriter>? body = null, int? withXid = null)
    {
        using var writer = new WireWriter();
        var id = withXid ?? ++xid;
        writer.WriteInt32(id);
        writer.WriteInt32((int)type);
        body?.Invoke(writer);
        await SendFrameAsync(writer.WrittenMemory);
        return id;
    }

    /// <summary>The next reply; events before it are kept.</summary>
    public async Task<Reply> ReadAsync()
    {
        while (true)
        {
            var frame = await ReadFrameAsync();
            var header = Header(frame, out var body);
            if (header.Xid != ReservedXid.WatchEvent)
            {
                return new Reply(header.Xid, header.Zxid, (ZooKeeperError)header.Err, body);
            }

            TakeEvent(header, body);
        }
    }

    /// <summary>Waits for one event.</summary>
    public async Task<(WatchEventType Type, string Path)> ReadEventAsync()
    {
        var frame = await ReadFrameAsync();
        var header = Header(frame, out var body);
        Assert.Equal(ReservedXid.WatchEvent, header.Xid);
        TakeEvent(header, body);
        return Events[^1];
    }

    public async Task<Reply> CallAsync(OpCode type, IRecord? body = null, int? withXid = null)
    {
        var id = await SendAsync(type, body is null ? null : body.Write, withXid);
        var reply = await ReadAsync();
        Assert.Equal(id, reply.Xid);
        return reply;
    }

    public Task<Reply> CreateAsync(
        string path, string data = "", CreateMode mode = CreateMode.Persistent, IReadOnlyList<ACL>? acl = null, OpCode type = OpCode.Create)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(data);
        return CallAsync(type, new CreateRequest { Path = path, Data = bytes, Acl = [.. acl ?? Acls.Open], Flags = (int)mode });
    }

    public Task<Reply> DeleteAsync(string path, int version = -1) =>
        CallAsync(OpCode.Delete, new DeleteRequest { Path = path, Version = version });

    public Task<Reply> SetAsync(string path, string data, int version = -1) =>
        CallAsync(OpCode.SetData, new SetDataRequest { Path = path, Data = System.Text.Encoding.UTF8.GetBytes(data), Version = version });

    public Task<Reply> GetAsync(string path, bool watch = false) =>
        CallAsync(OpCode.GetData, new GetDataRequest { Path = path, Watch = watch });

    public Task<Reply> ExistsAsync(string path, bool watch = false) =>
        CallAsync(OpCode.Exists, new ExistsRequest { Path = path, Watch = watch });

    public Task<Reply> ChildrenAsync(string path, bool watch = false) =>
        CallAsync(OpCode.GetChildren2, new GetChildren2Request { Path = path, Watch = watch });

    public async Task<Stat> StatAsync(string path) => (await ExistsAsync(path)).Read(ExistsResponse.Read).Stat;

    public Task<Reply> MultiAsync(params (OpCode Type, IRecord Record)[] operations) => MultiOfAsync(OpCode.Multi, operations);

    public async Task<Reply> MultiOfAsync(OpCode type, params (OpCode Type, IRecord Record)[] operations)
    {
        await SendAsync(type, writer =>
        {
            foreach (var (one, record) in operations)
            {
                new MultiHeader { Type = (int)one, Done = false, Err = -1 }.Write(writer);
                record.Write(writer);
            }

            new MultiHeader { Type = -1, Done = true, Err = -1 }.Write(writer);
        });
        return await ReadAsync();
    }

    public Task<Reply> AddAuthAsync(string scheme, string credentials) =>
        CallAsync(
            OpCode.Auth,
            new AuthPacket { Type = 0, Scheme = scheme, Auth = System.Text.Encoding.UTF8.GetBytes(credentials) },
            ReservedXid.Auth);

    public Task<Reply> PingAsync() => CallAsync(OpCode.Ping, null, ReservedXid.Ping);

    public Task SendBytesAsync(ReadOnlyMemory<byte> bytes) => socket.GetStream().WriteAsync(bytes, Cancellation).AsTask();

    /// <summary>True when the server ended the stream, false when it reset the connection; what it still sent is thrown away.</summary>
    public async Task<bool> EndsCleanlyAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.GetStream().ReadAsync(buffer, Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancellation) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>True when the server closed within the deadline, cleanly or by reset; what it still sent is thrown away.</summary>
    public async Task<bool> IsClosedByServerAsync(TimeSpan deadline)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(deadline);
        var buffer = new byte[4096];
        try
        {
            while (await socket.GetStream().ReadAsync(buffer, limit.Token) > 0)
            {
            }

            return true;
        }
        catch (IOException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The socket goes without a goodbye; the session stays.</summary>
    public void Drop() => socket.Client.Close(0);

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task SendFrameAsync(ReadOnlyMemory<byte> frame)
    {
        var bytes = new byte[frame.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes.AsMemory(4));
        await SendBytesAsync(bytes);
    }

    async Task<byte[]> ReadFrameAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var length = new byte[4];
        await socket.GetStream().ReadExactlyAsync(length, limit.Token);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await socket.GetStream().ReadExactlyAsync(frame, limit.Token);
        return frame;
    }

    void TakeEvent(ReplyHeader header, ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body);
        var watchEvent = WatcherEvent.Read(ref reader);
        Events.Add(((WatchEventType)watchEvent.Type, watchEvent.Path));
        EventZxids.Add(header.Zxid);
    }

    static ReplyHeader Header(byte[] frame, out ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(frame);
        var header = ReplyHeader.Read(ref reader);
        body = frame.AsMemory(reader.Position);
        return header;
    }
}

delegate T RecordReader<T>(ref WireReader reader);

sealed record Reply(int Xid, long Zxid, ZooKeeperError Error, ReadOnlyMemory<byte> Body)
{
    public T Read<T>(RecordReader<T> read)
    {
        Assert.Equal(ZooKeeperError.Ok, Error);
        var reader = new WireReader(Body);
        var record = read(ref reader);
        Assert.Equal(0, reader.Remaining);
        return record;
    }

    /// <summary>The results of a multi: the type and the error of each.</summary>
    public List<(OpCode Type, ZooKeeperError Error)> Results()
    {
        var reader = new WireReader(Body);
        var results = new List<(OpCode, ZooKeeperError)>();
        for (var header = MultiHeader.Read(ref reader); !header.Done; header = MultiHeader.Read(ref reader))
        {
            var type = (OpCode)header.Type;
            var error = ZooKeeperError.Ok;
            switch (type)
            {
                case OpCode.Error:
                    error = (ZooKeeperError)ErrorResponse.Read(ref reader).Err;
                    break;
                case OpCode.Create:
                    CreateResponse.Read(ref reader);
                    break;
                case OpCode.Create2:
                    Create2Response.Read(ref reader);
                    break;
                case OpCode.SetData:
                    SetDataResponse.Read(ref reader);
                    break;
                case OpCode.GetData:
                    GetDataResponse.Read(ref reader);
                    break;
                case OpCode.GetChildren:
                    GetChildrenResponse.Read(ref reader);
                    break;
            }

            results.Add((type, error));
        }

        Assert.Equal(0, reader.Remaining);
        return results;
    }
}
