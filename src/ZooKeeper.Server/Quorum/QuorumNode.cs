using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// One server of an ensemble, as a state machine: it looks for a leader, then leads or follows for a term, then looks again. Messages, the
/// passing of time and finished disk work go in; what is to be sent and done comes out of <see cref="Drain"/>. What only concerns one term
/// goes to <see cref="Leader"/> itself. No sockets, no clock, no threads: the server's loop owns it in the product, a simulation in tests.
/// Times are monotonic, since the node's start.
/// </summary>
sealed class QuorumNode
{
    readonly QuorumSettings settings;
    readonly IReplica replica;
    readonly List<QuorumEffect> effects = [];
    readonly Dictionary<int, Parked> parked = [];
    readonly Dictionary<long, Notification> early = [];
    readonly ElectionTimings timings;
    int term;
    bool looking;
    bool needsSnapshot;
    bool served;

    /// <summary>A learner that connected while this server was looking: it may have decided a moment earlier.</summary>
    sealed record Parked(TimeSpan Since, List<QuorumPacket> Packets);

    public QuorumNode(QuorumSettings settings, IReplica replica, DateTimeOffset wallClockAtZero, ElectionTimings? timings = null)
    {
        this.settings = settings;
        this.replica = replica;
        this.timings = timings ?? new ElectionTimings();
        Election = new FastLeaderElection(settings.Self, settings.Voters, settings.Majority, wallClockAtZero, this.timings);
    }

    public FastLeaderElection Election { get; }

    /// <summary>Null unless this server leads.</summary>
    public LeaderCore? Leader { get; private set; }

    /// <summary>Null unless this server follows or observes.</summary>
    public LearnerCore? Learner { get; private set; }

    /// <summary>Looking until an election is decided.</summary>
    public PeerState State => Leader is not null ? PeerState.Leading
        : Learner is null ? PeerState.Looking
        : settings.IsObserver ? PeerState.Observing
        : PeerState.Following;

    /// <summary>When <see cref="Tick"/> has something to do; null while it waits for the disk.</summary>
    public TimeSpan? Deadline => Leader?.Deadline ?? Learner?.Deadline ?? (looking ? Election.Deadline : null);

    /// <summary>
    /// Begins, and begins again after each term: what is in the log is made durable and applied, then the election starts.
    /// </summary>
    public void Start() => Recover();

    /// <summary>The log is on disk and applied.</summary>
    public void Recovered(int ofTerm, TimeSpan now)
    {
        if (ofTerm == term && Leader is null && Learner is null && !looking)
        {
            looking = true;
            // the end of the log, committed or not: a majority may have acknowledged it
            Do(Election.Look(replica.LastLoggedZxid, replica.CurrentEpoch, now), now);
            foreach (var message in early.Values.ToList())
            {
                Do(Election.Receive(message, now), now);
            }

            early.Clear();
        }
    }

    public void Notified(Notification message, TimeSpan now)
    {
        if (looking || Leader is not null || Learner is not null)
        {
            Do(Election.Receive(message, now), now);
        }
        else
        {
            // the next election begins in a moment, and this may be all that is heard of the sender for a while
            early[message.From] = message;
        }
    }

    public void Tick(TimeSpan now)
    {
        if (looking)
        {
            Do(Election.Tick(now), now);
            foreach (var (connection, learner) in parked.Where(p => now - p.Value.Since > settings.InitTimeout).ToList())
            {
                parked.Remove(connection);
                effects.Add(new QuorumEffect.CloseLearner(connection, "this server does not lead"));
            }
        }

        Leader?.Tick(now);
        Learner?.Tick(now);
    }

    public void LearnerConnected(int connection, TimeSpan now)
    {
        if (Leader is not null)
        {
            Leader.Connected(connection, now);
        }
        // looking, or still recovering: the term in which this server leads may begin in a moment
        else if (Learner is null)
        {
            parked[connection] = new Parked(now, []);
        }
        else
        {
            effects.Add(new QuorumEffect.CloseLearner(connection, "this server does not lead"));
        }
    }

    public void LearnerSent(int connection, QuorumPacket packet, TimeSpan now)
    {
        if (!parked.TryGetValue(connection, out var learner))
        {
            Leader?.Receive(connection, packet, now);
        }
        // FOLLOWERINFO is all that a learner sends before the leader has answered
        else if (learner.Packets.Count == 0)
        {
            learner.Packets.Add(packet);
        }
        else
        {
            parked.Remove(connection);
            effects.Add(new QuorumEffect.CloseLearner(connection, "it did not wait for an answer"));
        }
    }

