using System.Text;
using Microsoft.Extensions.Logging;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Preparation;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Statistics;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Serving;

/// <summary>
/// A server's state: tree, sessions, outstanding changes, and the connections of its clients. Owned by <see cref="Loop"/>.
/// </summary>
sealed class ServerCore : IServerCore
{
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly Action<string, Exception?> fail;
    readonly PrepProcessor prep;
    Dictionary<long, int> sessionTimeouts = [];
    string? configText;
    long quotaReportedAt;

    public ServerCore(
        ServerLoop loop,
        ZooKeeperConfig config,
        ITransactionStore store,
        TimeProvider time,
        ILogger logger,
        Action<string, Exception?> fail)
    {
        Loop = loop;
        Config = config;
        Store = store;
        this.time = time;
        this.logger = logger;
        this.fail = fail;
        prep = new PrepProcessor
        {
            TtlNodesEnabled = config.ExtendedTypesEnabled,
            DigestEnabled = config.DigestAuthenticationEnabled,
            EnforceQuota = config.EnforceQuota,
            QuotaExceeded = ReportQuota,
            Unexpected = (request, e) => ServingLog.RequestFailed(logger, request.ToString(), e),
        };
        Sessions = new LearnerSessionTracker();
        Clients = new ClientTable(this, new SessionIds(config.MyId, time.GetUtcNow().ToUnixTimeMilliseconds()), time, logger);
    }

    public ServerLoop Loop { get; }

    public ZooKeeperConfig Config { get; }

    public ITransactionStore Store { get; }

    public DataTree Tree { get; private set; } = new();

    public ISessionTracker Sessions { get; private set; }

    public CommittedLog Committed { get; } = new();

    public ServerState State { get; private set; } = ServerState.Looking;

    /// <summary>When the state became what it is, as <see cref="Milliseconds"/>.</summary>
    public long StateSince { get; private set; }

    public ClientTable Clients { get; }

    public ServerStatistics Statistics { get; } = new();

    /// <summary>Null while nothing is served.</summary>
    public IReplicator? Replicator { get; private set; }

    /// <summary>Called after each change of <see cref="State"/>, on the loop.</summary>
    public Action<ServerState>? StateChanged { get; set; }

    public bool IsServing => Replicator is not null;

    public long LastProcessedZxid => Tree.LastProcessedZxid;

    public long LastProposedZxid { get => prep.LastZxid; set => prep.LastZxid = value; }

    /// <summary>Session id and timeout of every open session.</summary>
    public IReadOnlyDictionary<long, int> SessionTimeouts => sessionTimeouts;

    /// <summary>Changes proposed and not applied, on a leader or alone.</summary>
    public int OutstandingChanges => prep.Outstanding;

    /// <summary>Sizes of the transactions prepared here.</summary>
    public SizeStatistics Proposals { get; } = new();

    public Proposal Prepare(Request request)
    {
        var proposal = prep.Prepare(request, Tree, Sessions, time.GetUtcNow().ToUnixTimeMilliseconds());
        Proposals.Add(proposal.Serialized.Length);
        return proposal;
    }

    public void Commit(Proposal proposal)
    {
        TxnResult result;
        try
        {
            result = Apply(proposal);
        }
        catch (Exception e)
        {
            // half of it may be in the tree: this server would differ from the others
            throw new NodeFailedException($"transaction 0x{proposal.Zxid:x} could not be applied", e);
        }

        // from here on checks see the change in the tree
        prep.Applied(proposal.Zxid);
        Committed.Add(proposal);
        Statistics.Commits++;
        // after Apply, which fired the watches: a client that watches what it changes itself gets the event before the reply
        Clients.Committed(proposal.Header, result);
        if (Store.SnapshotDue)
        {
            Statistics.Snapshots++;
            // serialized here, where nothing changes; written elsewhere
            _ = Store.SaveSnapshotAsync(TakeSnapshot());
        }
    }

