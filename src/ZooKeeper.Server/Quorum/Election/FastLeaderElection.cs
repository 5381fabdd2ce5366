using System.Collections.Immutable;

namespace ZooKeeper.Server.Quorum.Election;

/// <summary>
/// Fast leader election of one server, as a pure state machine: notifications and the passing of time go in, messages and a decision come
/// out. No sockets, no clock, no threads; the node's loop owns it. Votes are ordered by (peer epoch, zxid, server id). A server that looks
/// learns an established leader from the answers of a majority that follows it. The rules are those of Apache ZooKeeper 3.9, with which it
/// interoperates. Times are monotonic, since the node's start.
/// </summary>
sealed class FastLeaderElection
{
    readonly record struct Ballot(Vote Vote, long Round, PeerState State);

    readonly long self;
    readonly int majority;
    readonly SortedSet<long> voters;
    readonly ElectionTimings timings;
    readonly ElectionTracer tracer;
    // votes of this round, and what servers say that have settled, in whatever round; sorted, so that traces name them in order
    readonly SortedDictionary<long, Ballot> received = [];
    readonly SortedDictionary<long, Ballot> settled = [];
    readonly List<ElectionEffect> effects = [];
    Vote initial;
    Vote proposal;
    /// <summary>The round in which the vote won: answers carry it, whatever rounds were heard of since.</summary>
    long decidedRound;
    TimeSpan resendAfter;
    TimeSpan resendAt;
    TimeSpan? finalizeAt;

    /// <param name="self">This server's id.</param>
    /// <param name="voters">Ids of all servers with a vote.</param>
    /// <param name="majority">Votes that decide.</param>
    /// <param name="wallClockAtZero">The wall clock at monotonic time zero, for traces.</param>
    /// <param name="timings">Null: ZooKeeper's.</param>
    public FastLeaderElection(
        long self, IReadOnlyCollection<long> voters, int majority, DateTimeOffset wallClockAtZero, ElectionTimings? timings = null)
    {
        this.self = self;
        this.majority = majority;
        this.voters = [.. voters];
        this.timings = timings ?? new ElectionTimings();
        tracer = new ElectionTracer(self, wallClockAtZero);
        State = PeerState.Looking;
        initial = proposal = new Vote(self, -1, -1);
    }

    /// <summary>Looking from the start and after <see cref="Look"/>; else what was decided.</summary>
    public PeerState State { get; private set; }

    /// <summary>The election round (logical clock): one more at each election, never less than the others' that were heard of.</summary>
    public long Round { get; private set; }

    /// <summary>While looking the proposal, later the vote that won.</summary>
    public Vote Vote => proposal;

    /// <summary>When <see cref="Tick"/> has something to do; null when settled.</summary>
    public TimeSpan? Deadline => State != PeerState.Looking ? null : finalizeAt is { } end && end < resendAt ? end : resendAt;

    /// <summary>Version of the ensemble's configuration, sent with each vote.</summary>
    public long ConfigVersion { get; set; }

    /// <summary>This server's elections, newest first. Safe to read from any thread.</summary>
    public IReadOnlyList<ElectionTrace> Traces => tracer.Traces;

    /// <summary>Begins an election: the first vote is for this server itself, unless it has none.</summary>
    /// <param name="lastZxid">The end of this server's log.</param>
    /// <param name="currentEpoch">Its currentEpoch file.</param>
    /// <param name="now">Monotonic time.</param>
    public IReadOnlyList<ElectionEffect> Look(long lastZxid, long currentEpoch, TimeSpan now)
    {
        effects.Clear();
        received.Clear();
        settled.Clear();
        finalizeAt = null;
        State = PeerState.Looking;
        Round++;
        // as Apache: the least of all votes, which any other beats
        initial = voters.Contains(self) ? new Vote(self, lastZxid, currentEpoch) : new Vote(long.MinValue, long.MinValue, long.MinValue);
        resendAfter = timings.FirstResend;
        tracer.Start(Round, now);
        Propose(initial, ElectionVerdict.Own, now);
        CountVotes(now); // a single voter is its own majority
        return effects.ToArray();
    }

    /// <summary>A notification came in. While this server is not looking, one that looks gets the outcome as answer.</summary>
    public IReadOnlyList<ElectionEffect> Receive(Notification message, TimeSpan now)
    {
        effects.Clear();
        if (State != PeerState.Looking)
        {
            if (message.State == PeerState.Looking)
            {
                Send(message.From);
            }
        }
        else if (!voters.Contains(message.From) || !voters.Contains(message.Vote.Leader))
        {
            tracer.Step(message, ElectionVerdict.NotAVoter, now);
            // an observer wants to know the leader, and its vote counts for nothing
            if (!voters.Contains(message.From))
            {
                Send(message.From);
            }
        }
        else if (message.State == PeerState.Looking)
        {
            OnVote(message, now);
        }
        // an observer knows a leader, but does not count for the majority that follows it
        else if (message.State != PeerState.Observing)
        {
            OnOutcome(message, now);
        }

        return effects.ToArray();
    }

    /// <summary>
    /// Time passed: a candidate that no better vote has beaten is elected, or votes are sent again, each time after a longer pause.
    /// </summary>
    public IReadOnlyList<ElectionEffect> Tick(TimeSpan now)
    {
        effects.Clear();
        // no better vote came within the wait, or a new proposal would have taken the time away
        if (State == PeerState.Looking && finalizeAt <= now)
        {
            Decide(proposal, Supporters(received, new Ballot(proposal, Round, PeerState.Looking)), joined: false, now);
        }
        else if (State == PeerState.Looking && resendAt <= now)
        {
            resendAfter = resendAfter * 2 < timings.LongestResend ? resendAfter * 2 : timings.LongestResend;
            SendToAll(now);
        }

        return effects.ToArray();
    }

