namespace ZooKeeper.Server.Quorum.Election;

/// <summary>
/// Keeps the traces of a server's last elections. Written by the loop that owns the election; what it publishes is immutable and may be
/// read from any thread.
/// </summary>
sealed class ElectionTracer(long self, DateTimeOffset wallClockAtZero)
{
    volatile ElectionTrace[] traces = [];

    public IReadOnlyList<ElectionTrace> Traces => traces;

    public void Start(long round, TimeSpan now)
    {
        var trace = new ElectionTrace(self, round, wallClockAtZero + now, null, [], null);
        traces = [trace, .. traces.Take(ElectionTrace.MaxTraces - 1)];
    }

    public void Own(Vote vote, long round, string verdict, TimeSpan now) =>
        Add(new ElectionStep(wallClockAtZero + now, self, 0, vote, round, PeerState.Looking, verdict));

    public void Step(Notification message, string verdict, TimeSpan now) =>
        Add(new ElectionStep(wallClockAtZero + now, message.From, self, message.Vote, message.Round, message.State, verdict));

    public void End(ElectionOutcome outcome, TimeSpan now) =>
        Replace(traces[0] with { EndedAt = wallClockAtZero + now, Outcome = outcome });

    public void Establish(long epoch, TimeSpan now)
    {
        if (traces.Length > 0 && traces[0].Outcome is not null)
        {
            Replace(traces[0] with { Epoch = epoch, EstablishedAt = wallClockAtZero + now });
        }
    }

    void Add(ElectionStep step)
    {
        if (traces.Length > 0)
        {
            Replace(traces[0].With(step));
        }
    }

    void Replace(ElectionTrace trace)
    {
        var next = traces.ToArray();
        next[0] = trace;
        traces = next;
    }
}
