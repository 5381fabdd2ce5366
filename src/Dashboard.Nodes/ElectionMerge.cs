using System.Collections.Immutable;

namespace Dashboard.Nodes;

/// <summary>Makes one picture of what each coordinator traced of an election: rounds side by side, steps in order of time.</summary>
static class ElectionMerge
{
    const int Kept = 10;

    /// <summary>Newest first.</summary>
    public static ImmutableArray<HostedElection> Merge(IEnumerable<HostedElection> perServer) =>
        [
            .. perServer
                .GroupBy(election => election.Round)
                .Select(Together)
                .OrderByDescending(election => election.StartedAt)
                .Take(Kept),
        ];

    static HostedElection Together(IGrouping<long, HostedElection> round) => new(
        round.Key,
        round.Min(e => e.StartedAt),
        round.All(e => e.EndedAt is not null) ? round.Max(e => e.EndedAt) : null,
        round.Select(e => e.LeaderId).FirstOrDefault(id => id is not null),
        round.Max(e => e.Epoch),
        [.. round.SelectMany(e => e.Steps).OrderBy(step => step.At)]);
}
