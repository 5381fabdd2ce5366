using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Preparation;

namespace ZooKeeper.Server.Serving;

/// <summary>
/// Answers a connection that begins with a command instead of a client's handshake (a four-letter word). False when it does not; then
/// nothing was taken from its input.
/// </summary>
delegate ValueTask<bool> CommandHandler(Connection connection, string remote, CancellationToken cancellationToken);

/// <summary>
/// Accepts clients on the client port, reads their frames and posts them to the server loop. A client that sends garbage, an absurd length
/// or half a frame, or that is too slow to shake hands, loses its connection and nothing else happens.
/// </summary>
sealed class ClientListener : IAsyncDisposable
{
    /// <summary>For the handshake to arrive whole (Apache: sessionless connections expire after 10 s).</summary>
    static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes of a handshake: 45, with whatever a client adds to them. jute.maxbuffer is for who has a session, so that one who has none
    /// costs next to nothing.
    /// </summary>
    const int LongestHandshake = 1024;

    readonly Acceptor acceptor;
    readonly ServerCore core;
    readonly CommandHandler commands;
    readonly PauseGate gate;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly ConcurrentDictionary<Connection, bool> open = [];
    readonly ConcurrentDictionary<IPAddress, int> perAddress = [];
    int all;

    /// <exception cref="SocketException">The port is taken.</exception>
    public ClientListener(ServerCore core, CommandHandler commands, PauseGate gate, TimeProvider time, ILogger logger)
    {
        this.core = core;
        this.commands = commands;
        this.gate = gate;
        this.time = time;
        this.logger = logger;
        acceptor = Acceptor.Bind(new IPEndPoint(ListenAddress.Of(core.Config.ClientPortAddress), core.Config.ClientPort));
    }

    public IPEndPoint LocalEndPoint => acceptor.LocalEndPoint;

    /// <summary>Sockets that are open, also those that have not shaken hands.</summary>
    public int Count => open.Count;

    public void Start() => _ = acceptor.RunAsync(ServeAsync, e => ServingLog.ConnectionFailed(logger, e.Message), gate);

    /// <summary>Resets every connection: nothing is flushed.</summary>
    public void AbortAll()
    {
        foreach (var connection in open.Keys)
        {
            connection.Abort("the server was killed");
        }
    }

    /// <summary>Stops listening; connections end when what they were sent has gone out.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(open.Keys.Select(c => c.FlushAndCloseAsync())).ConfigureAwait(false);
        await acceptor.DisposeAsync().ConfigureAwait(false);
    }

    async Task ServeAsync(Socket socket, CancellationToken stopping)
    {
        var address = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        // counted before the check: two that come at the same time must not both be the last one allowed
        var count = perAddress.AddOrUpdate(address, 1, (_, n) => n + 1);
        var total = Interlocked.Increment(ref all);
        try
        {
            if (IsTooMany(address, count, total))
            {
                await core.Loop.PostAsync(() => core.Statistics.ConnectionsRejected++, stopping).ConfigureAwait(false);
                return;
            }

            var options = new ConnectionOptions
            {
                MaxFrameLength = LongestHandshake,
                // replies and watch events of a client that does not read; twice the longest multiRead
                MaxQueuedBytes = 64 << 20,
                FirstFrameTimeout = HandshakeTimeout,
                Time = time,
            };
            var connection = new Connection(socket, options, gate);
            await using (connection.ConfigureAwait(false))
            {
                open[connection] = true;
                try
                {
                    await ServeAsync(connection, stopping).ConfigureAwait(false);
                }
                finally
                {
                    open.TryRemove(connection, out _);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref all);
            if (perAddress.AddOrUpdate(address, 0, (_, n) => n - 1) <= 0)
            {
                perAddress.TryRemove(KeyValuePair.Create(address, 0)); // only while it is 0: another may have come meanwhile
            }
        }
    }

    bool IsTooMany(IPAddress address, int ofAddress, int total)
    {
        if (core.Config.MaxConnections > 0 && total > core.Config.MaxConnections)
        {
            ServingLog.ServerFull(logger, address.ToString(), total - 1);
            return true;
        }

        if (core.Config.MaxClientConnections > 0 && ofAddress > core.Config.MaxClientConnections)
        {
            ServingLog.TooManyConnections(logger, address.ToString(), ofAddress - 1);
            return true;
        }

        return false;
    }

    async Task ServeAsync(Connection connection, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.Closed);
        var client = new ClientConnection(connection, time.GetUtcNow().ToUnixTimeMilliseconds(), logger);
        var posted = false;
        try
        {
            if (await commands(connection, client.Remote, ended.Token).ConfigureAwait(false))
            {
                await connection.FlushAndCloseAsync().ConfigureAwait(false);
                return;
            }

            await core.Loop.PostAsync(() => core.Clients.Add(client), ended.Token).ConfigureAwait(false);
            posted = true;
            await ReadAsync(connection, client, ended.Token).ConfigureAwait(false);
        }
        catch (WireFormatException e)
        {
            ServingLog.ConnectionClosed(logger, client.Remote, e.Message);
            connection.Drop(e.Message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // the client went away, or was cut off
        }
        finally
        {
            if (posted)
            {
                await core.Loop.PostAsync(() => core.Clients.Remove(client), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    async Task ReadAsync(Connection connection, ClientConnection client, CancellationToken ended)
    {
        using (var first = await connection.Frames.ReadAsync(ended).ConfigureAwait(false))
        {
            if (first is null)
            {
                return;
            }

            await PostConnectAsync(client, first.Memory, ended).ConfigureAwait(false);
        }

        await client.Opened.WaitAsync(ended).ConfigureAwait(false);
        connection.Frames.MaxFrameLength = core.Config.MaxBuffer;

        while (true)
        {
            using var frame = await connection.Frames.ReadAsync(ended).ConfigureAwait(false);
            if (frame is null)
            {
                return;
            }

            await PostRequestAsync(client, frame.Memory, ended).ConfigureAwait(false);
        }
    }

    ValueTask PostConnectAsync(ClientConnection client, ReadOnlyMemory<byte> frame, CancellationToken ended)
    {
        var reader = new WireReader(frame);
        var (request, hasReadOnly) = ConnectRequest.ReadFrom(ref reader);
        var password = (request.Passwd ?? default).ToArray();
        var now = time.GetTimestamp();
        return core.Loop.PostAsync(() => core.Clients.Connect(client, request, password, hasReadOnly, now), ended);
    }

    async ValueTask PostRequestAsync(ClientConnection client, ReadOnlyMemory<byte> frame, CancellationToken ended)
    {
        // before the loop: the reader waits here, the socket fills up, and only the client that floods is slowed down
        var (header, body) = Split(frame);
        await client.Budget.TakeAsync(body.Length, ended).ConfigureAwait(false);
        if (Operations.IsOrdered((OpCode)header.Type))
        {
            // reads and pings go on: they need no disk, and a session must not end because of one
            await core.Store.RoomAsync(ended).ConfigureAwait(false);
        }

        var now = time.GetTimestamp();
        await core.Loop.PostAsync(() => core.Clients.Request(client, header, body, now), ended).ConfigureAwait(false);
    }

    static (RequestHeader Header, byte[] Body) Split(ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        var header = RequestHeader.Read(ref reader);
        return (header, frame[reader.Position..].ToArray()); // a copy: the request outlives its frame
    }
}
