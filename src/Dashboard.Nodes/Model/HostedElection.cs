using System.Collections.Immutable;

namespace Dashboard.Nodes;

/// <summary>One election over the hosted servers, or a server's question who leads.</summary>
/// <param name="Id">Stays while it grows, and is no other's.</param>
/// <param name="StartedAt">When a majority was looking; of what is no election, when the first server was.</param>
/// <param name="EndedAt">When a majority, the leader among them, had decided; or the last of its servers ended undecided. Null while it
/// runs.</param>
/// <param name="Epoch">The epoch that the leader opened; null before.</param>
public sealed record HostedElection(
    string Id,
    HostedElectionKind Kind,
    long Round,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    int? LeaderId,
    long? Epoch,
    ImmutableArray<HostedVote> Steps);

public enum HostedElectionKind
{
    /// <summary>Servers that exchange votes.</summary>
    Election,

    /// <summary>Servers that ask and are answered with a leader that leads already.</summary>
    Rejoin,

    /// <summary>A server that asks and was not answered.</summary>
    Unanswered,
}

/// <param name="Kind">"initial", "received", "changed", "decided".</param>
/// <param name="Verdict">"higher-epoch", "higher-zxid", "higher-id", "lower", "equal", "majority", "leading", "following".</param>
public sealed record HostedVote(
    DateTimeOffset At, string Kind, int Server, int? From, int VoteLeader, long VoteZxid, long VoteEpoch, string Verdict);
