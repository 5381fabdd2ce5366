using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;

namespace Dashboard.Monitoring.Derivation;

/// <summary>From the leader's description of the quorum to what is shown of it.</summary>
static class QuorumTables
{
    /// <summary>
    /// Followers ask the leader at least twice a second (they wait 500 ms for news), and give it up after
    /// controller.quorum.fetch.timeout.ms, 2 s. One that has not caught up for longer than a few of these is not in step.
    /// </summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(6);

    internal static QuorumTable From(
        QuorumDescription quorum, IReadOnlyList<FinalizedFeature> features, QuorumTable? previous, DateTimeOffset now)
    {
        // observers as well: a leader that is being taken out of the voters leads on until it resigns (KIP-853)
        var leader = quorum.Voters.Concat(quorum.Observers).FirstOrDefault(r => r.Id == quorum.LeaderId);
        // the leader says its own present as its time: ages are by its clock alone, whatever the time is here
        var present = Time(leader.LastCaughtUpTimestamp) ?? now;
        var leaderId = quorum.LeaderId < 0 ? (int?)null : quorum.LeaderId;
        return new QuorumTable(
            leaderId,
            quorum.LeaderEpoch,
            quorum.HighWatermark,
            [.. Members(quorum.Voters, true), .. Members(quorum.Observers, false)],
            [.. features.Select(f => new FeatureLevel(f.Name, f.Level))])
        {
            LeaderSince = leaderId is null ? null
                : previous?.LeaderId == leaderId && previous?.Epoch == quorum.LeaderEpoch ? previous.LeaderSince
                : now,
        };

        IEnumerable<QuorumMember> Members(IEnumerable<QuorumReplica> replicas, bool vote) =>
            replicas.OrderBy(r => r.Id).Select(r => Member(r, vote, leader, present));
    }

    static QuorumMember Member(QuorumReplica replica, bool vote, QuorumReplica leader, DateTimeOffset present)
    {
        var lag = Math.Max(0, leader.LogEndOffset - replica.LogEndOffset);
        var caughtUp = Time(replica.LastCaughtUpTimestamp);
        var isLeader = replica.Id == leader.Id;
        // brokers before 3.5 say no times
        var isBehind = !isLeader && (caughtUp is { } at ? present - at > patience : lag > 0);
        return new QuorumMember(
            replica.Id, vote, isLeader, replica.LogEndOffset, lag, Time(replica.LastFetchTimestamp), caughtUp, isBehind);
    }

    static DateTimeOffset? Time(long milliseconds) => milliseconds > 0 ? UnixTime.At(milliseconds) : null;
}