    TxnResult Apply(Proposal proposal)
    {
        var result = Tree.Apply(proposal.Header, proposal.Txn);
        TransactionStore.ReplaySession(sessionTimeouts, proposal);
        var session = proposal.Header.ClientId;
        if (proposal.Txn is CreateSessionTxn open)
        {
            Sessions.Add(session, open.TimeOut);
        }
        else if (proposal.Header.Type == (int)OpCode.CloseSession)
        {
            Sessions.Remove(session);
        }

        return result;
    }

    public void CompleteSync(long sessionId, int cxid) => Clients.Complete(sessionId, cxid, new TxnResult(OpCode.Sync, ZooKeeperError.Ok));

    public void StartServing(IReplicator replicator, ServerState state)
    {
        prep.Clear();
        if (state is ServerState.Leading or ServerState.Standalone)
        {
            Sessions = new SessionTracker(Milliseconds);
            // a new leader has set it to the start of its epoch already, which is above all that it applied; alone the epoch goes on
            LastProposedZxid = Math.Max(LastProposedZxid, LastProcessedZxid);
        }
        else
        {
            Sessions = new LearnerSessionTracker();
        }

        foreach (var (id, timeout) in sessionTimeouts)
        {
            Sessions.Add(id, timeout);
        }

        // a follower reports with its pings only sessions whose clients it has heard from
        Sessions.TakeTouched();
        Replicator = replicator;
        SetState(state);
    }

    public void StopServing(string reason)
    {
        if (Replicator is not null)
        {
            ServingLog.NotServing(logger, reason);
        }

        Replicator = null;
        prep.Clear();
        Clients.CloseAll(reason);
        SetState(ServerState.Looking);
    }

    public void Adopt(RestoredState state)
    {
        Tree = state.Tree;
        sessionTimeouts = state.Sessions;
        // the proposals kept so far are of a history that may have been cut off (TRUNC): none may go into the DIFF of a learner
        Committed.Clear();
        foreach (var proposal in state.Recent.Proposals)
        {
            Committed.Add(proposal);
        }

        prep.Clear();
        prep.LastZxid = Tree.LastProcessedZxid;
        // the snapshot of another server brings its own text of /zookeeper/config
        if (configText is not null)
        {
            SetConfigNode(configText);
        }
    }

    public void ReplayLog()
    {
        foreach (var proposal in Store.ReadFrom(LastProcessedZxid + 1))
        {
            Tree.Apply(proposal.Header, proposal.Txn);
            TransactionStore.ReplaySession(sessionTimeouts, proposal);
            Committed.Add(proposal);
        }
    }

    public SnapshotImage TakeSnapshot() => SnapshotCodec.Write(Tree, sessionTimeouts);

    public void SetConfigNode(string text)
    {
        configText = text;
        Tree.SetConfig(Encoding.UTF8.GetBytes(text), time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    public void Fail(string reason, Exception? cause = null) => fail(reason, cause);

    /// <summary>Closes the sessions whose time is over. Leader or alone.</summary>
    public void ExpireSessions()
    {
        if (Sessions is not SessionTracker tracker || Replicator is not { } replicator)
        {
            return;
        }

        foreach (var (session, timeout) in tracker.TakeExpired())
        {
            Statistics.SessionsExpired++;
            ServingLog.SessionExpired(logger, session, timeout);
            // without an owner: the check of who owns the session is for clients
            replicator.Submit(new Request { SessionId = session, Cxid = 0, Type = OpCode.CloseSession, Owner = null });
        }
    }

    /// <summary>ms of a clock that only goes forward.</summary>
    public long Milliseconds() => (long)(time.GetTimestamp() / (double)time.TimestampFrequency * 1000);

    /// <summary>At most once a second: a client that keeps on writing must not fill the log.</summary>
    void ReportQuota(string text, long now)
    {
        if (now - quotaReportedAt >= 1000)
        {
            quotaReportedAt = now;
            ServingLog.QuotaExceeded(logger, text);
        }
    }

    void SetState(ServerState state)
    {
        State = state;
        StateSince = Milliseconds();
        StateChanged?.Invoke(state);
    }
}
