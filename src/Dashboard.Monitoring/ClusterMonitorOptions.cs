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

    /// <summary>Connect string, HOST:PORT,…/chroot; null: pages that need ZooKeeper say so.</summary>
    public string? ZooKeeper { get; init; }

    /// <summary>Votes of the last elections, where the servers are hosted here and tell.</summary>
    public Func<System.Collections.Immutable.ImmutableArray<ElectionView>>? Elections { get; init; }

    public TimeSpan MetadataInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of the offsets of partitions and of groups, which are read together.</summary>
    public TimeSpan OffsetInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Past this many groups only those with most lag are read each time; all of them every <see cref="AllGroupsInterval"/>.</summary>
    public int GroupsReadEachTime { get; init; } = 500;

    public TimeSpan AllGroupsInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ConfigInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan LogDirInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>While replicas move, and always for a hosted cluster, whose brokers are at hand.</summary>
    public TimeSpan LogDirIntervalWhileMoving { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan EnsembleInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of each call to one broker, or to the ensemble.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(5);

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
