using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// A member of an ensemble: puts the node, what runs it and the world around it together, and is the replicator of this server's clients
/// for all its terms.
/// </summary>
sealed class QuorumPeer : IReplicator
{
    readonly IServerCore core;
    readonly ZooKeeperConfig config;
    readonly ILogger logger;
    readonly QuorumSettings settings;
    readonly QuorumNode node;
    readonly NodeRunner runner;
    readonly QuorumWorld world;
    readonly LongWait search = new();

    /// <param name="core">This server.</param>
    /// <param name="config">Its configuration, which names the ensemble.</param>
    /// <param name="loggers">For what it logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gate">Closed while the node is paused.</param>
    /// <param name="electionChanged">Called after each step of an election, on the loop; must not block.</param>
    public QuorumPeer(
        IServerCore core,
        ZooKeeperConfig config,
        ILoggerFactory loggers,
        TimeProvider time,
        PauseGate gate,
        Action? electionChanged = null)
    {
        (this.core, this.config) = (core, config);
        logger = loggers.CreateLogger("ZooKeeper.Server.Quorum");
        settings = QuorumSettings.Of(config);
        node = new QuorumNode(settings, new ServerReplica(core, this), time.GetUtcNow());
        runner = new NodeRunner(node, core.Loop, time);
        world = new QuorumWorld(core, config, settings, node, runner, time, gate, logger);
        Status = new QuorumStatus(node, settings, config.Servers) { ElectionChanged = electionChanged };
        runner.Carry = world.Carry;
        runner.Settled = OnSettled;
    }

    public QuorumStatus Status { get; }

    public int Outstanding => node.Leader?.Outstanding ?? node.Learner?.Outstanding ?? 0;

    /// <summary>Listens for the other servers and begins to look for a leader. The log is loaded already.</summary>
    /// <exception cref="IOException">A port is taken or the host of this server's line is not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var self = config.Servers[settings.Self];
            world.Listen(await self.ListenAddressAsync(config.QuorumListenOnAllIPs, cancellationToken).ConfigureAwait(false), self);
        }
        catch
        {
            await CloseAsync(abort: false).ConfigureAwait(false);
            throw;
        }

        await core.Loop.PostAsync(() =>
        {
            BeginEpochs();
            runner.Do(node.Start);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes everything towards the other servers. They notice and elect a new leader if this one led.</summary>
    public Task StopAsync() => EndAsync(abort: false);

    /// <summary>Drops everything towards the other servers, as the end of a process does.</summary>
    public void Kill() => _ = EndAsync(abort: true);

    public void Submit(Request request) => runner.Do(() => node.Submit(request, runner.Now));

    public void Revalidate(long sessionId, int timeout, Action<bool> answer) =>
        runner.Do(() => node.Revalidate(sessionId, timeout, answer));

    public void Durable(long zxid) => runner.Do(() => node.Durable(zxid));

    public IEnumerable<KeyValuePair<string, object>> Monitor() => Status.Monitor();

    /// <summary>
    /// The epochs of a log without epoch files (an old server's, or an empty one) are that of its end, from now on in files: what a leader
    /// sends later must not change them.
    /// </summary>
    void BeginEpochs()
    {
        var epoch = Zxids.Epoch(core.Store.LastLoggedZxid);
        core.Store.AcceptedEpoch = core.Store.AcceptedEpoch < 0 ? epoch : core.Store.AcceptedEpoch;
        core.Store.CurrentEpoch = core.Store.CurrentEpoch < 0 ? epoch : core.Store.CurrentEpoch;
    }

    void OnSettled()
    {
        Status.Publish();
        if (Status.LeaderId is not null)
        {
            search.End();
        }
        else if (search.DueToLog(runner.Now) is { } waited)
        {
            var unreached = string.Join("; ", world.Unreached.DefaultIfEmpty("none"));
            QuorumLog.NoLeader(logger, settings.Self, waited.TotalSeconds, settings.Majority, settings.Voters.Count, unreached);
        }
    }

    async Task EndAsync(bool abort)
    {
        var closing = Task.CompletedTask;
        try
        {
            await core.Loop.RunAsync(() => { closing = CloseAsync(abort); }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the loop has ended: nothing else touches what it owned
            closing = CloseAsync(abort);
        }

        await closing.ConfigureAwait(false);
    }

    Task CloseAsync(bool abort)
    {
        runner.End();
        return world.CloseAsync(abort);
    }
}
