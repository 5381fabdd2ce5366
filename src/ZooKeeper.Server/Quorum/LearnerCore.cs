using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>How far a learner has come with its leader.</summary>
enum LearningPhase
{
    /// <summary>The connection is being made.</summary>
    Connecting,

    /// <summary>FOLLOWERINFO was sent; LEADERINFO has not come.</summary>
    Discovery,

    /// <summary>The epoch is accepted; DIFF, TRUNC or SNAP has not come.</summary>
    AwaitsSync,

    /// <summary>The disk is truncating or storing a snapshot; packets wait.</summary>
    Installing,

    /// <summary>Takes history until NEWLEADER and UPTODATE.</summary>
    Synchronizing,

    /// <summary>Serves.</summary>
    Following,
}

/// <summary>
/// One term of following or observing, as a state machine without sockets, clock or threads: registers with the leader, is brought to its
/// history, then logs and acknowledges proposals and applies commits. Owned by the server's loop. Ends itself when leader or order can't be
/// trusted: see <see cref="Over"/>. Rules and packets are those of Apache ZooKeeper 3.9.
/// </summary>
/// <param name="settings">The ensemble.</param>
/// <param name="replica">This server's log and state; everything in the log is applied.</param>
/// <param name="effects">Where this state machine leaves what is to be done.</param>
/// <param name="leader">Server id of the leader.</param>
/// <param name="term">Given back with the results of slow work.</param>
/// <param name="fromScratch">This server could not be cut to an earlier leader's history: it claims to have none, and so gets a
/// snapshot.</param>
/// <param name="now">Monotonic time.</param>
sealed partial class LearnerCore(
    QuorumSettings settings, IReplica replica, List<QuorumEffect> effects, long leader, int term, bool fromScratch, TimeSpan now)
{
    readonly Queue<Proposal> pending = new();
    readonly Queue<long> unacknowledged = new();
    readonly Queue<QuorumPacket> waiting = new();
    readonly Queue<Request> syncs = new();
    readonly Dictionary<long, List<Action<bool>>> revalidations = [];
    TimeSpan heardAt = now;
    long durable;
    long installing;
    bool newLeaderReceived;
    bool newLeaderAcknowledged;

    public long Leader { get; } = leader;

    public LearningPhase Phase { get; private set; }

    /// <summary>The leader's epoch from LEADERINFO; -1 before.</summary>
    public long Epoch { get; private set; } = -1;

    /// <summary>Why this term has ended; null while it goes on.</summary>
    public string? Over { get; private set; }

    /// <summary>Log and state do not end where the leader said: only a snapshot helps.</summary>
    public bool NeedsSnapshot { get; private set; }

    /// <summary>A moment behind the patience, which must be exceeded.</summary>
    public TimeSpan Deadline => heardAt + Patience + TimeSpan.FromMilliseconds(1);

    public int Outstanding => pending.Count;

    /// <summary>While it synchronises a learner waits longer than when it serves.</summary>
    TimeSpan Patience => newLeaderAcknowledged ? settings.SyncTimeout : settings.InitTimeout;

    public void Connected(TimeSpan now)
    {
        heardAt = now;
        Phase = LearningPhase.Discovery;
        Send(Packets.LearnerInfo(settings.Self, settings.IsObserver, replica.AcceptedEpoch, configVersion: 0));
    }

    /// <summary>The leader is silent for too long.</summary>
    public void Tick(TimeSpan now)
    {
        if (now - heardAt > Patience)
        {
            End($"nothing heard of the leader for {Patience.TotalSeconds:0.#} s in phase {Phase}");
        }
    }

    /// <summary>
    /// Gives up following. Questions about sessions stay unanswered: the answer is not known, and "no" would make a client believe that its
    /// session has expired. Their connections are closed with all others.
    /// </summary>
    public void End(string reason)
    {
        Over ??= reason;
        revalidations.Clear();
    }

    /// <summary>
    /// A packet of the leader. The state that follows a SNAP waits where it was received, for <see cref="QuorumEffect.InstallSnapshot"/>.
    /// </summary>
    /// <exception cref="Wire.WireFormatException">Its data does not hold what its type promises.</exception>
    public void Receive(QuorumPacket packet, TimeSpan now)
    {
        heardAt = now;
        if (Over is not null)
        {
            return;
        }

        switch (Phase)
        {
            case LearningPhase.Discovery:
                AcceptEpoch(packet);
                break;
            case LearningPhase.AwaitsSync:
                BeginSync(packet);
                break;
            case LearningPhase.Installing:
                waiting.Enqueue(packet);
                break;
            default:
                Take(packet);
                break;
        }
    }

    /// <summary>The log was cut, or the snapshot is on disk and in memory.</summary>
    public void Installed(TimeSpan now)
    {
        // nothing was read while the disk worked: that silence is not the leader's
        heardAt = now;
        Phase = LearningPhase.Synchronizing;
        durable = replica.LastLoggedZxid;
        if (durable != installing)
        {
            NeedsSnapshot = true;
            End($"the log ends at 0x{durable:x} and not at 0x{installing:x}, as the leader wants it");
        }

        while (Over is null && waiting.TryDequeue(out var packet))
        {
            Take(packet);
        }
    }

    void AcceptEpoch(QuorumPacket packet)
    {
        if (packet.Kind() != PacketType.LeaderInfo)
        {
            End($"{packet.Kind()} came where LEADERINFO was due");
            return;
        }

        var epoch = Zxids.Epoch(packet.Zxid);
        if (epoch < replica.AcceptedEpoch)
        {
            End($"the leader's epoch {epoch} is below {replica.AcceptedEpoch}, which this server has accepted");
            return;
        }

        // an epoch that was accepted before (perhaps of another leader) is not acknowledged again: -1 does not count
        var answer = epoch == replica.AcceptedEpoch ? -1 : replica.CurrentEpoch;
        if (epoch > replica.AcceptedEpoch)
        {
            // durable before ACKEPOCH: after a crash this server must not promise an older epoch to another leader
            replica.AcceptedEpoch = epoch;
        }

        Epoch = epoch;
        Phase = LearningPhase.AwaitsSync;
        Send(Packets.AckEpoch(fromScratch ? 0 : replica.LastLoggedZxid, answer));
    }

    void BeginSync(QuorumPacket packet)
    {
        effects.Add(new QuorumEffect.Log(
            $"leader {Leader} sends {packet.Kind()} 0x{packet.Zxid:x}; the log ends at 0x{replica.LastLoggedZxid:x}"));
        // the log was flushed before the election began: what it holds is durable
        durable = replica.LastLoggedZxid;
        installing = packet.Zxid;
        switch (packet.Kind())
        {
            case PacketType.Diff when fromScratch:
                // the leader has no history either, or sends all of it
                Phase = LearningPhase.Installing;
                effects.Add(new QuorumEffect.InstallNothing(term));
                installing = 0;
                break;
            case PacketType.Diff:
                Phase = LearningPhase.Synchronizing;
                break;
            case PacketType.Trunc:
                Phase = LearningPhase.Installing;
                effects.Add(new QuorumEffect.Truncate(packet.Zxid, term));
                break;
            case PacketType.Snap:
                Phase = LearningPhase.Installing;
                effects.Add(new QuorumEffect.InstallSnapshot(packet.Zxid, term));
                break;
            default:
                End($"{packet.Kind()} came where DIFF, TRUNC or SNAP was due");
                break;
        }
    }

    void Send(QuorumPacket packet) => effects.Add(new QuorumEffect.SendToLeader(packet));
}
