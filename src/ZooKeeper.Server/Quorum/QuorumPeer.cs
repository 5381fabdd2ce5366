using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Server.Pipeline;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// A member of an ensemble: the thin world around <see cref="QuorumNode"/>. Sockets, timer and disk post into the server loop, which owns the node; what the node
/// wants done is done here. Nothing of the protocol is decided here.
/// </summary>
sealed class QuorumPeer : IReplicator, IQuorumInfo
{
    readonly IServerCore core;
    readonly ZooKeeperConfig config;
    readonly TimeProvider time;
    readonly PauseGate gate;
    readonly ILogger logger;
    readonly QuorumSettings settings;
    readonly QuorumServer self;
    readonly QuorumNode node;
    readonly ElectionNetwork election;
    readonly LearnerConnections learners;
    readonly DiskWork disk;
    readonly LongWait search = new();
    readonly Queue<Func<IReadOnlyList<QuorumEffect>>> inputs = new();
    readonly long zero;
    readonly ITimer timer;
    LeaderConnection? leader;
    TimeSpan? armed;
    bool running;
    bool ended;
    Tuple<long, long>? leaderAndEpoch;

    public QuorumPeer(IServerCore core, ZooKeeperConfig config, ILoggerFactory loggers, TimeProvider time, PauseGate gate)
    {
        (this.core, this.config, this.time, this.gate) = (core, config, time, gate);
        logger = loggers.CreateLogger("ZooKeeper.Server.Quorum");
        zero = time.GetTimestamp();
        self = config.Servers[config.MyId];
        var tick = TimeSpan.FromMilliseconds(config.TickTime);
        settings = new QuorumSettings
        {
            Self = config.MyId,
            Voters = [.. config.Servers.Values.Where(s => !s.IsObserver).Select(s => s.Id).Order()],
            Tick = tick,
            InitLimit = config.InitLimit,
            SyncLimit = config.SyncLimit,
            Config = string.Concat(config.Servers.Values.OrderBy(s => s.Id).Select(s => $"server.{s.Id}={s}\n")),
        };
        node = new QuorumNode(settings, new ServerReplica(core, this), time.GetUtcNow());
        election = new ElectionNetwork(self, config.Servers, config.ConnectionTimeout, $"{settings.Config}version=0", core.Loop, gate, time, logger)
        {
            Received = message => Do(() => node.Notified(message, Now)),
        };
        learners = new LearnerConnections(self.Id, core.Loop, gate, logger)
        {
            Connected = connection => Do(() => node.LearnerConnected(connection, Now)),
            Received = (connection, packet) => Do(() => Checked(connection, () => node.LearnerSent(connection, packet, Now))),
            Closed = connection => Do(() => node.LearnerClosed(connection, Now)),
        };
        disk = new DiskWork(core);
        timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>This server's elections, newest first. Any thread.</summary>
    public IReadOnlyList<ElectionTrace> Elections => node.Election.Traces;

    public long? LeaderId => Volatile.Read(ref leaderAndEpoch)?.Item1;

    public long? Epoch => Volatile.Read(ref leaderAndEpoch)?.Item2;

    public string? LeaderAddress => LeaderId is { } id && config.Servers.TryGetValue(id, out var server) ? $"{server.Host}:{server.QuorumPort}" : null;

    public int Outstanding => node.Leader?.Outstanding ?? node.Learner?.Outstanding ?? 0;

    TimeSpan Now => time.GetElapsedTime(zero);

    /// <summary>Listens for the other servers and begins to look for a leader. The log is loaded already.</summary>
    /// <exception cref="IOException">A port is taken or the host of this server's line is not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            var address = await Sockets.ListenAddressAsync(self, config.QuorumListenOnAllIPs, cancellation).ConfigureAwait(false);
            Listen("election", new IPEndPoint(address, self.ElectionPort), election.Listen);
            Listen("quorum", new IPEndPoint(address, self.QuorumPort), learners.Listen);
        }
        catch
        {
            await CloseAsync(abort: false).ConfigureAwait(false);
            throw;
        }

