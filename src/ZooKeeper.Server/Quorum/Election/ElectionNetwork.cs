using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Server.Serving;

namespace ZooKeeper.Server.Quorum.Election;

/// <summary>
/// The connections on the election port: at most one between two servers, opened by the one with the higher id. A server with the lower id
/// that wants to talk connects, says who it is and closes; the other connects back. Only the latest message to a server counts, and a new
/// connection begins with it. The server loop owns the peers; socket tasks post into it.
/// </summary>
sealed class ElectionNetwork(
    QuorumServer self, IReadOnlyDictionary<long, QuorumServer> servers, int connectTimeout, string config,
    ServerLoop loop, PauseGate gate, TimeProvider time, ILogger logger)
{
    sealed class Peer(QuorumServer server)
    {
        public QuorumServer Server { get; } = server;

        public Connection? Connection { get; set; }

        public bool IsConnecting { get; set; }

        public Notification? Last { get; set; }

        /// <summary>Why the last attempt to connect failed; null once there was a connection.</summary>
        public string? Problem { get; set; }
    }

    /// <summary>A server that reads none of so many votes, a few hundred bytes each, is let go.</summary>
    static readonly ConnectionOptions options = new() { MaxFrameLength = NotificationCodec.MaxLength, MaxQueuedBytes = 8 << 20 };

    readonly Dictionary<long, Peer> peers = servers.Values.Where(s => s.Id != self.Id).ToDictionary(s => s.Id, s => new Peer(s));
    readonly CancellationTokenSource stopping = new();
    Acceptor? acceptor;
    bool isClosed;

    /// <summary>Called on the loop with each notification.</summary>
    public Action<Notification> Received { get; set; } = _ => { };

    /// <summary>On the loop. The servers that do not answer, and why.</summary>
    public IEnumerable<string> Unreached =>
        peers.Values.Where(p => p is { Connection: null, Problem: not null })
            .Select(p => $"server {p.Server.Id} at {HostPort.Format(p.Server.Host, p.Server.ElectionPort)} ({p.Problem})");

    /// <summary>Listens and accepts until closed.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public void Listen(IPEndPoint address)
    {
        acceptor = Acceptor.Bind(address);
        _ = acceptor.RunAsync(ServeAsync, e => ElectionLog.ConnectionFailed(logger, self.Id, e.Message), gate);
    }

    /// <summary>On the loop. Sends now, or as soon as there is a connection, unless a newer message replaces it.</summary>
    public void Send(long to, Notification message)
    {
        if (!peers.TryGetValue(to, out var peer))
        {
            return;
        }

        peer.Last = message;
        if (peer.Connection is { } connection)
        {
            connection.Enqueue(NotificationCodec.Write(message, config));
        }
        else
        {
            Connect(peer);
        }
    }

    /// <summary>On the loop. Drops every connection, with a reset when <paramref name="abort"/>, and stops listening.</summary>
    public async Task CloseAsync(bool abort)
    {
        isClosed = true;
        stopping.Cancel();
        foreach (var connection in peers.Values.Select(p => p.Connection).OfType<Connection>())
        {
            Drop(connection, abort);
        }

        if (acceptor is not null)
        {
            await acceptor.DisposeAsync().ConfigureAwait(false);
        }
    }

    static void Drop(Connection connection, bool abort)
    {
        if (abort)
        {
            connection.Abort("the node was killed");
        }
        else
        {
            _ = connection.DisposeAsync().AsTask();
        }
    }

    void Connect(Peer peer)
    {
        if (!peer.IsConnecting && !isClosed)
        {
            peer.IsConnecting = true;
            _ = Task.Run(() => ConnectAsync(peer), CancellationToken.None);
        }
    }

    async Task ConnectAsync(Peer peer)
    {
        Connection? connection = null;
        string? problem = null;
        try
        {
            await gate.WaitAsync(stopping.Token).ConfigureAwait(false);
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(connectTimeout), time);
            using var cancellationToken = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping.Token);
            connection = await Connection
                .ConnectAsync(peer.Server.Host, peer.Server.ElectionPort, options, gate, cancellationToken.Token)
                .ConfigureAwait(false);
            // also on a connection that is closed again below: by it the other server knows whom to call
            connection.Enqueue(ElectionHandshake.Write(self.Id, HostPort.Format(self.Host, self.ElectionPort)));
        }
        catch (Exception e)
        {
            problem = e is OperationCanceledException ? $"no answer within {connectTimeout} ms" : e.Message;
            ElectionLog.Unreachable(logger, self.Id, peer.Server.Id, problem);
        }

        if (connection is not null && peer.Server.Id > self.Id)
        {
            // the one with the higher id opens: it now knows that it should
            await connection.FlushAndCloseAsync().ConfigureAwait(false);
            connection = null;
        }

        await loop.PostAsync(() =>
        {
            peer.IsConnecting = false;
            peer.Problem = problem;
            if (connection is not null)
            {
                Adopt(peer, connection);
                _ = Task.Run(() => ReadAsync(peer, connection), CancellationToken.None);
            }
        }).ConfigureAwait(false);
        if (stopping.IsCancellationRequested && connection is not null)
        {
            // the loop may have ended before it could take it
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        var connection = new Connection(socket, options, gate);
        await using var closing = connection.ConfigureAwait(false);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(connectTimeout), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        // its addresses are not used: a server is called where the configuration has it
        var (server, _) = await ElectionHandshake.ReadAsync(connection.Input, both.Token).ConfigureAwait(false);
        if (!peers.TryGetValue(server, out var peer))
        {
            throw new WireFormatException($"Server {server} is not in the ensemble, or is this one.");
        }

        if (server < self.Id)
        {
            await loop.PostAsync(() =>
            {
                // it thinks there is no connection, so an old one is dead
                if (peer.Connection is { } old)
                {
                    peer.Connection = null;
                    Drop(old, abort: false);
                }

                Connect(peer);
            }, cancellationToken).ConfigureAwait(false);
            return;
        }

        await loop.PostAsync(() => Adopt(peer, connection), cancellationToken).ConfigureAwait(false);
        await ReadAsync(peer, connection).ConfigureAwait(false);
    }

    /// <summary>On the loop. A message that cannot be handled costs its sender the connection.</summary>
    void Take(Notification message, Connection connection)
    {
        try
        {
            Received(message);
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            ElectionLog.VoteFailed(logger, self.Id, message.From, e);
            Drop(connection, abort: false);
        }
    }

    void Adopt(Peer peer, Connection connection)
    {
        if (isClosed)
        {
            Drop(connection, abort: true);
            return;
        }

        if (peer.Connection is { } old)
        {
            // the newer one wins: its opener has given the older one up
            Drop(old, abort: false);
        }

        peer.Connection = connection;
        peer.Problem = null;
        // the old connection may have lost it
        if (peer.Last is { } last)
        {
            connection.Enqueue(NotificationCodec.Write(last, config));
        }
    }

    async Task ReadAsync(Peer peer, Connection connection)
    {
        try
        {
            while (await connection.Frames.ReadAsync(connection.Closed).ConfigureAwait(false) is { } frame)
            {
                using (frame)
                {
                    var message = NotificationCodec.Read(peer.Server.Id, frame.Memory);
                    await loop.PostAsync(() => Take(message, connection), connection.Closed).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            ElectionLog.ConnectionEnded(logger, self.Id, peer.Server.Id, e.Message);
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        await loop.PostAsync(() =>
        {
            if (peer.Connection == connection) // a newer one may have taken its place
            {
                peer.Connection = null;
            }
        }).ConfigureAwait(false);
    }
}
