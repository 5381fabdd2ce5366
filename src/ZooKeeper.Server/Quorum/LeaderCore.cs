using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// One term of leading, as a state machine without sockets, clock or threads: discovery (a majority connects and accepts a new epoch),
/// synchronisation (a majority has this leader's history on disk: NEWLEADER), then broadcast (log, propose, commit at a majority). Owned by
/// the server's loop. Ends itself when it cannot go on: see <see cref="Over"/>. Rules and packets are those of Apache ZooKeeper 3.9 (Zab
/// 1.0).
/// </summary>
sealed partial class LeaderCore
{
    readonly QuorumSettings settings;
    readonly IReplica replica;
    readonly List<QuorumEffect> effects;
    readonly Dictionary<int, LearnerHandle> learners = [];
    readonly Broadcast broadcast;
    readonly SortedDictionary<long, List<(LearnerHandle? Learner, Request Request)>> pendingSyncs = [];
    readonly TimeSpan startedAt;
    readonly long ownEpoch;
    readonly long ownZxid;

    // voters as bits, itself included: that have connected, have accepted the epoch, have acknowledged NEWLEADER
    ulong connected;
    ulong accepted;
    ulong synchronized;
    TimeSpan nextPing;
    bool skipCheck = true;

    /// <param name="settings">The ensemble.</param>
    /// <param name="replica">This server's log and state; everything in the log is applied.</param>
    /// <param name="effects">Where this state machine leaves what is to be done.</param>
    /// <param name="now">Monotonic time.</param>
    public LeaderCore(QuorumSettings settings, IReplica replica, List<QuorumEffect> effects, TimeSpan now)
    {
        this.settings = settings;
        this.replica = replica;
        this.effects = effects;
        broadcast = new Broadcast(settings);
        startedAt = now;
        nextPing = now + settings.Tick / 2;

        // as they were at the start: the epoch and the log change while learners still report theirs, which are compared with these
        ownEpoch = replica.CurrentEpoch;
        ownZxid = replica.LastLoggedZxid;
    }

    /// <summary>This server is the first of the majority.</summary>
    public void Start()
    {
        Join(settings.Self, replica.AcceptedEpoch);
        Accept(settings.Self, ownEpoch, ownZxid);
    }

    /// <summary>The new epoch once a majority has connected; -1 before.</summary>
    public long Epoch { get; private set; } = -1;

    /// <summary>A majority has acknowledged NEWLEADER: this leader's history is committed, and clients are served.</summary>
    public bool IsServing { get; private set; }

    /// <summary>Why this term has ended; null while it goes on.</summary>
    public string? Over { get; private set; }

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public TimeSpan Deadline => nextPing;

    public int Outstanding => broadcast.Count;

    public int PendingSyncs => pendingSyncs.Sum(s => s.Value.Count);

    public IReadOnlyCollection<LearnerHandle> Learners => learners.Values;

    bool EpochKnown => Epoch >= 0;

    // as Apache: this server has to be one of the majority
    bool EpochAccepted => settings.IsMajority(accepted) && (accepted & settings.Bit(settings.Self)) != 0;

    long EpochStart => Zxids.Make(Epoch, 0);

    public void Connected(int connection, TimeSpan now) => learners[connection] = new LearnerHandle(connection, now);

    public void Closed(int connection) => learners.Remove(connection);

    /// <summary>A packet of a learner. One that does not fit ends its connection, nothing else.</summary>
    /// <exception cref="Wire.WireFormatException">Its data does not hold what its type promises.</exception>
    public void Receive(int connection, QuorumPacket packet, TimeSpan now)
    {
        if (!learners.TryGetValue(connection, out var learner))
        {
            return;
        }

        learner.HeardAt = now;
        switch ((learner.Stage, packet.Kind()))
        {
            case (LearnerStage.Connected, PacketType.FollowerInfo or PacketType.ObserverInfo):
                Introduce(learner, packet);
                break;
            case (LearnerStage.Accepting, PacketType.AckEpoch):
                learner.LastZxid = packet.Zxid;
                learner.Stage = LearnerStage.AwaitsMajority;
                AcceptEpoch(learner, Packets.ReadAckEpoch(packet));
                break;
            case (LearnerStage.Synchronizing, PacketType.Ack):
                Synchronized(learner, packet.Zxid);
                break;
            case (LearnerStage.AwaitsService or LearnerStage.Active, _):
                Serve(learner, packet, now);
                break;
            default:
                Drop(learner, $"{packet.Kind()} does not fit the stage {learner.Stage}");
                break;
        }
    }

