using System.Collections.Frozen;
using Kafka.Broker.Configuration;

namespace Kafka.Broker;

/// <summary>
/// server.properties of one broker. Static values never change; overrides of /config/brokers are laid over them by
/// <see cref="ApplyDynamic"/>, which swaps one immutable table, so any thread may read.
/// </summary>
public sealed partial class BrokerConfig
{
    readonly FrozenDictionary<string, string> fixedValues;
    volatile BrokerConfigValues current;

    BrokerConfig(FrozenDictionary<string, string> fixedValues, string fileName, IReadOnlyList<string> warnings)
    {
        this.fixedValues = fixedValues;
        FileName = fileName;
        Warnings = warnings;
        current = new BrokerConfigValues(fixedValues, FrozenDictionary<string, string>.Empty, FrozenDictionary<string, string>.Empty);
    }

    public string FileName { get; }

    /// <summary>Unknown keys and keys without effect, each with file and line.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>All values as they hold now, with their sources.</summary>
    public BrokerConfigValues Values => current;

    /// <summary>Throws <see cref="ConfigException"/> naming file, line and key for a value that cannot be.</summary>
    public static BrokerConfig Load(string path)
    {
        try
        {
            return Parse(File.ReadLines(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: {e.Message}");
        }
    }

    /// <summary>See <see cref="Load"/>; a later line of the same key wins, as in java.util.Properties.</summary>
    public static BrokerConfig Parse(IEnumerable<string> lines, string fileName)
    {
        var warnings = new List<string>();
        var values = new Dictionary<string, Property>();
        foreach (var property in Properties.Parse(lines))
        {
            if (!BrokerConfigKeys.All.TryGetValue(property.Key, out var key))
            {
                warnings.Add($"{fileName}:{property.Line}: {property.Key}: {(AbsentKeys.Contains(property.Key) ? "a key of Kafka for what this broker does not have, ignored" : "unknown key, ignored")}");
                continue;
            }

            if (key.WithoutEffect)
            {
                warnings.Add($"{fileName}:{property.Line}: {property.Key}: accepted, but changes nothing in this broker");
            }

            Check(key, property, fileName);
            values[property.Key] = property;
        }

        var config = new BrokerConfig(values.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Value.Trim()), fileName, warnings);
        config.CheckTogether(values);
        return config;
    }

    /// <summary>
    /// Lays the overrides of /config/brokers/&lt;default&gt; and of /config/brokers/id over the file's values. Illegal ones are left out and returned; unknown ones are only shown.
    /// </summary>
    public IReadOnlyList<string> ApplyDynamic(IReadOnlyDictionary<string, string> clusterWide, IReadOnlyDictionary<string, string> broker)
    {
        var refused = new List<string>();
        FrozenDictionary<string, string> Legal(IReadOnlyDictionary<string, string> overrides) => overrides.Where(pair =>
        {
            var legal = !BrokerConfigKeys.All.TryGetValue(pair.Key, out var key) || (key.Dynamic && key.Problem(pair.Value) is null);
            if (!legal)
            {
                refused.Add(pair.Key);
            }

            return legal;
        }).ToFrozenDictionary();

        current = new BrokerConfigValues(fixedValues, Legal(clusterWide), Legal(broker));
        return refused;
    }

    static void Check(ConfigKey key, Property property, string fileName)
    {
        try
        {
            key.Parse(property.Value);
        }
        catch (FormatException e)
        {
            throw new ConfigException($"{fileName}:{property.Line}: {property.Key}: {e.Message}, not '{property.Value}'");
        }
    }

    /// <summary>What only shows when several keys are looked at.</summary>
    void CheckTogether(Dictionary<string, Property> values)
    {
        void Refuse(string key, string why) =>
            throw new ConfigException($"{FileName}:{(values.TryGetValue(key, out var set) ? set.Line : 0)}: {key}: {why}");

        if (ZooKeeperConnect.Length == 0)
        {
            Refuse("zookeeper.connect", "missing: this broker needs a ZooKeeper ensemble");
        }

        if (BrokerId < 0 && !Values.Bool("broker.id.generation.enable"))
        {
            Refuse("broker.id", "must not be negative unless broker.id.generation.enable is true");
        }

        if (LogDirs.Count == 0)
        {
            Refuse(values.ContainsKey("log.dirs") ? "log.dirs" : "log.dir", "names no directory");
        }

        foreach (var key in (string[])["listeners", "advertised.listeners"])
        {
            try
            {
                _ = Listener.ParseList(Values.Text(key) ?? "", Values.Text("listener.security.protocol.map")!);
            }
            catch (FormatException e)
            {
                Refuse(key, e.Message);
            }
        }

        if (Listeners.Count == 0)
        {
            Refuse("listeners", "names no listener");
        }

        if (Values.Text("inter.broker.listener.name") is { } name && Listeners.All(listener => listener.Name != name))
        {
            Refuse("inter.broker.listener.name", $"no listener is called {name}");
        }
    }
}
