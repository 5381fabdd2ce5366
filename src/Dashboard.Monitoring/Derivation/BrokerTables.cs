using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client;

namespace Dashboard.Monitoring.Derivation;

/// <summary>Brokers joined from whether they are up, what replicas name them and what lies on their disks.</summary>
static class BrokerTables
{
    /// <summary>Counted once for each table: there may be very many partitions.</summary>
    static readonly ConditionalWeakTable<TopicTable, Dictionary<int, (int Leaders, int Replicas, int OutOfIsr)>> known = [];

    public static BrokerTable From(
        ImmutableArray<BrokerStanding> standings,
        MonitorState state,
        TopicTable? topics,
        Section<LogDirTable> logDirs,
        BrokerTable? previous,
        int? controller)
    {
        var endpoints = (state.Metadata.Value?.Brokers ?? [])
            .Concat(state.Registration.Value?.Brokers ?? [])
            // -1: registered, but its znode could not be read
            .Where(b => b.Port >= 0)
            .ToLookup(b => b.Id);
        var tallies = topics is null ? [] : known.GetValue(topics, Tally);
        var brokers = standings.Select(standing =>
        {
            var id = standing.Id;
            var old = previous?.Find(id);
            var up = standing.State == BrokerState.Up;
            // metadata's first: that is the listener that this client reaches
            var endpoint = endpoints[id].Select(e => (BrokerAddress?)e).FirstOrDefault();
            (int Leaders, int Replicas, int OutOfIsr)? tally = topics is null ? null : tallies.GetValueOrDefault(id);
            var data = logDirs.Value?.ByBroker.GetValueOrDefault(id);
            var error = standing.State == BrokerState.Down ? null : state.BrokerErrors.GetValueOrDefault(id);
            var info = new BrokerInfo(
                id, endpoint?.Host ?? old?.Host, endpoint?.Port ?? old?.Port, endpoint?.Rack ?? old?.Rack,
                id == controller && up, standing.State, standing.Since,
                tally?.Leaders, tally?.Replicas, tally?.OutOfIsr,
                data?.Dirs.Sum(d => d.Bytes), Sum(data, d => d.TotalBytes), Sum(data, d => d.UsableBytes),
                up && error is null && standing.SilentSince is null && !(data?.AsOf < logDirs.Error?.Since) ? null : data?.AsOf, error)
            { SilentSince = standing.SilentSince, KnownAsOf = standing.KnownAsOf };
            return info == old ? old : info;
        }).ToImmutableArray();
        return previous is not null && previous.Brokers.AsSpan().SequenceEqual(brokers.AsSpan()) ? previous : new BrokerTable(brokers);
    }

    static long? Sum(BrokerLogDirs? data, Func<LogDirInfo, long?> of) =>
        data is null || data.Dirs.All(d => of(d) is null) ? null : data.Dirs.Sum(d => of(d) ?? 0);

    static Dictionary<int, (int Leaders, int Replicas, int OutOfIsr)> Tally(TopicTable topics)
    {
        var tallies = new Dictionary<int, (int Leaders, int Replicas, int OutOfIsr)>();
        foreach (var partition in topics.Topics.SelectMany(t => t.Partitions))
        {
            foreach (var replica in partition.Replicas)
            {
                var tally = tallies.GetValueOrDefault(replica);
                tallies[replica] = (
                    tally.Leaders + (partition.Leader == replica ? 1 : 0),
                    tally.Replicas + 1,
                    // offline replicas may still be listed in the ISR of a partition without a leader
                    tally.OutOfIsr + (partition.Isr.Contains(replica) && !partition.Offline.Contains(replica) ? 0 : 1));
            }
        }

        return tallies;
    }
}
