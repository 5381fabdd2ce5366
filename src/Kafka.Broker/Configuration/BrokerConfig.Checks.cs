using Wire;
using Wire.Files;
using ZooKeeper.Client;

namespace Kafka.Broker.Configuration;

/// <summary>What a file must not say: in one value, or in several together (the rules of Kafka's KafkaConfig).</summary>
public sealed partial class BrokerConfig
{
    /// <summary>With each key, what it may not be above: a follower would time out, or leave the ISR, in each quiet moment.</summary>
    static readonly (string Key, string Above, string Why)[] order =
    [
        ("replica.fetch.wait.max.ms", "replica.socket.timeout.ms", "a fetch that waits for records would be given up"),
        ("replica.fetch.wait.max.ms", "replica.lag.time.max.ms", "followers would leave the ISR whenever nothing is produced"),
    ];

    static void Check(ConfigKey key, Property property, string fileName)
    {
        try
        {
            key.Parse(property.Trimmed);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"{fileName}:{property.Line}: {property.Key}: {key.WithoutUnit(property.Trimmed) ?? e.Message}, "
                + $"not '{property.Trimmed}'");
        }
    }

    void CheckTogether(Dictionary<string, Property> values)
    {
        CheckIdentity(values);
        CheckDirectories(values);
        CheckListeners(values);
        CheckLimits(values);
    }

    ConfigException Wrong(Dictionary<string, Property> values, string key, string why) => new($"{Place(values, key)}: {key}: {why}");

    void CheckIdentity(Dictionary<string, Property> values)
    {
        if (ZooKeeperConnect.Length == 0)
        {
            throw Wrong(values, "zookeeper.connect", "missing: this broker needs a ZooKeeper ensemble");
        }

        try
        {
            _ = ZooKeeperClientOptions.Parse(ZooKeeperConnect);
        }
        catch (FormatException e)
        {
            throw Wrong(values, "zookeeper.connect", e.Message);
        }

        var generates = Values.Bool("broker.id.generation.enable");
        if (BrokerId < 0 && !generates)
        {
            throw Wrong(values, "broker.id", "must not be negative unless broker.id.generation.enable is true");
        }

        if (BrokerId > ReservedBrokerMaxId && generates)
        {
            throw Wrong(
                values,
                "broker.id",
                $"must not be above reserved.broker.max.id ({ReservedBrokerMaxId}): ids above are generated. "
                + "Set that higher, or broker.id.generation.enable=false");
        }
    }

    void CheckDirectories(Dictionary<string, Property> values)
    {
        var key = values.ContainsKey("log.dirs") ? "log.dirs" : "log.dir";
        if (LogDirs.Count == 0)
        {
            throw Wrong(values, key, "names no directory");
        }

        foreach (var directory in LogDirs)
        {
            if (ConfiguredPath.Problem(directory) is { } problem)
            {
                throw Wrong(values, key, $"'{directory}' is {problem}");
            }
        }

        if (LogDirs.GroupBy(Path.GetFullPath).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw Wrong(values, key, $"names {twice.Key} twice");
        }
    }

    void CheckLimits(Dictionary<string, Property> values)
    {
        foreach (var (key, above, why) in order)
        {
            if (Values.Number(key) > Values.Number(above))
            {
                var place = values.ContainsKey(key) ? key : above;
                throw Wrong(values, place, $"{key} ({Values.Number(key)}) must not be above {above} ({Values.Number(above)}): {why}");
            }
        }

        if (Values.Long("queued.max.request.bytes") is > 0 and var queued && queued < SocketRequestMaxBytes)
        {
            throw Wrong(
                values,
                "queued.max.request.bytes",
                $"must be -1 or at least socket.request.max.bytes ({SocketRequestMaxBytes}), not '{queued}': "
                + "the longest request would not fit");
        }

        // nothing would ever be kept; the finest unit wins, as LogConfig has it
        string[] retention = ["log.retention.ms", "log.retention.minutes", "log.retention.hours"];
        if (retention.FirstOrDefault(Values.IsSet) is { } finest && Values.Number(finest) == 0)
        {
            throw Wrong(values, finest, "must be -1 (no limit) or at least 1, not '0'");
        }
    }
}
