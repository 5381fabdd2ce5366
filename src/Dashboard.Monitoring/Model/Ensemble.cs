using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>The ZooKeeper servers of the connect string, by id (or by address where ids are not known).</summary>
/// <param name="Epoch">The one that the present leader opened.</param>
/// <param name="LeaderSince">
/// Since when the present leader leads in this epoch: as it says itself, or when it was first seen to (<see cref="LeaderSaysSince"/>).
/// </param>
/// <param name="Elections">Vote by vote, newest first; only where the nodes are hosted here. Empty otherwise.</param>
public sealed record EnsembleTable(
    ImmutableArray<ServerInfo> Servers, int? LeaderId, long? Epoch, DateTimeOffset? LeaderSince, ImmutableArray<ElectionView> Elections)
{
    /// <summary>Whether <see cref="LeaderSince"/> is what the leader itself says.</summary>
    public bool LeaderSaysSince { get; init; }

    /// <summary>Four-letter words that a server allows not, where its AdminServer does not answer in their place.</summary>
    public ImmutableArray<string> Refused { get; init; } = [];

    /// <summary>How many vote by the ensemble's own configuration, of which the connect string may name some; null: not told.</summary>
    public int? ToldVoters { get; init; }

    public int Serving => Voting + Servers.Count(s => s.Role is ServerRole.Observer);

    /// <summary>Those of them that count for the majority.</summary>
    public int Voting => Servers.Count(s => s.Votes);

    /// <summary>All that count for the majority when they serve.</summary>
    public int Voters => ToldVoters ?? NamedVoters;

    /// <summary>They serve without counting, and are missed by no majority.</summary>
    public int Observers => Servers.Count(s => s.IsObserver);

    /// <summary>How many more voters may be lost while something is served; below zero nothing is.</summary>
    public int Spare =>
        Voting + Servers.Count(s => s is { Role: ServerRole.Unknown, IsObserver: false }) + Math.Max(0, Voters - NamedVoters) - Majority;

    public int Majority => Voters / 2 + 1;

    int NamedVoters => Servers.Length - Observers;
}

public enum ServerRole
{
    Leader,
    Follower,
    Observer,
    Standalone,

    /// <summary>Answers, but serves nothing: an election is on.</summary>
    Looking,
    Down,

    /// <summary>Answers, and may not say what it is: neither a word nor its AdminServer is allowed.</summary>
    Unknown,
}

/// <param name="ServerId">0 when not known.</param>
/// <param name="Epoch">
/// The one it serves in, which its last zxid does not show: that is of the epoch before until the first write. Null when not known.
/// </param>
/// <param name="Zxid">Last zxid it has seen; epoch in the high 32 bits.</param>
/// <param name="LatencyMs">Average since its start, as srvr says.</param>
/// <param name="Error">Why the last reading failed; the figures are then the last ones.</param>
public sealed record ServerInfo(
    int ServerId, string Name, string Address, ServerRole Role, long? Epoch, long? Zxid,
    int? Sessions, long? Watches, double? LatencyMs, double? LatencyMinMs, double? LatencyMaxMs, long? Outstanding, long? Znodes,
    string? Version, DateTimeOffset? AsOf, SectionError? Error)
{
    /// <summary>Of a leader that says since when it leads.</summary>
    public DateTimeOffset? LeadsSince { get; init; }

    /// <summary>Some of this came from its AdminServer, in place of words that it does not allow.</summary>
    public bool ByAdminServer { get; init; }

    /// <summary>It has no vote, whether it serves or not.</summary>
    public bool IsObserver { get; init; } = Role == ServerRole.Observer;

    /// <summary>It serves, and counts for the majority.</summary>
    public bool Votes => Role is ServerRole.Leader or ServerRole.Follower or ServerRole.Standalone;
}

/// <summary>
/// One election as its servers traced it, merged over the servers and in order of time; or a server's question who leads.
/// </summary>
/// <param name="Id">Stays while it grows, and is no other's.</param>
/// <param name="StartedAt">When a majority was looking; of what is no election, when the first server was.</param>
/// <param name="EndedAt">When a majority had decided, or the last server ended undecided; null while it runs.</param>
/// <param name="Epoch">The epoch that the leader opened; null before.</param>
public sealed record ElectionView(
    string Id,
    ElectionKind Kind,
    long Round,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    int? LeaderId,
    long? Epoch,
    ImmutableArray<VoteStep> Steps)
{
    /// <summary>Those that looked for a leader.</summary>
    public IEnumerable<int> Lookers => Steps.Where(s => s.Kind == "initial").Select(s => s.Server).Distinct().Order();
}

public enum ElectionKind
{
    /// <summary>Servers that exchange votes.</summary>
    Election,

    /// <summary>Servers that ask and are answered with a leader that leads already.</summary>
    Rejoin,

    /// <summary>A server that asks and was not answered.</summary>
    Unanswered,
}

/// <param name="Kind">"initial", "received", "changed", "decided".</param>
/// <param name="Server">Who did or received.</param>
/// <param name="From">The sender of the vote; null for initial and decided.</param>
/// <param name="Verdict">
/// "higher-epoch", "higher-zxid", "higher-id", "lower", "equal", "majority", "leading", "following", "observing".
/// </param>
public sealed record VoteStep(
    DateTimeOffset At, string Kind, int Server, int? From, int VoteLeader, long VoteZxid, long VoteEpoch, string Verdict);
