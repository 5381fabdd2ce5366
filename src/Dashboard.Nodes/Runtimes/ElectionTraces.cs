using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes.Runtimes;

/// <summary>From what a coordinator traced to what pages show.</summary>
static class ElectionTraces
{
    public static HostedElection ToHosted(ElectionTrace trace) => new(
        trace.Round,
        trace.StartedAt,
        trace.EndedAt,
        trace.Outcome is { } outcome ? (int)outcome.Leader : null,
        trace.Outcome?.Vote.PeerEpoch,
        [.. trace.Steps.Select(step => ToVote(trace.Server, step)), .. Decision(trace)]);

    static HostedVote ToVote(long server, ElectionStep step) => new(
        step.At, Kind(step), (int)server, step.From == server ? null : (int)step.From, (int)step.Vote.Leader, step.Vote.Zxid, step.Vote.PeerEpoch, step.Verdict);

    static string Kind(ElectionStep step) => step.Verdict switch
    {
        ElectionVerdict.Own => "initial",
        ElectionVerdict.Changed => "changed",
        _ => "received",
    };

    static IEnumerable<HostedVote> Decision(ElectionTrace trace)
    {
        if (trace is { Outcome: { } outcome, EndedAt: { } at })
        {
            yield return new HostedVote(
                at, "decided", (int)trace.Server, null, (int)outcome.Leader, outcome.Vote.Zxid, outcome.Vote.PeerEpoch, outcome.State == PeerState.Leading ? "leading" : "following");
        }
    }
}
