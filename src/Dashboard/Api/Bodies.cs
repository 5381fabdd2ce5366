using Dashboard.Monitoring.Model;
using Dashboard.Nodes;

namespace Dashboard.Api;

/// <summary>From the snapshot to what REST answers.</summary>
static class Bodies
{
    public static Envelope<TOut> Map<TIn, TOut>(this Section<TIn> section, Func<TIn, TOut> map)
        where TIn : class =>
        new(section.Value is { } value ? map(value) : default, section.AsOf, ErrorBody.Of(section.Error));

    /// <summary>ZooKeeper alone tells the brokers and not the topics.</summary>
    public static ClusterSummary? Summary(ClusterSnapshot snapshot)
    {
        if (snapshot.Brokers.Value is not { } brokers)
        {
            return null;
        }

        var topics = snapshot.Topics.Value?.Topics;
        var partitions = topics?.SelectMany(t => t.Partitions).ToList();
        return new ClusterSummary(
            snapshot.Identity.Error is null ? snapshot.Identity.Value?.ControllerId : null,
            snapshot.Ensemble.Value?.LeaderId,
            brokers.Brokers.Count(b => b.State == BrokerState.Up),
            brokers.Brokers.Count(b => b.State == BrokerState.Down),
            topics?.Length,
            partitions?.Count,
            partitions?.Count(p => p.IsOffline),
            partitions?.Count(p => p.IsUnderMinIsr),
            partitions?.Count(p => p.IsUnderReplicated),
            partitions?.Count(p => p.IsNotPreferred),
            snapshot.Groups.Value?.Groups.Length,
            SomeOrNull(brokers.Brokers.Count(b => b.State == BrokerState.Unknown)),
            SomeOrNull(brokers.Brokers.Count(b => b.State != BrokerState.Down && !b.Answers)));
    }

    static int? SomeOrNull(int count) => count == 0 ? null : count;

    public static BrokerBody Of(BrokerInfo b) =>
        new(b.Id, b.Host, b.Port, b.Rack, b.IsController, b.State, b.Leaders, b.Replicas, b.Bytes, b.SilentSince, b.KnownAsOf);

    public static TopicBody Of(TopicInfo topic, ClusterSnapshot snapshot) => new(
        topic.Name,
        topic.TopicId,
        [
            .. topic.Partitions.Select(p =>
            {
                var offsets = snapshot.Offsets.Value?.Find(topic.Name, p.Partition);
                var size = snapshot.LogDirs.Value?.Sizes.GetValueOrDefault(new ReplicaKey(topic.Name, p.Partition, p.Leader));
                return new PartitionBody(
                    p.Partition, p.Leader, p.LeaderEpoch, p.Replicas, p.Isr, offsets?.Begin, offsets?.End, size?.Bytes);
            }),
        ]);

    public static GroupBody Of(GroupInfo g) => new(
        g.GroupId,
        g.State,
        g.Protocol,
        [.. g.Members.Select(m => new MemberBody(m.MemberId, m.ClientId, m.Host, m.Assignments))],
        [.. g.Offsets.Select(o => new OffsetBody(o.Topic, o.Partition, o.Committed, o.End, o.Lag, o.LagSeconds))]);

    public static ServerBody Of(ServerInfo s) => new(s.ServerId, s.Address, s.Role, s.Epoch, s.Zxid, s.Sessions, s.Watches, s.LatencyMs);

    public static SessionBody Of(SessionInfo s) =>
        new(s.ServerId, s.Name, s.Client, (long?)s.Timeout?.TotalMilliseconds, s.Watches, s.Ephemerals, s.Since);

    public static QuorumBody Of(QuorumTable q) => new(
        q.LeaderId, q.Epoch, q.HighWatermark, [.. q.Voters.Select(Of)], [.. q.Observers.Select(Of)],
        q.Features.ToDictionary(f => f.Name, f => f.Level));

    static QuorumMemberBody Of(QuorumMember m) =>
        new(m.Id, m.LogEndOffset, m.Lag, m.LastFetch?.ToUnixTimeMilliseconds(), m.LastCaughtUp?.ToUnixTimeMilliseconds());

    public static ReassignmentBody Of(ReassignmentInfo r) =>
        new(r.Topic, r.Partition, r.Replicas, r.Adding, r.Removing, r.Isr, r.CopiedBytes, r.TotalBytes, r.Since);

    public static NodeBody Of(HostedNode n) => new(n.Name, n.Kind, n.State, n.Port, n.Reason);
}