        await core.Loop.PostAsync(() =>
        {
            core.Store.Durable = zxid => Do(() => node.Durable(zxid, Now));
            BeginEpochs();
            Do(node.Start);
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Closes everything towards the other servers. They notice and elect a new leader if this one led.</summary>
    public Task StopAsync() => EndAsync(abort: false);

    /// <summary>Drops everything towards the other servers, as the end of a process does.</summary>
    public void Kill() => _ = EndAsync(abort: true);

    public void Submit(Request request) => Do(() => node.Submit(request, Now));

    public void Revalidate(long sessionId, int timeout, Action<bool> answer) => Do(() => node.Revalidate(sessionId, timeout, answer, Now));

    /// <summary>Not used: learners have to know before they serve, so the store tells this object itself.</summary>
    public void Durable(long zxid)
    {
    }

    public IEnumerable<KeyValuePair<string, object>> Monitor()
    {
        if (node.Leader is { } leading)
        {
            yield return new("learners", leading.Learners.Count);
            yield return new("synced_followers", leading.Learners.Count(l => l is { Stage: LearnerStage.Active, IsObserver: false }));
            yield return new("synced_non_voting_followers", 0);
            yield return new("synced_observers", leading.Learners.Count(l => l is { Stage: LearnerStage.Active, IsObserver: true }));
            yield return new("pending_syncs", leading.PendingSyncs);
            yield return new("quorum_size", settings.Voters.Count);
        }
    }

    /// <summary>
    /// The epochs of a log without epoch files (an old server's, or an empty one) are that of its end, from now on in files: what a leader sends later must not change them.
    /// </summary>
    void BeginEpochs()
    {
        var epoch = Zxids.Epoch(core.Store.LastLoggedZxid);
        core.Store.AcceptedEpoch = core.Store.AcceptedEpoch < 0 ? epoch : core.Store.AcceptedEpoch;
        core.Store.CurrentEpoch = core.Store.CurrentEpoch < 0 ? epoch : core.Store.CurrentEpoch;
    }

    static void Listen(string what, IPEndPoint address, Action<IPEndPoint> listen)
    {
        try
        {
            listen(address);
        }
        catch (SocketException e)
        {
            throw new IOException($"The {what} port {address} can't be opened: {e.Message}", e);
        }
    }

    /// <summary>Runs one input on the node and does what it wants done; an input that comes up meanwhile waits for its turn.</summary>
    void Do(Func<IReadOnlyList<QuorumEffect>> input)
    {
        inputs.Enqueue(input);
        if (running)
        {
            return;
        }

        running = true;
        try
        {
            while (!ended && inputs.TryDequeue(out var next))
            {
                foreach (var effect in next())
                {
                    Carry(effect);
                }
            }
        }
        finally
        {
            running = false;
        }

        Publish();
        Arm();
    }

    /// <summary>A learner that sends nonsense loses its connection, nothing else.</summary>
    IReadOnlyList<QuorumEffect> Checked(int connection, Func<IReadOnlyList<QuorumEffect>> input)
    {
        try
        {
            return input();
        }
        catch (WireFormatException e)
        {
            learners.Close(connection, e.Message);
            return node.LearnerClosed(connection, Now);
        }
    }

    void Carry(QuorumEffect effect)
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
                learners.SendSnapshot(connection, zxid, (SnapshotImage)snapshot);
                break;
            case QuorumEffect.CloseLearner(var connection, var reason):
                learners.Close(connection, reason);
                break;
            case QuorumEffect.ConnectToLeader(var id, var term):
                Connect(id, term);
                break;
            case QuorumEffect.DisconnectFromLeader:
                leader?.Close(abort: false);
                leader = null;
                break;
            case QuorumEffect.Recover(var term):
                disk.Recover(() => Do(() => node.Recovered(term, Now)));
                break;
            case QuorumEffect.Truncate(var zxid, var term):
                disk.Truncate(zxid, () => Do(() => node.Installed(term, Now)));
                break;
            case QuorumEffect.Install(var zxid, var snapshot, var term):
                disk.Install(zxid, (RestoredState?)snapshot ?? new RestoredState(new DataTree(), []), () => Do(() => node.Installed(term, Now)));
                break;
            case QuorumEffect.ReadHistory(var connection, var from, var to):
                disk.ReadHistory(from, to, log => Do(() => node.HistoryRead(connection, to, log, Now)));
                break;
            case QuorumEffect.Log(var text):
                QuorumLog.Step(logger, self.Id, text);
                break;
        }
    }

    void Connect(long id, int term)
    {
        leader?.Close(abort: false);
        leader = new LeaderConnection(self.Id, config.Servers[id], settings.InitTimeout, core.Loop, gate, time, logger)
        {
            Connected = () => Do(() => node.LeaderConnected(term, Now)),
            Received = (packet, state) => Do(() => CheckedLeader(term, () => node.LeaderSent(term, packet, state, Now))),
            Closed = reason => Do(() => node.LeaderClosed(term, reason, Now)),
        };
        leader.Open();
    }

    IReadOnlyList<QuorumEffect> CheckedLeader(int term, Func<IReadOnlyList<QuorumEffect>> input)
    {
        try
        {
            return input();
        }
        catch (WireFormatException e)
        {
            return node.LeaderClosed(term, e.Message, Now);
        }
    }

    void Publish()
    {
        var (id, epoch) = (node.Leader is { IsServing: true } l ? self.Id : node.Learner is { Phase: LearningPhase.Following } f ? f.Leader : -1, node.Leader?.Epoch ?? node.Learner?.Epoch ?? -1);
        if (id < 0)
        {
            Volatile.Write(ref leaderAndEpoch, null);
        }
        else if (leaderAndEpoch is null || leaderAndEpoch.Item1 != id || leaderAndEpoch.Item2 != epoch)
        {
            Volatile.Write(ref leaderAndEpoch, Tuple.Create(id, epoch));
        }

        if (id >= 0)
        {
            search.End();
        }
        else if (search.Tell(Now) is { } waited)
        {
            QuorumLog.NoLeader(logger, self.Id, waited.TotalSeconds, settings.Majority, settings.Voters.Count, string.Join("; ", election.Unreached.DefaultIfEmpty("none")));
        }
    }

    void Arm()
    {
        var deadline = ended ? null : node.Deadline;
        if (deadline is { } at && (armed is null || at < armed || armed <= Now))
        {
            armed = at;
            var wait = at - Now;
            timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    void OnTimer() => _ = core.Loop.PostAsync(() =>
    {
        armed = null;
        Do(() => node.Tick(Now));
    }).AsTask();

    async Task EndAsync(bool abort)
    {
        var closing = Task.CompletedTask;
        try
        {
            await core.Loop.RunAsync(() => { closing = CloseAsync(abort); }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the loop has ended: nobody else touches what it owned
            closing = CloseAsync(abort);
        }

        await closing.ConfigureAwait(false);
    }

    async Task CloseAsync(bool abort)
    {
        // all of it begins here, on the loop; only the waiting goes on elsewhere
        ended = true;
        leader?.Close(abort);
        leader = null;
        var closing = Task.WhenAll(learners.CloseAsync(abort), election.CloseAsync(abort), timer.DisposeAsync().AsTask());
        await closing.ConfigureAwait(false);
    }
}
