using Wire;
using ZooKeeper.Server.Quorum.Election;

namespace ZooKeeper.Server.Quorum;

/// <summary>
/// What a member of an ensemble shows of itself: to mntr, the AdminServer and the process that hosts it. Written on the server loop after
/// each input of the node.
/// </summary>
sealed class QuorumStatus(QuorumNode node, QuorumSettings settings, IReadOnlyDictionary<long, QuorumServer> servers) : IQuorumInfo
{
    IReadOnlyList<ElectionTrace>? shown;
    Established? established;

    /// <summary>Called after each step of an election, on the loop; must not block.</summary>
    public Action? ElectionChanged { get; init; }

    /// <summary>This server's elections, newest first. Any thread.</summary>
    public IReadOnlyList<ElectionTrace> Elections => node.Election.Traces;

    public long? LeaderId => Volatile.Read(ref established)?.Leader;

    public long? Epoch => Volatile.Read(ref established)?.Epoch;

    public IReadOnlyList<(long Server, long LastZxid)> Observers =>
    [
        .. (node.Leader?.Learners ?? [])
            .Where(l => l is { IsObserver: true, Stage: LearnerStage.Active })
            .Select(l => (l.Server, Math.Max(l.LastZxid, l.LastAcked))),
    ];

    public string? LeaderAddress =>
        LeaderId is { } id && servers.TryGetValue(id, out var server) ? HostPort.Format(server.Host, server.QuorumPort) : null;

    /// <summary>On the loop: mntr's keys of a leader.</summary>
    public IEnumerable<KeyValuePair<string, object>> Monitor()
    {
        if (node.Leader is { } leading)
        {
            yield return new("learners", leading.Learners.Count);
            yield return new("synced_followers", leading.Learners.Count(l => l is { Stage: LearnerStage.Active, IsObserver: false }));
            yield return new("synced_non_voting_followers", 0);
            yield return new("synced_observers", leading.Learners.Count(l => l is { Stage: LearnerStage.Active, IsObserver: true }));
            yield return new("pending_syncs", leading.PendingSyncs);
            yield return new("quorum_size", settings.Voters.Count);
        }
    }

    /// <summary>On the loop: makes the node's present state visible to other threads.</summary>
    public void Publish()
    {
        // a reference is replaced in one step: a reader sees leader and epoch of the same moment
        if (Present() is not { } now)
        {
            Volatile.Write(ref established, null);
        }
        else if (established is not { } before || (before.Leader, before.Epoch) != now)
        {
            Volatile.Write(ref established, new Established(now.Leader, now.Epoch));
        }

        if (!ReferenceEquals(shown, Elections))
        {
            shown = Elections;
            ElectionChanged?.Invoke();
        }
    }

    (long Leader, long Epoch)? Present() => node switch
    {
        { Leader: { IsServing: true } leading } => (settings.Self, leading.Epoch),
        { Learner: { Phase: LearningPhase.Following } following } => (following.Leader, following.Epoch),
        _ => null,
    };

    /// <param name="Leader">Whom this server follows, or itself.</param>
    /// <param name="Epoch">The leader's.</param>
    sealed record Established(long Leader, long Epoch);
}
