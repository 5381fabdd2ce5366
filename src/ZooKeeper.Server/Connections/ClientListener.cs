using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.FourLetterWords;
using ZooKeeper.Server.Pipeline;

namespace ZooKeeper.Server.Connections;

/// <summary>
/// Accepts clients on the client port, reads their frames and posts them to the server loop. A client that sends garbage, an absurd length or half a frame, or that is too slow
/// to shake hands, loses its connection and nothing else happens.
/// </summary>
sealed class ClientListener : IAsyncDisposable
{
    /// <summary>For the handshake to arrive whole (Apache: sessionless connections expire after 10 s).</summary>
    static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    readonly Acceptor acceptor;
    readonly ServerCore core;
    readonly CommandRunner words;
    readonly PauseGate gate;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly ConcurrentDictionary<Connection, bool> open = [];
    readonly ConcurrentDictionary<IPAddress, int> perAddress = [];

    /// <exception cref="SocketException">The port is taken.</exception>
    public ClientListener(ServerCore core, CommandRunner words, PauseGate gate, TimeProvider time, ILogger logger)
    {
        this.core = core;
        this.words = words;
        this.gate = gate;
        this.time = time;
        this.logger = logger;
        acceptor = Acceptor.Bind(new IPEndPoint(core.Config.ClientPortAddress ?? IPAddress.Any, core.Config.ClientPort));
    }

    public IPEndPoint LocalEndPoint => acceptor.LocalEndPoint;

    /// <summary>Sockets that are open, also those that have not shaken hands.</summary>
    public int Count => open.Count;

    public void Start() => _ = acceptor.RunAsync(ServeAsync, e => Log.ConnectionFailed(logger, e.Message), gate);

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
        var count = perAddress.AddOrUpdate(address, 1, (_, n) => n + 1);
        try
        {
            if (core.Config.MaxClientConnections > 0 && count > core.Config.MaxClientConnections)
            {
                Log.TooManyConnections(logger, address.ToString(), count - 1);
                await core.Loop.PostAsync(() => core.Statistics.ConnectionsRejected++, stopping).ConfigureAwait(false);
                return;
            }

            var options = new ConnectionOptions { MaxFrameLength = core.Config.MaxBuffer, MaxQueuedBytes = 64 << 20, FirstFrameTimeout = HandshakeTimeout, Time = time };
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
            if (perAddress.AddOrUpdate(address, 0, (_, n) => n - 1) <= 0)
            {
                perAddress.TryRemove(KeyValuePair.Create(address, 0));
            }
        }
    }

    async Task ServeAsync(Connection connection, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.Closed);
        var client = new ClientConnection(connection, time.GetUtcNow().ToUnixTimeMilliseconds());
        var posted = false;
        try
        {
            if (await FourLetterWord.TryReadAsync(connection.Input, ended.Token).ConfigureAwait(false) is { } word)
            {
                var text = await words.RunAsync(word, client.Remote).ConfigureAwait(false);
                var message = new WireWriter(text.Length + 16);
                message.WriteUtf8(text);
                connection.Enqueue(message);
                await connection.FlushAndCloseAsync().ConfigureAwait(false);
                return;
            }

            await core.Loop.PostAsync(() => core.Clients.Add(client), ended.Token).ConfigureAwait(false);
            posted = true;
            await ReadAsync(connection, client, ended.Token).ConfigureAwait(false);
        }
        catch (WireFormatException e)
        {
            Log.ConnectionClosed(logger, client.Remote, e.Message);
            connection.Abort(e.Message);
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
        var (header, body) = Split(frame);
        await client.Budget.TakeAsync(body.Length, ended).ConfigureAwait(false);
        var now = time.GetTimestamp();
        await core.Loop.PostAsync(() => core.Clients.Request(client, header, body, now), ended).ConfigureAwait(false);
    }

    static (RequestHeader Header, byte[] Body) Split(ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        var header = RequestHeader.Read(ref reader);
        return (header, frame[reader.Position..].ToArray());
    }
}
