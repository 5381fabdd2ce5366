using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>Brokers joined from who is registered, what metadata names and what lies on their disks.</summary>
static class BrokerTables
{
    public static BrokerTable From(MonitorState state, TopicTable? topics, LogDirTable? logDirs, BrokerTable? previous, int? controller, DateTimeOffset now)
    {
        var registered = Registered(state);
        var endpoints = (state.Metadata.Value?.Brokers ?? []).Concat(state.Registration.Value?.Brokers ?? []).ToLookup(b => b.Id);
        var tallies = Tally(topics);
        var known = registered.Concat(tallies.Keys).Concat(previous?.Brokers.Where(b => b.State == BrokerState.Down && tallies.ContainsKey(b.Id)).Select(b => b.Id) ?? []);
        var brokers = known.Distinct().Order().Select(id =>
        {
            var old = previous?.Find(id);
            var up = registered.Contains(id);
            var endpoint = endpoints[id].Select(e => (BrokerEndpoint?)e).FirstOrDefault();
            (int Leaders, int Replicas, int OutOfIsr)? tally = topics is null ? null : tallies.GetValueOrDefault(id);
            var data = logDirs?.ByBroker.GetValueOrDefault(id);
            var error = up ? state.BrokerErrors.GetValueOrDefault(id) : null;
            var brokerState = up ? BrokerState.Up : BrokerState.Down;
            var info = new BrokerInfo(
                id, endpoint?.Host ?? old?.Host, endpoint?.Port ?? old?.Port, endpoint?.Rack ?? old?.Rack, id == controller && up, brokerState,
                old is not null && old.State == brokerState ? old.StateSince : now,
                tally?.Leaders, tally?.Replicas, tally?.OutOfIsr,
                data?.Dirs.Sum(d => d.Bytes), Sum(data, d => d.TotalBytes), Sum(data, d => d.UsableBytes), up && error is null ? null : data?.AsOf, error);
            return info == old ? old : info;
        }).ToImmutableArray();
        return previous is not null && previous.Brokers.AsSpan().SequenceEqual(brokers.AsSpan()) ? previous : new BrokerTable(brokers);
    }

    /// <summary>ZooKeeper says it at once; without it, or while it does not answer, metadata does.</summary>
    static HashSet<int> Registered(MonitorState state) =>
        state.Registration is { Value: { } registration, Error: null }
            ? [.. registration.Brokers.Select(b => b.Id)]
            : [.. state.Metadata.Value?.Brokers.Select(b => b.Id) ?? []];

    static long? Sum(BrokerLogDirs? data, Func<LogDirInfo, long?> of) => data is null || data.Dirs.All(d => of(d) is null) ? null : data.Dirs.Sum(d => of(d) ?? 0);

    static Dictionary<int, (int Leaders, int Replicas, int OutOfIsr)> Tally(TopicTable? topics)
    {
        var tallies = new Dictionary<int, (int Leaders, int Replicas, int OutOfIsr)>();
        foreach (var partition in topics?.Topics.SelectMany(t => t.Partitions) ?? [])
        {
            foreach (var replica in partition.Replicas)
            {
                var tally = tallies.GetValueOrDefault(replica);
                tallies[replica] = (
                    tally.Leaders + (partition.Leader == replica ? 1 : 0),
                    tally.Replicas + 1,
                    tally.OutOfIsr + (partition.Isr.Contains(replica) ? 0 : 1));
            }
        }

        return tallies;
    }
}
