using Confluent.Kafka;
using Dashboard.Monitoring;
using Producer = Confluent.Kafka.IProducer<byte[]?, byte[]?>;

namespace Dashboard.Messages.Producing;

/// <summary>
/// Producers of single records, kept between them: to connect, to log in and to be given a producer id takes far longer than to send. One
/// for each cluster and each way to produce, at most <see cref="MostKept"/>: past that the one whose last use is the oldest goes. One that
/// is unused for a while is closed, and so is one whose cluster is gone or defined otherwise, or that cannot go on.
/// </summary>
public sealed class KeptProducers : IDisposable
{
    /// <summary>Each has a connection to every broker that it sent to, and two threads.</summary>
    public const int MostKept = 24;

    static readonly TimeSpan usualPatience = TimeSpan.FromSeconds(10);

    /// <summary>Shorter than brokers keep connections that say nothing (connections.max.idle.ms, 10 minutes).</summary>
    static readonly TimeSpan idle = TimeSpan.FromMinutes(5);

    readonly IClusterRegistry clusters;
    readonly TimeProvider time;
    readonly ITimer sweep;
    readonly Lock gate = new();
    readonly Dictionary<(string Cluster, ProduceOptions Options), KeptProducer> kept = [];

    /// <param name="patience">What no leader acknowledged within this is given up; null: 10 s.</param>
    public KeptProducers(IClusterRegistry clusters, TimeProvider time, TimeSpan? patience = null)
    {
        (this.clusters, this.time, Patience) = (clusters, time, patience ?? usualPatience);
        // a cluster that is removed, or has another password, must not be written to with the old one
        clusters.Changed += Forget;
        sweep = time.CreateTimer(_ => CloseIdle(), null, idle / 5, idle / 5);
    }

    internal TimeSpan Patience { get; }

    /// <summary>How many are open and can be used again.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return kept.Count;
            }
        }
    }

    /// <summary>A producer for this cluster as it is defined now. Given back by disposing of it.</summary>
    /// <exception cref="InvalidOperationException">The definition has what records cannot be written with; names it.</exception>
    internal ProducerLease Take(ClusterMonitorOptions cluster, ProduceOptions options)
    {
        var properties = ProducerProperties.Of(cluster);
        var key = (cluster.Id, options);
        lock (gate)
        {
            if (kept.TryGetValue(key, out var known) && !known.CanBeUsed(properties))
            {
                Close(key, known);
                known = null;
            }

            if (known is null)
            {
                MakeRoom();
                kept[key] = known = new KeptProducer(properties, SingleRecords.Config(properties, options, Patience));
            }

            // a local of its own: the closure below must not follow the variable
            var taken = known;
            taken.Users++;
            return new ProducerLease(taken.Producer, taken.Asking, isSpoiled => GiveBack(key, taken, isSpoiled));
        }
    }

    public void Dispose()
    {
        clusters.Changed -= Forget;
        sweep.Dispose();
        CloseWhere(_ => true);
    }

    void GiveBack((string, ProduceOptions) key, KeptProducer one, bool isSpoiled)
    {
        lock (gate)
        {
            one.Users--;
            one.UsedAt = time.GetTimestamp();
            if (isSpoiled && kept.GetValueOrDefault(key) == one)
            {
                kept.Remove(key);
                one.IsClosing = true;
            }

            if (one is { IsClosing: true, Users: 0 })
            {
                one.Close();
            }
        }
    }

    void MakeRoom()
    {
        if (kept.Count >= MostKept)
        {
            // an idle one first; one in use is closed by its last user
            var (key, oldest) = kept.OrderBy(one => one.Value.Users > 0).ThenBy(one => one.Value.UsedAt).First();
            Close(key, oldest);
        }
    }

    void CloseIdle() => CloseWhere(one => one.Value.Users == 0 && time.GetElapsedTime(one.Value.UsedAt) >= idle);

    /// <summary>Those of clusters that are gone, or connected to in another way.</summary>
    void Forget()
    {
        var now = clusters.Clusters.OfType<ClusterMonitor>().ToDictionary(monitor => monitor.Id, monitor => Properties(monitor.Options));
        CloseWhere(one => now.GetValueOrDefault(one.Key.Cluster) is not { } properties || !one.Value.CanBeUsed(properties));
    }

    static Dictionary<string, string>? Properties(ClusterMonitorOptions cluster)
    {
        try
        {
            return ProducerProperties.Of(cluster);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or KeyNotFoundException)
        {
            return null; // the next to send gets the reason
        }
    }

    void CloseWhere(Func<KeyValuePair<(string Cluster, ProduceOptions Options), KeptProducer>, bool> isOne)
    {
        lock (gate)
        {
            foreach (var (key, one) in kept.Where(isOne).ToList())
            {
                Close(key, one);
            }
        }
    }

    /// <summary>Not used again; closed when its last use ends.</summary>
    void Close((string, ProduceOptions) key, KeptProducer one)
    {
        kept.Remove(key);
        one.IsClosing = true;
        if (one.Users == 0)
        {
            one.Close();
        }
    }

    /// <summary>Owned by the lock of all, but for what the client's thread tells of it.</summary>
    sealed class KeptProducer
    {
        readonly Dictionary<string, string> properties;
        readonly Lazy<IAdminClient> asking;
        volatile bool isBroken;

        public KeptProducer(Dictionary<string, string> properties, ProducerConfig config)
        {
            this.properties = properties;
            Producer = new ProducerBuilder<byte[]?, byte[]?>(config)
                .SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => isBroken |= error.IsFatal).Build();
            asking = new(() => new DependentAdminClientBuilder(Producer.Handle).Build());
        }

        public Producer Producer { get; }

        /// <summary>On its connections; it takes a tenth of a second to close, and so stays as well.</summary>
        public IAdminClient Asking => asking.Value;

        public int Users { get; set; }

        public long UsedAt { get; set; }

        public bool IsClosing { get; set; }

        public bool CanBeUsed(Dictionary<string, string> wanted) => !isBroken && properties.Count == wanted.Count
            && properties.All(one => wanted.TryGetValue(one.Key, out var value) && value == one.Value);

        /// <summary>In the background: it waits for its threads, and they for their connections.</summary>
        // librdkafka joins its threads when it is closed, which may take seconds: not under the lock
        public void Close() => _ = Task.Run(() =>
        {
            if (asking.IsValueCreated)
            {
                // before its producer, whose handle it borrows
                asking.Value.Dispose();
            }

            Producer.Dispose();
        });
    }
}

/// <summary>A producer for the time of one record. It is not closed meanwhile.</summary>
/// <param name="asking">Asks by the producer's connections, and so as it would.</param>
/// <param name="giveBack">Whether it is not to be used again.</param>
sealed class ProducerLease(Producer producer, IAdminClient asking, Action<bool> giveBack) : IDisposable
{
    bool isSpoiled;

    public Producer Producer => producer;

    public IAdminClient Asking => asking;

    /// <summary>What it did last is not known, or it cannot go on: the next record goes through another.</summary>
    public void Spoil() => isSpoiled = true;

    public void Dispose() => giveBack(isSpoiled);
}
