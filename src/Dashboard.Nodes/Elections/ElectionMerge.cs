using System.Collections.Immutable;
using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes.Elections;

/// <summary>
/// Makes pictures of what each coordinator traced. Two traces belong to one election when both servers were looking at the same time and
/// one heard the other's vote, itself or by way of a third. The round does not show it: it begins anew with each process, and a server that
/// comes back takes over the others'. The time alone does not: one that is cut off may look for an hour, while the others elect twice. Nor
/// does the vote alone: one that comes back is sent the last vote of an election that was over before.
/// </summary>
static class ElectionMerge
{
    /// <summary>Pictures kept.</summary>
    const int Kept = 20;

    /// <param name="majority">Votes that decide.</param>
    /// <returns>Newest first.</returns>
    public static ImmutableArray<HostedElection> Merge(IReadOnlyList<ElectionTrace> traces, int majority) =>
        [.. Groups(traces).Select(group => Picture(group, majority)).OrderByDescending(e => e.StartedAt).Take(Kept)];

    static IEnumerable<List<ElectionTrace>> Groups(IReadOnlyList<ElectionTrace> traces)
    {
        var all = Enumerable.Range(0, traces.Count).ToList();
        var group = all.ToArray();
        var byServer = all
            .GroupBy(i => traces[i].Server)
            // the newest first: a vote is of the last trace that could have cast it
            .ToDictionary(s => s.Key, s => s.OrderByDescending(i => traces[i].StartedAt).ToArray());
        for (var hearer = 0; hearer < traces.Count; hearer++)
        {
            foreach (var vote in traces[hearer].Steps.Where(s => s.From != traces[hearer].Server && s.State == PeerState.Looking))
            {
                var possible = byServer.GetValueOrDefault(vote.From, []);
                var voter = Array.FindIndex(possible, i => IsFrom(traces[i], traces[hearer], vote));
                if (voter >= 0)
                {
                    Join(group, hearer, possible[voter]);
                }
            }
        }

        return all.GroupBy(i => group[i]).Select(g => g.Select(i => traces[i]).OrderBy(t => t.StartedAt).ToList());
    }

    static bool IsFrom(ElectionTrace voter, ElectionTrace hearer, ElectionStep vote) =>
        voter.StartedAt <= vote.At && !(voter.EndedAt < hearer.StartedAt) && Cast(voter, vote);

    static bool Cast(ElectionTrace trace, ElectionStep vote) =>
        trace.Steps.Any(s => s.From == trace.Server && s.Vote == vote.Vote && s.Round == vote.Round);

    static void Join(int[] group, int one, int other)
    {
        var (from, to) = (group[other], group[one]);
        for (var i = 0; from != to && i < group.Length; i++)
        {
            group[i] = group[i] == from ? to : group[i];
        }
    }

    /// <param name="traces">In the order in which their servers began to look.</param>
    static HostedElection Picture(List<ElectionTrace> traces, int majority)
    {
        var decided = traces.Where(t => t.Outcome is not null).OrderBy(t => t.EndedAt).ToList();
        var winner = decided.FindLast(t => t.Outcome!.State == PeerState.Leading);
        var leader = winner?.Server ?? decided.LastOrDefault()?.Outcome!.Leader;
        var agreed = decided.Where(t => t.Outcome!.Leader == leader).DistinctBy(t => t.Server).ToList();
        var lookers = traces.DistinctBy(t => t.Server).ToList();
        var kind = decided.Count > 0 && decided.TrueForAll(t => t.Outcome!.Joined) ? HostedElectionKind.Rejoin
            : decided.Count > 0 || traces.Count > 1 ? HostedElectionKind.Election
            : HostedElectionKind.Unanswered;
        // an election ends when a majority agrees, not with the last server that hears of it
        var byMajority = kind == HostedElectionKind.Election && winner is not null && agreed.Count >= majority;
        var ended = byMajority ? Later(winner!.EndedAt, agreed[majority - 1].EndedAt)
            : traces.TrueForAll(t => t.EndedAt is not null) ? traces.Max(t => t.EndedAt)
            : null;
        return new HostedElection(
            $"{traces[0].StartedAt.ToUnixTimeMilliseconds()}-{traces[0].Server}",
            kind,
            (agreed.Count > 0 ? agreed : traces).Max(t => t.Round),
            // who looked alone before that waited for the others: an election is what a majority does
            kind == HostedElectionKind.Election && lookers.Count >= majority ? lookers[majority - 1].StartedAt : traces[0].StartedAt,
            ended,
            (int?)leader,
            agreed.Max(t => t.Epoch),
            [.. traces.SelectMany(ElectionTraces.Steps).OrderBy(step => step.At)]);
    }

    static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other ? one : other;
}
