using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Kafka.Protocol;

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
            snapshot.ControllerId,
            snapshot.Ensemble.Error is null ? snapshot.Ensemble.Value?.LeaderId : null,
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
            SomeOrNull(brokers.Brokers.Count(b => b.State != BrokerState.Down && !b.Answers)),
            snapshot.Identity.Value?.ClusterId);
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
                var eligible = snapshot.EligibleLeaders.Value?.Find(topic.Name, p.Partition);
                return new PartitionBody(
                    p.Partition, p.Leader, p.LeaderEpoch, p.Replicas, p.Isr, offsets?.Begin, offsets?.End, size?.Bytes,
                    eligible?.Eligible, eligible?.LastKnown);
            }),
        ]);

    public static GroupBody Of(GroupInfo g) => new(
        g.GroupId,
        g.State,
        g.Protocol,
        [.. g.Members.Select(Of)],
        [.. g.Offsets.Select(o => new OffsetBody(o.Topic, o.Partition, o.Committed, o.End, o.Lag, o.LagSeconds))],
        g.Kind,
        g.Epochs?.Group,
        g.Epochs?.Assignment,
        g.Topology is null ? null : new(g.Topology.Epoch, g.Topology.Parts));

    public static MemberBody Of(GroupMemberInfo m) => new(
        m.MemberId, m.ClientId, m.Host, m.Assignments, m.Epoch, m.Target,
        Tasks(m.TargetTasks is null ? null : m.Tasks),
        Tasks(m.TargetTasks));

    static TaskBody[]? Tasks(ImmutableArray<StreamsTask>? tasks) =>
        tasks is { } some ? [.. some.Select(t => new TaskBody(t.Name, t.Role))] : null;

    public static ServerBody Of(ServerInfo s) => new(s.ServerId, s.Address, s.Role, s.Epoch, s.Zxid, s.Sessions, s.Watches, s.LatencyMs);

    public static SessionBody Of(SessionInfo s) =>
        new(s.ServerId, s.Name, s.Client, (long?)s.Timeout?.TotalMilliseconds, s.Watches, s.Ephemerals, s.Since);

    /// <summary>Brokers that did not answer are the error beside what the others say: silence is no agreement.</summary>
    public static Envelope<IEnumerable<DifferenceBody>> Of(Section<DifferenceTable> section, Text text)
    {
        var body = section.Map(table => table.Differences.Select(d => Of(d, table.Reference, text)));
        return body.Error is null && section.Value?.Errors.Values.ToList() is { Count: > 0 } silent
            ? body with
            {
                Error = ErrorBody.Of(silent[0] with
                {
                    Source = string.Join(", ", silent.Select(e => e.Source.Name)),
                    Message = string.Join(' ', silent.Select(e => e.Message)),
                }),
            }
            : body;
    }

    static DifferenceBody Of(MetadataDifference d, int? reference, Text text) => new(
        d.Kind, d.Where, reference is null ? d.Said : null, reference is null ? null : d.Said,
        d.Brokers.ToDictionary(b => b.Broker < 0 ? "any" : Format.Id(b.Broker), b => b.Said), d.Since, DifferenceWords.English(text, d));

    public static MetadataBody Of(MetadataView place) => new(
        place.Path,
        place.Value is null ? null : JsonSerializer.Deserialize<JsonElement>(place.Value),
        [.. place.Children.Select(c => c.Name)]);

    /// <summary>Groups that keep their offsets in ZooKeeper; the owners of their partitions are their members.</summary>
    public static IEnumerable<GroupBody> OfLegacy(ClusterSnapshot snapshot) => (snapshot.LegacyGroups.Value?.Groups ?? []).Select(Of);

    public static GroupBody Of(LegacyGroup group) => new(
        group.GroupId,
        LegacyGroupTable.State,
        null,
        [
            .. group.Offsets.Where(o => o.Owner is not null).GroupBy(o => o.Owner!).Select(o => new MemberBody(
                o.Key, o.Key, "", [.. o.Select(one => new TopicPartition(one.Topic, one.Partition))], null, null, null, null)),
        ],
        [.. group.Offsets.Select(o => new OffsetBody(o.Topic, o.Partition, o.Committed, o.End, o.Lag, null))],
        GroupKind.Classic,
        null,
        null,
        null);

    public static QuorumBody Of(QuorumTable q) => new(
        q.LeaderId, q.Epoch, q.HighWatermark, [.. q.Voters.Select(Of)], [.. q.Observers.Select(Of)],
        q.Features.ToDictionary(f => f.Name, f => f.Level));

    static QuorumMemberBody Of(QuorumMember m) =>
        new(m.Id, m.LogEndOffset, m.Lag, m.LastFetch?.ToUnixTimeMilliseconds(), m.LastCaughtUp?.ToUnixTimeMilliseconds());

    public static ClientLoadBody Of(ClientLoad load) => new(
        load.PerSecond,
        load.Apis,
        [.. load.Links.Select(l => new LinkBody(l.Broker, l.Address, l.Connections, l.Failures, l.PausesFor?.TotalSeconds, l.Failure))]);

    public static ReassignmentBody Of(ReassignmentInfo r) =>
        new(r.Topic, r.Partition, r.Replicas, r.Adding, r.Removing, r.Isr, r.CopiedBytes, r.TotalBytes, r.Since);

    public static NodeBody Of(HostedNode n) => new(
        n.Name, n.Kind, n.State, n.Port, n.Reason, n.ProcessId,
        n.Failures is { } failures ? new NodeFailuresBody(failures.Count, failures.Since, failures.Reason, n.RestartAt) : null);
}
