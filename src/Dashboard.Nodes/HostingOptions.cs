namespace Dashboard.Nodes;

/// <summary>How many nodes this process hosts, and where their data lies.</summary>
public sealed record HostingOptions
{
    /// <summary>Kept between starts: each node's directory, its configuration and the ports.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>ZooKeeper servers; 1 to 9. An even number survives no more failures than the odd one below it.</summary>
    public int Coordinators { get; init; } = 3;

    /// <summary>Kafka brokers; 0 to 64.</summary>
    public int Brokers { get; init; } = 3;

    /// <summary>First ports tried; the next free ones when taken.</summary>
    public int FirstCoordinatorPort { get; init; } = 2181;

    public int FirstBrokerPort { get; init; } = 9092;

    /// <summary>$XDG_DATA_HOME/castellan, by default ~/.local/share/castellan.</summary>
    public static string DefaultDataDirectory =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } home
                ? home
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"),
            "castellan");
}
