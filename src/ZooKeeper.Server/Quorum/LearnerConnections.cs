using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// The quorum port: connections of learners. It listens all the time, so that a learner that decided first waits a moment instead of being
/// refused. The server loop owns the connections; socket tasks post into it.
/// </summary>
sealed class LearnerConnections(long self, IServerCore core, PauseGate gate, ILogger logger)
{
    /// <summary>
    /// A snapshot is queued as a whole: the limit is the largest tree that can be sent, and what a learner may lag behind before it is
    /// dropped.
    /// </summary>
    static readonly ConnectionOptions options = new() { MaxQueuedBytes = 1L << 30 };

    readonly Dictionary<int, Link> links = [];
    Acceptor? acceptor;
    int last;
    bool isClosed;

    /// <summary>Called on the loop.</summary>
    public Action<int> Connected { get; set; } = _ => { };

    public Action<int, QuorumPacket> Received { get; set; } = (_, _) => { };

    public Action<int> Closed { get; set; } = _ => { };

    /// <exception cref="SocketException">The port is taken.</exception>
    public void Listen(IPEndPoint address)
    {
        acceptor = Acceptor.Bind(address);
        _ = acceptor.RunAsync(ServeAsync, e => QuorumLog.LearnerClosed(logger, self, "?", e.Message), gate);
    }

    public void Send(int number, QuorumPacket packet)
    {
        if (links.TryGetValue(number, out var link))
        {
            var writer = new WireWriter((packet.Data?.Length ?? 0) + 64);
            packet.Write(writer);
            if (packet.Kind() == PacketType.UpToDate)
            {
                link.Trust();
            }

            link.Connection.Enqueue(writer);
        }
    }

    /// <summary>SNAP, the serialized state, and the signature that ends it.</summary>
    public void SendSnapshot(int number, long zxid, SnapshotImage image)
    {
        Send(number, Packets.Of(PacketType.Snap, zxid));
        if (!links.TryGetValue(number, out var link))
        {
            return;
        }

        foreach (var chunk in image.Chunks)
        {
            var writer = new WireWriter(chunk.Length);
            writer.WriteBytes(chunk.Span);
            link.Connection.Enqueue(writer);
        }

        var signature = new WireWriter();
        JuteCodec.WriteString(signature, Packets.SnapshotSignature);
        link.Connection.Enqueue(signature);
    }

    public void Close(int number, string reason)
    {
        if (links.Remove(number, out var link))
        {
            QuorumLog.LearnerClosed(logger, self, link.Connection.Id, reason);
            _ = link.Connection.DisposeAsync().AsTask();
        }
    }

    /// <summary>On the loop. Drops every connection, with a reset when <paramref name="abort"/>, and stops listening.</summary>
    public async Task CloseAsync(bool abort)
    {
        isClosed = true; // sockets that were accepted before the acceptor ends are still posted
        foreach (var connection in links.Values.Select(link => link.Connection))
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

        links.Clear();
        if (acceptor is not null)
        {
            await acceptor.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task ServeAsync(Socket socket, CancellationToken cancellationToken)
    {
        var connection = new Connection(socket, options, gate);
        await using var closing = connection.ConfigureAwait(false);
        var number = Interlocked.Increment(ref last);
        var link = new Link(connection);
        await core.Loop.PostAsync(() => Add(number, link), cancellationToken).ConfigureAwait(false);
        var reason = "closed by the learner";
        var maxData = () => link.MaxData;
        try
        {
            while (await PacketReader.ReadAsync(connection.Input, connection.Closed, maxData).ConfigureAwait(false) is { } packet)
            {
                await core.Loop.PostAsync(() => Received(number, packet), connection.Closed).ConfigureAwait(false);
                if (packet.Kind() == PacketType.Request)
                {
                    // not read further while the disk is behind: the learner's clients wait instead of filling this server's memory
                    await core.Store.RoomAsync(connection.Closed).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e)
        {
            // whatever it was, the leader must learn that this learner has gone
            reason = connection.CloseReason ?? e.Message;
        }

        await core.Loop.PostAsync(() =>
        {
            Close(number, reason);
            Closed(number);
        }, CancellationToken.None).ConfigureAwait(false);
    }

    void Add(int number, Link link)
    {
        if (isClosed)
        {
            link.Connection.Abort("the node has ended");
            return;
        }

        links[number] = link;
        Connected(number);
    }

    sealed class Link(Connection connection)
    {
        volatile int maxData = PacketReader.MaxEarlyData;

        public Connection Connection => connection;

        /// <summary>A learner that is not up to date sends its LearnerInfo and acknowledgements only.</summary>
        public int MaxData => maxData;

        /// <summary>UPTODATE is sent: from now on the learner forwards requests.</summary>
        public void Trust() => maxData = PacketReader.MaxData;
    }
}