    /// <summary>
    /// The leader's epoch is established: from now on answers carry it, so that all members report the same vote (ZOOKEEPER-1732).
    /// </summary>
    public void UpdateEpoch(long epoch, TimeSpan now)
    {
        if (State != PeerState.Looking)
        {
            proposal = proposal with { PeerEpoch = epoch };
            tracer.Establish(epoch, now);
        }
    }

    void OnVote(Notification message, TimeSpan now)
    {
        tracer.Step(message, message.Round < Round ? ElectionVerdict.OlderRound : message.Vote.Against(proposal), now);
        if (message.Round < Round)
        {
            // votes of different rounds must not be counted together; the answer makes the sender join this round
            Send(message.From);
            return;
        }

        // the others are there and answer: this server need not repeat itself yet
        resendAt = now + resendAfter;
        if (message.Round > Round)
        {
            // this server missed a round: its own votes of the old one are void, and it starts again from its own history
            Round = message.Round;
            received.Clear();
            Propose(message.Vote.IsBetterThan(initial) ? message.Vote : initial, ElectionVerdict.Changed, now);
        }
        else if (message.Vote.IsBetterThan(proposal))
        {
            Propose(message.Vote, ElectionVerdict.Changed, now);
        }

        received[message.From] = new Ballot(message.Vote, message.Round, PeerState.Looking);
        CountVotes(now);
    }

    void CountVotes(TimeSpan now)
    {
        var supporters = Supporters(received, new Ballot(proposal, Round, PeerState.Looking));
        if (supporters.Length < majority)
        {
            finalizeAt = null;
        }
        else if (supporters.Length == voters.Count)
        {
            // every voter agrees: no better vote can come, so there is nothing to wait for
            Decide(proposal, supporters, joined: false, now);
        }
        else
        {
            // a majority agrees, but the vote of a server with a newer history may still be under way: electing it now saves an election
            // later
            finalizeAt ??= now + timings.FinalizeWait;
        }
    }

    /// <summary>
    /// A server that is not looking names the leader: join, if a majority names the same one and that leader itself says that it leads.
    /// </summary>
    void OnOutcome(Notification message, TimeSpan now)
    {
        tracer.Step(message, ElectionVerdict.Settled, now);
        var ballot = new Ballot(message.Vote, message.Round, message.State);
        if (message.Round == Round)
        {
            received[message.From] = ballot;
            var same = Supporters(received, ballot, byLeaderOnly: true);
            if (same.Length >= majority && IsLeading(received, message))
            {
                Decide(message.Vote, same, joined: true, now);
                return;
            }
        }

        // outcomes of any round: servers that settled long ago answer with the round of their own election
        settled[message.From] = ballot;
        var followers = Supporters(settled, ballot);
        if (followers.Length >= majority && IsLeading(settled, message))
        {
            // perhaps a lower one: answers carry the round in which that leader was elected, as Apache's do
            Round = message.Round;
            Decide(message.Vote, followers, joined: true, now);
        }
    }

    /// <summary>
    /// A leader that crashed must not be elected again and again by those who have not noticed: it has to say itself that it leads.
    /// </summary>
    bool IsLeading(SortedDictionary<long, Ballot> votes, Notification message) =>
        // the others name this server itself, perhaps from before it restarted: that counts only in its own round
        message.Vote.Leader == self
            ? Round == message.Round
            : votes.TryGetValue(message.Vote.Leader, out var own) && own.State == PeerState.Leading;

    static ImmutableArray<long> Supporters(SortedDictionary<long, Ballot> votes, Ballot ballot, bool byLeaderOnly = false) =>
        [.. votes.Where(v => Supports(v.Value, ballot, byLeaderOnly)).Select(v => v.Key)];

    /// <summary>
    /// Votes of servers that look are compared in full. Those of settled servers are not: their zxid and round may date from different
    /// moments, and within one round even the epoch, which changes when the leader's is established.
    /// </summary>
    static bool Supports(Ballot one, Ballot other, bool byLeaderOnly) =>
        one.State == PeerState.Looking || other.State == PeerState.Looking
            ? one.Vote == other.Vote && one.Round == other.Round
            : one.Vote.Leader == other.Vote.Leader && (byLeaderOnly || one.Vote.PeerEpoch == other.Vote.PeerEpoch);

    void Propose(Vote vote, string verdict, TimeSpan now)
    {
        proposal = vote;
        finalizeAt = null;
        if (voters.Contains(self))
        {
            received[self] = new Ballot(vote, Round, PeerState.Looking);
        }

        tracer.Own(vote, Round, verdict, now);
        SendToAll(now);
    }

    void SendToAll(TimeSpan now)
    {
        resendAt = now + resendAfter;
        foreach (var voter in voters.Where(v => v != self))
        {
            Send(voter);
        }
    }

    void Send(long to) => effects.Add(new ElectionEffect.Send(
        to, new Notification(self, State, proposal, State == PeerState.Looking ? Round : decidedRound, ConfigVersion)));

    void Decide(Vote vote, ImmutableArray<long> supporters, bool joined, TimeSpan now)
    {
        proposal = vote;
        decidedRound = Round;
        finalizeAt = null;
        State = vote.Leader == self ? PeerState.Leading : voters.Contains(self) ? PeerState.Following : PeerState.Observing;
        tracer.End(new ElectionOutcome(vote.Leader, State, vote, supporters, joined), now);
        effects.Add(new ElectionEffect.Decided(State, vote));
    }
}