    public void LearnerClosed(int connection)
    {
        parked.Remove(connection);
        Leader?.Closed(connection);
    }

    /// <summary>
    /// The learner of this very term, for what comes of its connection and of its disk work: a later one must not be given an earlier
    /// one's.
    /// </summary>
    public LearnerCore? LearnerOf(int ofTerm) => ofTerm == term ? Learner : null;

    /// <summary>Everything up to the zxid is on this server's disk.</summary>
    public void Durable(long zxid)
    {
        Leader?.Durable(zxid);
        Learner?.Durable(zxid);
    }

    public void Submit(Request request, TimeSpan now)
    {
        Leader?.Submit(request, now);
        Learner?.Submit(request);
    }

    public void Revalidate(long sessionId, int timeout, Action<bool> answer)
    {
        Learner?.Revalidate(sessionId, timeout, answer);
        if (Leader is { IsServing: true, Over: null })
        {
            answer(replica.TakeOver(sessionId, timeout, Request.LocalOwner));
        }
    }

    void Recover() => effects.Add(new QuorumEffect.Recover(++term));

    void Do(IReadOnlyList<ElectionEffect> decided, TimeSpan now)
    {
        foreach (var effect in decided)
        {
            if (effect is ElectionEffect.Send send)
            {
                effects.Add(new QuorumEffect.Notify(send.To, send.Message));
            }
            else if (effect is ElectionEffect.Decided outcome)
            {
                Begin(outcome, now);
            }
        }
    }

    void Begin(ElectionEffect.Decided outcome, TimeSpan now)
    {
        looking = false;
        effects.Add(new QuorumEffect.Log($"{outcome.State} after election round {Election.Round}: vote {outcome.Vote}"));
        if (outcome.State != PeerState.Leading)
        {
            foreach (var connection in parked.Keys)
            {
                effects.Add(new QuorumEffect.CloseLearner(connection, "this server does not lead"));
            }

            parked.Clear();
            Learner = new LearnerCore(settings, replica, effects, outcome.Vote.Leader, term, needsSnapshot, now);
            effects.Add(new QuorumEffect.ConnectToLeader(outcome.Vote.Leader, term));
            return;
        }

        Leader = new LeaderCore(settings, replica, effects, now);
        Leader.Start();
        foreach (var (connection, learner) in parked)
        {
            // with their FOLLOWERINFO, which came before this server had decided
            Leader.Connected(connection, now);
            foreach (var packet in learner.Packets)
            {
                Leader.Receive(connection, packet, now);
            }
        }

        parked.Clear();
    }

    /// <summary>To be called after each input: ends a term that is over, then hands out what is to be done, in order.</summary>
    public IReadOnlyList<QuorumEffect> Drain(TimeSpan now)
    {
        // first: a term that began to serve and ended with the same input must still stop serving
        NoteService(now);
        if ((Leader?.Over ?? Learner?.Over) is { } reason)
        {
            effects.Add(new QuorumEffect.Log($"{State} ends: {reason}"));
            if (served)
            {
                replica.StopServing(reason);
                served = false;
            }

            foreach (var learner in Leader?.Learners ?? [])
            {
                effects.Add(new QuorumEffect.CloseLearner(learner.Connection, reason));
            }

            if (Learner is not null)
            {
                needsSnapshot |= Learner.NeedsSnapshot;
                effects.Add(new QuorumEffect.DisconnectFromLeader());
            }

            // whole, not reset: nothing of one term may reach the next
            Leader = null;
            Learner = null;
            Recover();
        }

        var drained = effects.ToArray();
        effects.Clear();
        return drained;
    }

    /// <summary>Once the leader's epoch is established, this server's vote carries it.</summary>
    void NoteService(TimeSpan now)
    {
        if (!served && (Leader is { IsServing: true } || Learner is { Phase: LearningPhase.Following }))
        {
            served = true;
            // it has the history of this leader: the log that could not be cut is gone
            needsSnapshot = false;
            Election.UpdateEpoch(Leader?.Epoch ?? Learner!.Epoch, now);
        }
    }
}
