using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.History;

/// <summary>The monitor's memory. Only the monitor's loop writes; pages read copies, under a short lock.</summary>
/// <param name="log">Keeps events beyond this process; null: they end with it.</param>
sealed class HistoryStore(IEventLog? log = null, string cluster = "") : IHistory
{
    // below the 5 s of the readings: one that comes a little early still counts
    static readonly SeriesTiming timing = new(TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(4));
    public const int EventsKept = 2000;

    readonly Lock gate = new();
    readonly Dictionary<SeriesKey, SeriesRing> series = [];
    ImmutableArray<ClusterEvent> events = log?.Load(cluster) ?? [];

    public ImmutableArray<ClusterEvent> Events
    {
        get
        {
            lock (gate)
            {
                return events;
            }
        }
    }

    public string? EventsProblem => log?.Problem;

    public Series? TotalLag => Copy(new(SeriesKind.TotalLag));

    public Series? RecordsIn => Copy(new(SeriesKind.RecordsIn));

    public Series? BytesIn => Copy(new(SeriesKind.BytesIn));

    public Series? GroupLag(string groupId) => Copy(new(SeriesKind.GroupLag, groupId));

    public Series? PartitionLag(string groupId, string topic, int partition) =>
        Copy(new(SeriesKind.PartitionLag, groupId, topic, partition));

    public Series? TopicRecordsIn(string topic) => Copy(new(SeriesKind.TopicRecordsIn, topic));

    public Series? BrokerRecordsIn(int broker) => Copy(new(SeriesKind.BrokerRecordsIn, Number: broker));

    public Series? ServerLatency(int serverId) => Copy(new(SeriesKind.ServerLatency, Number: serverId));

    public void Add(SeriesKey key, DateTimeOffset at, double value)
    {
        lock (gate)
        {
            if (!series.TryGetValue(key, out var ring))
            {
                series[key] = ring = new SeriesRing(timing);
            }

            ring.Add(at, value);
        }
    }

    /// <summary>The series itself, for the monitor's loop alone, its only writer. Null while nothing was recorded.</summary>
    public SeriesRing? Find(SeriesKey key) => series.GetValueOrDefault(key);

    /// <summary>
    /// When a partition's end offset reached this offset, which is when the record there was written; null when longer ago than is
    /// remembered.
    /// </summary>
    public DateTimeOffset? WrittenAt(TopicPartition partition, long offset) =>
        Find(new(SeriesKind.EndOffset, partition.Topic, Number: partition.Partition))?.Reached(offset);

    public void Add(IReadOnlyCollection<ClusterEvent> newest)
    {
        if (newest.Count == 0)
        {
            return;
        }

        lock (gate)
        {
            events = [.. newest.Reverse().Concat(events).Take(EventsKept)];
        }

        // outside the lock: pages read while the log encodes
        log?.Append(cluster, newest);
    }

    /// <summary>Forgets what no longer exists: deleted topics and groups.</summary>
    public void Retain(Func<SeriesKey, bool> exists)
    {
        lock (gate)
        {
            foreach (var key in series.Keys.Where(key => !exists(key)).ToList())
            {
                series.Remove(key);
            }
        }
    }

    /// <summary>Of Kafka: another cluster has taken the place of the one that it was. Events stay, which tell of that.</summary>
    public void Clear() => Retain(key => key.Kind == SeriesKind.ServerLatency);

    Series? Copy(SeriesKey key)
    {
        lock (gate)
        {
            return series.TryGetValue(key, out var ring) ? ring.Copy() : null;
        }
    }
}

enum SeriesKind
{
    TotalLag,
    RecordsIn,
    BytesIn,
    GroupLag,
    PartitionLag,
    TopicRecordsIn,
    BrokerRecordsIn,
    ServerLatency,
    EndOffset,
}

/// <param name="Name">Group or topic.</param>
/// <param name="Topic">Of a group's partition.</param>
/// <param name="Number">Partition, broker or server.</param>
readonly record struct SeriesKey(SeriesKind Kind, string? Name = null, string? Topic = null, int Number = 0);