    /// <summary>A client of this server, or the server itself, wants to write, or to sync.</summary>
    public void Submit(Request request, TimeSpan now) => Submit(null, request, now);

    /// <summary>Everything up to <paramref name="zxid"/> is on this server's disk.</summary>
    public void Durable(long zxid)
    {
        if (Over is null)
        {
            broadcast.AckUpTo(settings.Self, zxid);
            CommitWhatCan();
        }
    }

    /// <summary>Half a tick passed: ping the learners; every other time make sure that a majority is still connected.</summary>
    public void Tick(TimeSpan now)
    {
        if (Over is not null || now < nextPing)
        {
            return;
        }

        // pings twice a tick, as Apache: the majority is checked once a tick, so that each learner had two chances to answer
        nextPing = now + settings.Tick / 2;
        skipCheck = !skipCheck;
        if (!IsServing)
        {
            if (now - startedAt > settings.InitTimeout)
            {
                End($"no majority within {settings.InitTimeout.TotalSeconds:0.#} s: connected {Names(connected)}, "
                    + $"accepted {Names(accepted)}, synchronized {Names(synchronized)}");
                return;
            }
        }
        else if (skipCheck && CheckMajority(now))
        {
            return;
        }

        foreach (var learner in learners.Values.ToList())
        {
            Ping(learner, now);
        }
    }

    /// <summary>Gives up leading.</summary>
    public void End(string reason) => Over ??= reason; // the first one is the cause

    /// <summary>A learner that serves is pinged and has to answer; one that is still synchronising has to come on.</summary>
    void Ping(LearnerHandle learner, TimeSpan now)
    {
        var isSynchronized = learner.Stage >= LearnerStage.AwaitsService;
        var patience = isSynchronized ? settings.SyncTimeout : settings.InitTimeout;
        if (now - learner.AwaitsAckSince > settings.SyncTimeout && isSynchronized)
        {
            Drop(learner, "a proposal was not acknowledged in time");
        }
        else if (now - learner.HeardAt > patience)
        {
            Drop(learner, $"silent for {patience.TotalSeconds:0.#} s in stage {learner.Stage}");
        }
        // not before: Apache's learners do not expect a PING while they synchronise
        else if (isSynchronized)
        {
            Send(learner, Packets.Of(PacketType.Ping, replica.LastProposedZxid));
        }
    }

    bool CheckMajority(TimeSpan now)
    {
        var alive = settings.Bit(settings.Self);
        foreach (var learner in learners.Values.Where(l => now - l.HeardAt <= settings.SyncTimeout))
        {
            // before FOLLOWERINFO its server id is not known
            alive |= learner.Stage == LearnerStage.Connected ? 0 : settings.Bit(learner.Server);
        }

        if (!settings.IsMajority(alive))
        {
            End($"lost the majority: only {Names(alive)} are here");
        }

        return Over is not null;
    }

    void Drop(LearnerHandle learner, string reason)
    {
        learners.Remove(learner.Connection);
        effects.Add(new QuorumEffect.CloseLearner(learner.Connection, reason));
    }

    void Send(LearnerHandle learner, QuorumPacket packet)
    {
        if (learner.Held is { } held)
        {
            held.Add(packet);
        }
        else
        {
            effects.Add(new QuorumEffect.SendToLearner(learner.Connection, packet));
        }
    }

    string Names(ulong set) => $"[{string.Join(", ", settings.Voters.Where(v => (set & settings.Bit(v)) != 0))}]";
}
