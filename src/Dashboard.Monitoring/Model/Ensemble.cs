using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>The ZooKeeper servers of the connect string, by id (or by address where ids are not told).</summary>
/// <param name="LeaderSince">When the present leader was first seen to lead.</param>
/// <param name="LastElection">Vote by vote; only where the nodes are hosted here and tell. Null otherwise.</param>
public sealed record EnsembleTable(ImmutableArray<ServerInfo> Servers, int? LeaderId, long? Epoch, DateTimeOffset? LeaderSince, ImmutableArray<ElectionView> Elections)
{
    public int Serving => Voting + Servers.Count(s => s.Role is ServerRole.Observer);

    /// <summary>Those of them that count for the majority.</summary>
    public int Voting => Servers.Count(s => s.Role is ServerRole.Leader or ServerRole.Follower or ServerRole.Standalone);

    /// <summary>How many more may be lost while something is served; below zero nothing is.</summary>
    public int Spare => Voting - Majority;

    public int Majority => Servers.Count(s => s.Role is not ServerRole.Observer) / 2 + 1;
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
}

/// <param name="ServerId">0 when not told.</param>
/// <param name="Zxid">Last zxid it has seen; epoch in the high 32 bits.</param>
/// <param name="LatencyMs">Average since its start, as srvr says.</param>
/// <param name="Error">Why the last reading failed; the figures are then the last ones.</param>
public sealed record ServerInfo(
    int ServerId, string Name, string Address, ServerRole Role, long? Epoch, long? Zxid, int? Sessions, long? Watches, double? LatencyMs, double? LatencyMinMs, double? LatencyMaxMs,
    long? Outstanding, long? Znodes, string? Version, DateTimeOffset? AsOf, SectionError? Error);

/// <summary>One election as its servers traced it, merged over the servers and in order of time.</summary>
public sealed record ElectionView(long Round, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int? LeaderId, long? Epoch, ImmutableArray<VoteStep> Steps);

/// <param name="Kind">"initial", "received", "changed", "decided".</param>
/// <param name="Server">Who did or received.</param>
/// <param name="From">The sender of the vote; null for initial and decided.</param>
/// <param name="Verdict">"higher-epoch", "higher-zxid", "higher-id", "lower", "equal", "majority", "leading", "following".</param>
public sealed record VoteStep(DateTimeOffset At, string Kind, int Server, int? From, int VoteLeader, long VoteZxid, long VoteEpoch, string Verdict);
