using System.Collections.Frozen;
using System.Globalization;
using Kafka.Client;
using Kafka.Client.Configuration;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Client;
using ZooKeeper.Client.Configuration;

namespace Dashboard.Monitoring.Connections;

/// <summary>
/// From what is given of a cluster to what its clients need: addresses, security, and where advertised addresses are reached. The one place
/// that reads the properties.
/// </summary>
public static class ClusterConnections
{
    /// <summary>Where a client says itself how long it waits, instead of the monitor's deadline.</summary>
    const string RequestTimeout = "request.timeout.ms";

    /// <summary>Not a client's: how many bytes of records may be read of the cluster a second, by all who search it.</summary>
    const string SearchRate = "castellan.search.bytes.per.second";

    /// <summary>Commands are rare: what connected for one is closed.</summary>
    static readonly TimeSpan afterCommand = TimeSpan.FromMinutes(1);

    /// <summary>Whether clients can be made of it; nothing is connected to.</summary>
    /// <returns>What is passed over, one sentence each: properties that no client knows.</returns>
    /// <exception cref="ClusterDefinitionException">A property cannot be taken.</exception>
    public static IReadOnlyList<CodedText> Check(ClusterMonitorOptions options)
    {
        Addresses(options);
        SearchBytesPerSecond(options);
        return [.. Properties(options).Warnings, .. ZooKeeperProperties(options).Warnings];
    }

    /// <summary>Bootstrap servers under a name that another client has for them, with Kafka's own; null: there are none.</summary>
    public static CodedText? ServersElsewhere(IEnumerable<KeyValuePair<string, string>> properties) =>
        ClientProperties.WrittenFor("bootstrap.servers", properties);

    /// <summary>Of everything that reads or changes through Kafka; null without bootstrap servers.</summary>
    /// <exception cref="ClusterDefinitionException">A property cannot be taken.</exception>
    internal static KafkaClientOptions? Kafka(ClusterMonitorOptions options, TimeProvider time)
    {
        if (options.Kafka is null)
        {
            return null;
        }

        var read = Properties(options).Options;
        return read with
        {
            AddressMap = Addresses(options),
            // Kafka's default is 30 s: a monitor has to show sooner that a broker is silent
            RequestTimeout = options.Properties.ContainsKey(RequestTimeout) ? read.RequestTimeout : options.CallDeadline,
            // there may be a hundred clusters of many brokers: more only while a caller has to wait
            UsualConnections = 2,
            Counts = new RequestCounts(),
            Cluster = new ExpectedCluster(time, options.HostedClusterId),
            Time = time,
        };
    }

    /// <summary>Of what changes the cluster.</summary>
    /// <param name="reading">Of what reads it.</param>
    internal static KafkaClientOptions? ForCommands(ClusterMonitorOptions options, KafkaClientOptions? reading) => reading is null
        ? null
        // a command counts its own deadline, and is worth waiting for a broker that is slow to take a connection
        : reading with
        {
            OperationTimeout = options.CommandDeadline,
            ConnectTimeout = reading.ConnectTimeout * 3,
            SilentPatience = options.CommandDeadline,
            UsualConnections = 1,
            IdleTimeout = reading.IdleTimeout == Timeout.InfiniteTimeSpan ? afterCommand : reading.IdleTimeout,
        };

    /// <summary>Connects when something is asked of it.</summary>
    internal static KafkaCluster? Open(ClusterMonitorOptions options, KafkaClientOptions? client, ILoggerFactory loggers) =>
        client is null ? null : new KafkaCluster(KafkaCluster.ParseBootstrap(options.Kafka!), client, loggers);

    /// <summary>Of the session with the ensemble; null without a connect string.</summary>
    /// <exception cref="ClusterDefinitionException">A property cannot be taken.</exception>
    internal static ZooKeeperClientOptions? ZooKeeper(ClusterMonitorOptions options, TimeProvider time) => options.ZooKeeper is null
        ? null
        : ZooKeeperProperties(options).Apply(
            ZooKeeperClientOptions.Parse(options.ZooKeeper) with { Time = time, RequestTimeout = options.CallDeadline });

    /// <summary>Null: as many as come.</summary>
    /// <exception cref="ClusterDefinitionException">It is no number.</exception>
    internal static long? SearchBytesPerSecond(ClusterMonitorOptions options) =>
        !options.Properties.TryGetValue(SearchRate, out var text) ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes
        : throw new ClusterDefinitionException(
            Field("properties", SearchRate),
            CodedText.Of("SearchRate", $"{SearchRate}: \"{text}\" is no number of bytes a second, as in 50000000."));

    static ClientConfiguration Properties(ClusterMonitorOptions options)
    {
        try
        {
            // our own property is no client's, and would be warned of as unknown
            return ClientProperties.Read(options.Properties.Where(p => p.Key != SearchRate).ToFrozenDictionary());
        }
        catch (ClientPropertiesException e)
        {
            throw new ClusterDefinitionException(Field("properties", e.Key), e.Told);
        }
    }

    static ZooKeeperConfiguration ZooKeeperProperties(ClusterMonitorOptions options)
    {
        try
        {
            return global::ZooKeeper.Client.Configuration.ZooKeeperProperties.Read(options.ZooKeeperProperties);
        }
        catch (ZooKeeperPropertiesException e)
        {
            throw new ClusterDefinitionException(Field("zooKeeperProperties", e.Key), e.Told);
        }
    }

    static AddressMap Addresses(ClusterMonitorOptions options)
    {
        try
        {
            return AddressMap.Of(options.AddressMap);
        }
        catch (CodedFormatException e)
        {
            throw new ClusterDefinitionException("addresses", CodedText.Of("ClusterField", $"{"addresses"}: {e.Told}"));
        }
    }

    static string Field(string field, string? key) => key is null ? field : $"{field}.{key}";
}
