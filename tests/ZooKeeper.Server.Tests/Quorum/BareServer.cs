using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Files;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Preparation;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>
/// A member of an ensemble with a real log, tree and quorum, and no clients: tests of the quorum write through it and look into its tree.
/// </summary>
sealed class BareServer : IServerCore, IAsyncDisposable
{
    readonly PauseGate gate = new();
    readonly PrepProcessor prep = new();
    readonly TransactionStore store;
    readonly Dictionary<int, TaskCompletionSource<ZooKeeperError>> waiting = [];
    IReplicator? replicator;
    long session;
    int operation;

    public BareServer(ZooKeeperConfig config, ILoggerFactory loggers)
    {
        Config = config;
        Loop = new ServerLoop(gate, e => Failure = e);
        Loop.Start();
        store = new TransactionStore(
            new StoreFiles(config.DataDir, config.DataLogDir), Disk.Instance, new StoreOptions(), gate, TimeProvider.System,
            item => Loop.PostAsync(item), e => Failure = e, loggers.CreateLogger("store"));
        Peer = new QuorumPeer(this, config, loggers, TimeProvider.System, gate);
        store.Durable = Peer.Durable;
    }

    public QuorumPeer Peer { get; }

    public Exception? Failure { get; private set; }

    public ServerLoop Loop { get; }

    public ZooKeeperConfig Config { get; }

    public ITransactionStore Store => store;

    public DataTree Tree { get; private set; } = new();

    public ISessionTracker Sessions { get; private set; } = new SessionTracker(() => Environment.TickCount64);

    public CommittedLog Committed { get; } = new();

    public ServerState State { get; private set; } = ServerState.Looking;

    public long LastProcessedZxid => Tree.LastProcessedZxid;

    public long LastProposedZxid { get => prep.LastZxid; set => prep.LastZxid = value; }

    public string? ConfigNode { get; private set; }

    public List<string> Stops { get; } = [];

    public async Task StartAsync()
    {
        var state = await store.LoadAsync();
        await Loop.RunAsync(() => Adopt(state));
        await Peer.StartAsync(CancellationToken.None);
    }

    /// <summary>Writes as a client of this server would; the answer comes with the commit here.</summary>
    public async Task<ZooKeeperError> CreateAsync(string path, byte[]? data = null)
    {
        var done = new TaskCompletionSource<ZooKeeperError>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Loop.RunAsync(() =>
        {
            using var writer = new WireWriter();
            new CreateRequest { Path = path, Data = data ?? [], Acl = [.. Acls.Open], Flags = 0 }.Write(writer);
            if (replicator is null)
            {
                done.SetResult(ZooKeeperError.ConnectionLoss);
                return;
            }

            OpenSession(replicator);
            waiting.Add(++operation, done);
            replicator.Submit(new Request
            {
                SessionId = session,
                Cxid = operation,
                Type = OpCode.Create,
                Body = writer.WrittenSpan.ToArray(),
                Auth = [Acls.Anyone],
            });
        });
        return await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    /// <summary>Data of a node, null when there is none.</summary>
    public Task<string?> ReadAsync(string path) =>
        Loop.RunAsync(() => Tree.Find(path) is { } node ? Encoding.UTF8.GetString(node.Data ?? []) : null);

    public async Task KillAsync()
    {
        Peer.Kill();
        await store.KillAsync();
        await Loop.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.StopAsync();
        await store.DisposeAsync();
        await Loop.StopAsync();
    }

    public void Pause() => gate.Pause();

    public void Resume() => gate.Resume();

    /// <summary>Opens the one session that this server writes in while it serves.</summary>
    void OpenSession(IReplicator with)
    {
        if (session == 0)
        {
            session = Random.Shared.NextInt64();
            var timeout = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(timeout, 600_000);
            with.Submit(new Request { SessionId = session, Cxid = 0, Type = OpCode.CreateSession, Body = timeout });
        }
    }

    public Proposal Prepare(Request request) => prep.Prepare(request, Tree, Sessions, 0);

    public void Commit(Proposal proposal)
    {
        Tree.Apply(proposal.Header, proposal.Txn);
        prep.Applied(proposal.Zxid);
        Committed.Add(proposal);
        if (proposal.Txn is CreateSessionTxn open)
        {
            Sessions.Add(proposal.Header.ClientId, open.TimeOut);
        }

        if (State != ServerState.Looking && proposal.Header.ClientId == session && waiting.Remove(proposal.Header.Cxid, out var done))
        {
            done.SetResult(proposal.Txn is ErrorTxn error ? (ZooKeeperError)error.Err : ZooKeeperError.Ok);
        }
    }

    public void CompleteSync(long sessionId, int cxid)
    {
        if (waiting.Remove(cxid, out var done))
        {
            done.SetResult(ZooKeeperError.Ok);
        }
    }

    public void StartServing(IReplicator with, ServerState state)
    {
        (replicator, State) = (with, state);
        Sessions = new SessionTracker(() => Environment.TickCount64);
        session = 0;
    }

    public void StopServing(string reason)
    {
        (replicator, State) = (null, ServerState.Looking);
        Stops.Add(reason);
        prep.Clear();
        foreach (var done in waiting.Values)
        {
            done.SetResult(ZooKeeperError.ConnectionLoss);
        }

        waiting.Clear();
    }

    public void Adopt(RestoredState state) => Tree = state.Tree;

    public void ReplayLog()
    {
        foreach (var proposal in store.ReadFrom(LastProcessedZxid + 1))
        {
            Tree.Apply(proposal.Header, proposal.Txn);
        }
    }

    public SnapshotImage TakeSnapshot() => SnapshotCodec.Write(Tree, new Dictionary<long, int>());

    public void SetConfigNode(string text) => ConfigNode = text;

    public void Fail(string reason, Exception? cause = null) => Failure = cause ?? new InvalidOperationException(reason);
}
