using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Ports;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// The world around a node: the election port, the quorum port, the connection to the leader, and the disk. What the node wants done is
/// done here, and what happens becomes its input; nothing of the protocol is decided. Owned by the server loop.
/// </summary>
sealed class QuorumWorld
{
    readonly IServerCore core;
    readonly ZooKeeperConfig config;
    readonly QuorumSettings settings;
    readonly QuorumNode node;
    readonly NodeRunner runner;
    readonly TimeProvider time;
    readonly PauseGate gate;
    readonly ILogger logger;
    readonly ElectionNetwork election;
    readonly LearnerConnections learners;
    readonly DiskWork disk;
    LeaderConnection? leader;

    /// <summary>What came behind the leader's SNAP; kept until the node wants it installed.</summary>
    RestoredState? received;

    public QuorumWorld(
        IServerCore core, ZooKeeperConfig config, QuorumSettings settings, QuorumNode node, NodeRunner runner,
        TimeProvider time, PauseGate gate, ILogger logger)
    {
        (this.core, this.config, this.settings, this.node, this.runner) = (core, config, settings, node, runner);
        (this.time, this.gate, this.logger) = (time, gate, logger);
        disk = new DiskWork(core);
        var text = $"{settings.Config}version=0";
        election = new ElectionNetwork(
            config.Servers[settings.Self], config.Servers, config.ConnectionTimeout, text, core.Loop, gate, time, logger)
        {
            Received = message => runner.Do(() => node.Notified(message, runner.Now)),
        };
        learners = new LearnerConnections(settings.Self, core, gate, logger)
        {
            Connected = connection => runner.Do(() => node.LearnerConnected(connection, runner.Now)),
            Received = (connection, packet) => runner.Do(() =>
                TakeOfLearner(connection, () => node.LearnerSent(connection, packet, runner.Now))),
            Closed = connection => runner.Do(() => node.LearnerClosed(connection)),
        };
    }

    /// <summary>The servers that do not answer on their election ports, and why.</summary>
    public IEnumerable<string> Unreached => election.Unreached;

    /// <exception cref="IOException">A port is taken.</exception>
    public void Listen(IPAddress address, QuorumServer self)
    {
        Listen("election", new IPEndPoint(address, self.ElectionPort), election.Listen);
        Listen("quorum", new IPEndPoint(address, self.QuorumPort), learners.Listen);
    }

    public void Carry(QuorumEffect effect)
    {
        switch (effect)
        {
            case QuorumEffect.Notify(var to, var message):
                election.Send(to, message);
                break;
            case QuorumEffect.SendToLeader(var packet):
                leader?.Send(packet);
                break;
            case QuorumEffect.SendToLearner(var connection, var packet):
                learners.Send(connection, packet);
                break;
            case QuorumEffect.SendSnapshot(var connection, var zxid, var snapshot):
                learners.SendSnapshot(connection, zxid, snapshot);
                break;
            case QuorumEffect.CloseLearner(var connection, var reason):
                learners.Close(connection, reason);
                break;
            case QuorumEffect.ConnectToLeader(var id, var term):
                Connect(id, term);
                break;
            case QuorumEffect.DisconnectFromLeader:
                Disconnect(abort: false);
                break;
            case QuorumEffect.Log(var text):
                QuorumLog.Step(logger, settings.Self, text);
                break;
            default:
                CarryToDisk(effect);
                break;
        }
    }

    /// <summary>On the loop. All of it begins here; only the waiting goes on elsewhere.</summary>
    public Task CloseAsync(bool abort)
    {
        Disconnect(abort);
        return Task.WhenAll(learners.CloseAsync(abort), election.CloseAsync(abort));
    }

    void CarryToDisk(QuorumEffect effect)
    {
        switch (effect)
        {
            case QuorumEffect.Recover(var term):
                disk.Recover(() => runner.Do(() => node.Recovered(term, runner.Now)));
                break;
            case QuorumEffect.Truncate(var zxid, var term):
                disk.Truncate(zxid, () => Installed(term));
                break;
            case QuorumEffect.InstallSnapshot(var zxid, var term):
                var state = received ?? throw new InvalidOperationException("No state came behind the SNAP.");
                received = null;
                disk.Install(zxid, state, () => Installed(term));
                break;
            case QuorumEffect.InstallNothing(var term):
                disk.Install(0, new RestoredState(new DataTree(), []), () => Installed(term));
                break;
            case QuorumEffect.ReadHistory(var connection, var from, var to):
                disk.ReadHistory(from, to, log => runner.Do(() => node.Leader?.HistoryRead(connection, to, log)));
                break;
            default:
                throw new InvalidOperationException($"{effect} is not carried out.");
        }
    }

    void Installed(int term) => runner.Do(() => node.LearnerOf(term)?.Installed(runner.Now));

    void Connect(long id, int term)
    {
        Disconnect(abort: false);
        leader = new LeaderConnection(settings.Self, config.Servers[id], settings.InitTimeout, core, gate, time, logger)
        {
            Connected = () => runner.Do(() => node.LearnerOf(term)?.Connected(runner.Now)),
            Received = (packet, state) => runner.Do(() => TakeOfLeader(term, () =>
            {
                if (node.LearnerOf(term) is { } learner)
                {
                    received = state ?? received;
                    learner.Receive(packet, runner.Now);
                }
            })),
            Closed = reason => runner.Do(() => node.LearnerOf(term)?.End(reason)),
        };
        leader.Open();
    }

    void Disconnect(bool abort)
    {
        leader?.Close(abort);
        leader = null;
        received = null;
    }

    /// <summary>A learner that sends nonsense loses its connection, nothing else.</summary>
    void TakeOfLearner(int connection, Action input)
    {
        try
        {
            input();
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            Unexpected(e, "a learner");
            learners.Close(connection, e.Message);
            node.LearnerClosed(connection);
        }
    }

    /// <summary>A leader that sends nonsense is left; the next election finds another, or the same one in its senses.</summary>
    void TakeOfLeader(int term, Action input)
    {
        try
        {
            input();
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            Unexpected(e, "the leader");
            node.LearnerOf(term)?.End(e.Message);
        }
    }

    /// <summary>
    /// Bytes that are no packet are logged with the end of their connection; anything else is a fault of this server, and its stack trace
    /// is logged.
    /// </summary>
    void Unexpected(Exception e, string sender)
    {
        if (e is not WireFormatException)
        {
            QuorumLog.PacketFailed(logger, settings.Self, sender, e);
        }
    }

    static void Listen(string what, IPEndPoint address, Action<IPEndPoint> listen)
    {
        try
        {
            listen(address);
        }
        catch (SocketException e)
        {
            throw new IOException($"The {what} port {address} can't be opened: {PortHolder.Problem(e, address.Port)}", e);
        }
    }
}
