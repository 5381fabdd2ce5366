namespace Dashboard.Nodes;

/// <summary>How many nodes this process hosts, and where their data lies.</summary>
public sealed record HostingOptions
{
    /// <summary>Kept between starts: each node's directory, its configuration and the ports.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>
    /// ZooKeeper servers; 1 to <see cref="MostCoordinators"/>. An even number survives no more failures than the odd one below it.
    /// </summary>
    public int Coordinators { get; init; } = UsualCoordinators;

    /// <summary>
    /// Kafka brokers, 0 to <see cref="MostBrokers"/>; null: those of the last start with this data, or <see cref="UsualBrokers"/>.
    /// </summary>
    public int? Brokers { get; init; }

    /// <summary>Set for every hosted broker, by key of server.properties; kept with the data, and an empty value takes a key out.</summary>
    public IReadOnlyDictionary<string, string> BrokerSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>The same for coordinators and zoo.cfg.</summary>
    public IReadOnlyDictionary<string, string> CoordinatorSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Null: Castellan's own servers.</summary>
    public ApacheOptions? Apache { get; init; }

    public const int MostCoordinators = 9;

    public const int UsualCoordinators = 3;

    public const int UsualBrokers = 3;

    public const int MostBrokers = 32;

    /// <summary>First ports tried; the next free ones when taken.</summary>
    public int FirstCoordinatorPort { get; init; } = 2181;

    public int FirstBrokerPort { get; init; } = 9092;

    /// <summary>Above those of <see cref="MostBrokers"/> brokers.</summary>
    public int FirstControllerPort { get; init; } = 9192;

    /// <summary>$XDG_DATA_HOME/castellan, by default ~/.local/share/castellan.</summary>
    public static string DefaultDataDirectory =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } home
                ? home
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"),
            "castellan");
}
