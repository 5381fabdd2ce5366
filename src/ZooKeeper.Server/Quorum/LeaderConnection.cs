using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// A learner's connection to its leader, for one term. The server loop owns it; its tasks post into that loop.
/// </summary>
sealed class LeaderConnection(
    long self, QuorumServer leader, TimeSpan patience, IServerCore core, PauseGate gate, TimeProvider time, ILogger logger)
{
    /// <summary>A leader that has just been elected may not listen yet.</summary>
    const int Tries = 10;

    /// <summary>leaderConnectDelayDuringRetryMs by default.</summary>
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(100);
    // for requests of this server's clients while the leader does not read; past it the term ends and the clients connect again
    static readonly ConnectionOptions options = new() { MaxQueuedBytes = 1L << 30 };

    readonly CancellationTokenSource stopping = new();
    Connection? connection;

    /// <summary>Called on the loop, while it is not closed.</summary>
    public Action Connected { get; set; } = () => { };

    /// <summary>With the state that followed, when it is a SNAP.</summary>
    public Action<QuorumPacket, RestoredState?> Received { get; set; } = (_, _) => { };

    public Action<string> Closed { get; set; } = _ => { };

    public void Open() => _ = Task.Run(RunAsync, CancellationToken.None);

    public void Send(QuorumPacket packet)
    {
        if (connection is not null)
        {
            var writer = new WireWriter((packet.Data?.Length ?? 0) + 64);
            packet.Write(writer);
            connection.Enqueue(writer);
        }
    }

    /// <summary>On the loop; nothing is called any more.</summary>
    public void Close(bool abort)
    {
        if (abort)
        {
            connection?.Abort("the node was killed");
        }

        stopping.Cancel();
    }

    async Task RunAsync()
    {
        var reason = "closed by the leader";
        try
        {
            var opened = await ConnectAsync().ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            // a read that waits for the leader ends only with its connection
            await using (stopping.Token.Register(() => _ = opened.DisposeAsync().AsTask()).ConfigureAwait(false))
            {
                await PostAsync(() =>
                {
                    connection = opened;
                    Connected();
                }).ConfigureAwait(false);
                while (await PacketReader.ReadAsync(opened.Input, opened.Closed).ConfigureAwait(false) is { } packet)
                {
                    var state = packet.Kind() == PacketType.Snap ? ReadSnapshot(opened, packet.Zxid) : null;
                    await PostAsync(() => Received(packet, state)).ConfigureAwait(false);
                    if (packet.Kind() is PacketType.Proposal or PacketType.Inform)
                    {
                        // the leader's queue for this server fills, and past its limit the leader lets it go: it then copies what it lacks
                        await core.Store.RoomAsync(stopping.Token).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (Exception e)
        {
            // whatever it was, the learner must learn that its leader has gone
            reason = connection?.CloseReason ?? e.Message;
        }

        await PostAsync(() => Closed(reason)).ConfigureAwait(false);
    }

    ValueTask PostAsync(Action item) => core.Loop.PostAsync(() =>
    {
        if (!stopping.IsCancellationRequested)
        {
            item();
        }
    });

    async Task<Connection> ConnectAsync()
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var cancellationToken = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping.Token);
        for (var tries = 1; ; tries++)
        {
            await gate.WaitAsync(cancellationToken.Token).ConfigureAwait(false);
            try
            {
                return await Connection
                    .ConnectAsync(leader.Host, leader.QuorumPort, options, gate, cancellationToken.Token)
                    .ConfigureAwait(false);
            }
            catch (SocketException e) when (tries < Tries)
            {
                QuorumLog.LeaderUnreachable(logger, self, leader.Id, e.Message);
                await Task.Delay(pause, time, cancellationToken.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The state is not framed: it is parsed while it comes, on this task, which may wait for the leader.</summary>
    static RestoredState ReadSnapshot(Connection connection, long zxid)
    {
        var reader = new JuteStreamReader(connection.Input.AsStream(leaveOpen: true));
        var state = SnapshotCodec.Read(reader);
        if (reader.ReadString() != Packets.SnapshotSignature)
        {
            throw new WireFormatException("The snapshot does not end with its signature.");
        }

        state.Tree.LastProcessedZxid = zxid;
        return state;
    }
}
