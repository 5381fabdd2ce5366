using Dashboard.Monitoring.Model;
using Kafka.Client;
using ZooKeeper.Client;

namespace Dashboard.Monitoring;

/// <summary>One cluster to watch, and how often.</summary>
public sealed record ClusterMonitorOptions
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required ClusterKind Kind { get; init; }

    /// <summary>Bootstrap servers, HOST:PORT,…; null: only the ensemble is watched.</summary>
    public string? Kafka { get; init; }

    /// <summary>
    /// Where the brokers listen now, of a hosted cluster, to which brokers are added and from which they are removed; null: <see
    /// cref="Kafka"/> stays true.
    /// </summary>
    public Func<string>? HostedBrokers { get; init; }

    /// <summary>Connect string, HOST:PORT,…/chroot; null: pages that need ZooKeeper say so.</summary>
    public string? ZooKeeper { get; init; }

    /// <summary>Votes of the last elections, where the servers are hosted here.</summary>
    public Func<System.Collections.Immutable.ImmutableArray<ElectionView>>? Elections { get; init; }

    public TimeSpan MetadataInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of the offsets of partitions and of groups, which are read together.</summary>
    public TimeSpan OffsetInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From one reading of the groups that are on a screen to the next; more when a reading is slow.</summary>
    public TimeSpan SeenInterval { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Past this many groups only those with most lag are read each time; all of them every <see cref="AllGroupsInterval"/>.
    /// </summary>
    public int GroupsReadEachTime { get; init; } = 500;

    public TimeSpan AllGroupsInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ConfigInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan LogDirInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>While replicas move, and always for a hosted cluster, whose brokers are at hand.</summary>
    public TimeSpan LogDirIntervalWhileMoving { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan EnsembleInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of each call to one broker, or to the ensemble.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Given to Kafka for what changes the cluster; the answer is waited for a little longer.</summary>
    public TimeSpan CommandDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the cluster is looked at when a command was sent and not answered.</summary>
    public TimeSpan CommandLookUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Why bootstrap servers cannot be taken, or null.</summary>
    public static string? KafkaProblem(string servers) => Problem(() => KafkaCluster.ParseBootstrap(servers));

    /// <summary>Why a connect string cannot be taken, or null.</summary>
    public static string? ZooKeeperProblem(string connect) => Problem(() => ZooKeeperClientOptions.Parse(connect));

    static string? Problem(Func<object> parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
