using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;

namespace Dashboard.Tests.Fakes;

/// <summary>Keeps 180 points a series.</summary>
public sealed class FakeHistory : IHistory
{
    readonly ConcurrentDictionary<string, ImmutableArray<Point>> series = new();

    public ImmutableArray<ClusterEvent> Events { get; set; } = [];

    public Series? TotalLag => Find("lag");

    public Series? RecordsIn => Find("records");

    public Series? BytesIn => Find("bytes");

    public Series? GroupLag(string groupId) => Find($"group/{groupId}");

    public Series? PartitionLag(string groupId, string topic, int partition) => Find($"group/{groupId}/{topic}/{partition}");

    public Series? TopicRecordsIn(string topic) => Find($"topic/{topic}");

    public Series? BrokerRecordsIn(int broker) => Find($"broker/{broker}");

    public Series? ServerLatency(int serverId) => Find($"server/{serverId}");

    public void Add(DateTimeOffset at, ClusterSnapshot snapshot, Random random)
    {
        Events = snapshot.RecentEvents;
        Put("lag", at, snapshot.Groups.Value?.Groups.Sum(g => g.TotalLag ?? 0) ?? 0);
        Put("records", at, snapshot.Rates?.RecordsInPerSecond ?? 0);
        Put("bytes", at, snapshot.Rates?.BytesInPerSecond ?? 0);
        foreach (var group in snapshot.Groups.Value?.Groups.Take(50) ?? [])
        {
            Put($"group/{group.GroupId}", at, group.TotalLag ?? 0);
            foreach (var offset in group.Offsets)
            {
                Put($"group/{group.GroupId}/{offset.Topic}/{offset.Partition}", at, offset.Lag ?? 0);
            }
        }
        foreach (var (topic, rate) in (snapshot.Rates?.RecordsInByTopic ?? ImmutableDictionary<string, double>.Empty).Take(50))
        {
            Put($"topic/{topic}", at, rate);
        }
        foreach (var (broker, rate) in snapshot.Rates?.RecordsInByBroker ?? ImmutableDictionary<int, double>.Empty)
        {
            Put($"broker/{broker}", at, rate);
        }
        for (var server = 1; server <= 3; server++)
        {
            Put($"server/{server}", at, 0.3 + random.NextDouble() * 0.4);
        }
    }

    void Put(string name, DateTimeOffset at, double value) =>
        series.AddOrUpdate(
            name, _ => [new(at, value)], (_, points) => (points.Length >= 180 ? points.RemoveAt(0) : points).Add(new(at, value)));

    Series? Find(string name) => series.TryGetValue(name, out var points) ? new(points) : null;
}
