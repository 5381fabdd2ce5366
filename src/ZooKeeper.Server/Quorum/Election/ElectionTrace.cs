using System.Collections.Immutable;

namespace ZooKeeper.Server.Quorum.Election;

/// <summary>One election as one server saw it, step by step. Immutable: a later step makes a new trace.</summary>
/// <param name="Server">The server that recorded it.</param>
/// <param name="Round">Its election round, the latest it took part in during this election.</param>
/// <param name="StartedAt">When it began to look for a leader.</param>
/// <param name="EndedAt">When it settled; null while it is looking.</param>
/// <param name="Steps">Votes given and received, oldest first; at most <see cref="MaxSteps"/>, later ones are counted in
/// <paramref name="Dropped"/>.</param>
/// <param name="Outcome">What it settled on; null while it is looking.</param>
/// <param name="Dropped">Steps that were not kept.</param>
public sealed record ElectionTrace(
    long Server,
    long Round,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    ImmutableArray<ElectionStep> Steps,
    ElectionOutcome? Outcome,
    int Dropped = 0)
{
    public const int MaxSteps = 200;

    /// <summary>Elections a server remembers.</summary>
    public const int MaxTraces = 20;

    /// <summary>
    /// The epoch that the elected leader opened with a majority, from when this server served in it; null before. Votes carry the epoch of
    /// the history, which is the one before.
    /// </summary>
    public long? Epoch { get; init; }

    /// <summary>When this server began to serve in <see cref="Epoch"/>.</summary>
    public DateTimeOffset? EstablishedAt { get; init; }

    internal ElectionTrace With(ElectionStep step) => Steps.Length < MaxSteps
        ? this with { Steps = Steps.Add(step), Round = Math.Max(Round, step.Round) }
        : this with { Dropped = Dropped + 1 };
}

/// <summary>One vote, given (<paramref name="From"/> is the server itself) or received.</summary>
/// <param name="At">When.</param>
/// <param name="From">Who voted.</param>
/// <param name="To">The recording server, or 0 for a vote that it sent to all others.</param>
/// <param name="Vote">For whom.</param>
/// <param name="Round">In which election round.</param>
/// <param name="State">What the voter was doing: a vote of a server that is not looking names the leader.</param>
/// <param name="Verdict">What came of it: a key of <see cref="ElectionVerdict"/>.</param>
public sealed record ElectionStep(DateTimeOffset At, long From, long To, Vote Vote, long Round, PeerState State, string Verdict);

/// <summary>How an election ended for one server.</summary>
/// <param name="Leader">The leader it settled on.</param>
/// <param name="State">Leading or following.</param>
/// <param name="Vote">The vote that won.</param>
/// <param name="Supporters">Servers whose votes made the majority, ascending.</param>
/// <param name="Joined">True when it learned an established leader from the others' answers, without an election of its own.</param>
public sealed record ElectionOutcome(long Leader, PeerState State, Vote Vote, ImmutableArray<long> Supporters, bool Joined);

/// <summary>Keys of what became of a vote, for pages to translate.</summary>
public static class ElectionVerdict
{
    /// <summary>The server's own first vote, for itself.</summary>
    public const string Own = "own";

    /// <summary>The server gave up its vote and now sends this one.</summary>
    public const string Changed = "changed";

    /// <summary>Better by peer epoch.</summary>
    public const string HigherEpoch = "higher-epoch";

    /// <summary>Same epoch, longer history.</summary>
    public const string HigherZxid = "higher-zxid";

    /// <summary>Same epoch and history, higher server id.</summary>
    public const string HigherId = "higher-id";

    /// <summary>Worse than the vote held.</summary>
    public const string Lower = "lower";

    /// <summary>The vote held.</summary>
    public const string Equal = "equal";

    /// <summary>From a round that is over; the answer carries the present one.</summary>
    public const string OlderRound = "older-round";

    /// <summary>From a server that does not look: it names the leader.</summary>
    public const string Settled = "settled";

    /// <summary>From a server without a vote, or for one that is not in the ensemble.</summary>
    public const string NotAVoter = "not-a-voter";

    public static IReadOnlyList<string> All { get; } =
        [Own, Changed, HigherEpoch, HigherZxid, HigherId, Lower, Equal, OlderRound, Settled, NotAVoter];
}
