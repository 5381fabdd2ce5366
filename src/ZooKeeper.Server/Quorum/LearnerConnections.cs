using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Pipeline;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// The quorum port: connections of learners. It listens all the time, so that a learner that decided first waits a moment instead of being refused.
/// The server loop owns the connections; socket tasks post into it.
/// </summary>
sealed class LearnerConnections(long self, ServerLoop loop, PauseGate gate, ILogger logger)
{
    const string Signature = "BenWasHere";

    static readonly ConnectionOptions options = new() { MaxQueuedBytes = 1L << 30 };

    readonly Dictionary<int, Connection> connections = [];
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
        if (connections.TryGetValue(number, out var connection))
        {
            var writer = new WireWriter((packet.Data?.Length ?? 0) + 64);
            packet.Write(writer);
            connection.Enqueue(writer);
        }
    }

    /// <summary>SNAP, the serialized state, and the signature that ends it.</summary>
    public void SendSnapshot(int number, long zxid, SnapshotImage image)
    {
        Send(number, Packets.Of(PacketType.Snap, zxid));
        if (!connections.TryGetValue(number, out var connection))
        {
            return;
        }

        foreach (var chunk in image.Chunks)
        {
            var writer = new WireWriter(chunk.Length);
            writer.WriteBytes(chunk.Span);
            connection.Enqueue(writer);
        }

        var signature = new WireWriter();
        JuteCodec.WriteString(signature, Signature);
        connection.Enqueue(signature);
    }

    public void Close(int number, string reason)
    {
        if (connections.Remove(number, out var connection))
        {
            QuorumLog.LearnerClosed(logger, self, connection.Id, reason);
            _ = connection.DisposeAsync().AsTask();
        }
    }

    /// <summary>On the loop. Drops every connection, with a reset when <paramref name="abort"/>, and stops listening.</summary>
    public async Task CloseAsync(bool abort)
    {
        isClosed = true;
        foreach (var connection in connections.Values)
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

        connections.Clear();
        if (acceptor is not null)
        {
            await acceptor.DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task ServeAsync(Socket socket, CancellationToken cancellation)
    {
        await using var connection = new Connection(socket, options, gate);
        var number = Interlocked.Increment(ref last);
        await loop.PostAsync(() => Add(number, connection), cancellation).ConfigureAwait(false);
        var reason = "closed by the learner";
        try
        {
            var most = PacketReader.MaxFirstData;
            while (await PacketReader.ReadAsync(connection.Input, connection.Closed, most).ConfigureAwait(false) is { } packet)
            {
                await loop.PostAsync(() => Received(number, packet), connection.Closed).ConfigureAwait(false);
                most = PacketReader.MaxData;
            }
        }
        catch (Exception e) when (e is WireFormatException or IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            reason = connection.CloseReason ?? e.Message;
        }

        await loop.PostAsync(() =>
        {
            Close(number, reason);
            Closed(number);
        }, CancellationToken.None).ConfigureAwait(false);
    }

    void Add(int number, Connection connection)
    {
        if (isClosed)
        {
            connection.Abort("the node has ended");
            return;
        }

        connections[number] = connection;
        Connected(number);
    }
}
