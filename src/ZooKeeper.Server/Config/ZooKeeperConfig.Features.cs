namespace ZooKeeper.Server;

/// <summary>What Apache reads as system properties; in zoo.cfg they are written without "zookeeper.".</summary>
public sealed partial record ZooKeeperConfig
{
    /// <summary>Connections of clients in all; 0 for no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>False: no client can prove an identity of scheme digest, and no ACL can name one (ZOOKEEPER-4427).</summary>
    public bool DigestAuthenticationEnabled { get; init; } = true;

    /// <summary>A write that would exceed a hard limit of a quota is refused (QuotaExceeded). Without it quotas are counted only.</summary>
    public bool EnforceQuota { get; init; }

    /// <summary>ms between two looks for containers that are empty and nodes whose time to live is over.</summary>
    public int ContainerCheckInterval { get; init; } = 60_000;

    /// <summary>How many of them are deleted in a minute at most.</summary>
    public int ContainersPerMinute { get; init; } = 10_000;

    /// <summary>ms after which a container that never had a child is deleted as well; 0: never.</summary>
    public long ContainerNeverUsedInterval { get; init; }

    /// <summary>"gz", "snappy" or "": how snapshots are written. All three are read.</summary>
    public string SnapshotCompression { get; init; } = "";

    /// <summary>The AdminServer's command that takes a snapshot and sends it.</summary>
    public bool AdminSnapshotEnabled { get; init; } = true;

    /// <summary>ms between two runs of the AdminServer's costly commands.</summary>
    public int AdminRateLimit { get; init; } = 300_000;

    /// <summary>The file as it was read, for initial_configuration; null when the configuration did not come from one.</summary>
    public string? Source { get; init; }
}
