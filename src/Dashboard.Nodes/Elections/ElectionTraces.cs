using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes.Elections;

/// <summary>From what a coordinator traced to what pages show.</summary>
static class ElectionTraces
{
    /// <summary>In order, the decision last.</summary>
    public static IEnumerable<HostedVote> Steps(ElectionTrace trace) =>
        trace.Steps.Select(step => ToVote(trace.Server, step)).Concat(Decision(trace));

    static HostedVote ToVote(long server, ElectionStep step) => new(
        step.At,
        Kind(step),
        (int)server,
        step.From == server ? null : (int)step.From,
        (int)step.Vote.Leader,
        step.Vote.Zxid,
        step.Vote.PeerEpoch,
        step.Verdict);

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
                at,
                "decided",
                (int)trace.Server,
                null,
                (int)outcome.Leader,
                outcome.Vote.Zxid,
                outcome.Vote.PeerEpoch,
                Role(outcome.State));
        }
    }

    static string Role(PeerState state) => state switch
    {
        PeerState.Leading => "leading",
        PeerState.Observing => "observing",
        _ => "following",
    };
}
