namespace Dashboard.Monitoring.Model;

/// <summary>What was asked and did not answer as it should.</summary>
/// <param name="Name">As logs and REST name it, in English: "broker 2 at 127.0.0.1:9094".</param>
/// <param name="Words">The same for readers of pages; null for a name that is one in every language.</param>
public sealed record ErrorSource(string Name, Phrase? Words = null)
{
    public static ErrorSource Ensemble { get; } = new("the ensemble", Phrase.Of("Source_Ensemble"));

    public static ErrorSource Controller { get; } = new("the controller", Phrase.Of("Source_Controller"));

    public static ErrorSource Controllers { get; } = new("the controllers", Phrase.Of("Source_Controllers"));

    public static ErrorSource Leaders { get; } = new("the partitions' leaders", Phrase.Of("Source_Leaders"));

    public static ErrorSource Coordinators { get; } = new("the group coordinators", Phrase.Of("Source_Coordinators"));

    public static ErrorSource LagSources { get; } =
        new("the partitions' leaders and the group coordinators", Phrase.Of("Source_LeadersAndCoordinators"));

    public static ErrorSource LogDirs { get; } = new("the brokers' log dirs", Phrase.Of("Source_LogDirs"));

    public static ErrorSource TopicConfigs { get; } = new("the topics' configs", Phrase.Of("Source_TopicConfigs"));

    public static ErrorSource MetadataCheck { get; } = new("the metadata check", Phrase.Of("Source_MetadataCheck"));

    /// <param name="endpoint">HOST:PORT; null where it is not known.</param>
    public static ErrorSource Broker(int id, string? endpoint) => endpoint is null
        ? new($"broker {id}", Phrase.Of("Source_Broker", id))
        : new($"broker {id} at {endpoint}", Phrase.Of("Source_BrokerAt", id, endpoint));

    /// <summary>Of an ensemble, by its HOST:PORT.</summary>
    public static ErrorSource Server(string address) => new($"server {address}", Phrase.Of("Source_Server", address));

    public static ErrorSource Partition(int index) => new($"partition {index}", Phrase.Of("Source_Partition", index));

    public static ErrorSource Kafka(string bootstrap) => new($"Kafka at {bootstrap}", Phrase.Of("Source_At", "Kafka", bootstrap));

    public static ErrorSource ZooKeeper(string servers) => new($"ZooKeeper at {servers}", Phrase.Of("Source_At", "ZooKeeper", servers));

    public static implicit operator ErrorSource(string name) => new(name);

    /// <summary>The words follow from the name.</summary>
    public bool Equals(ErrorSource? other) => Name == other?.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}
