using System.Collections.Frozen;
using Wire;

namespace Kafka.Broker.Configuration;

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
    internal BrokerConfigValues Values => current;

    /// <summary>
    /// Throws <see cref="ConfigException"/> naming file, line and key for a value that cannot be, and for a key that promises a safety
    /// which is not here.
    /// </summary>
    public static BrokerConfig Load(string path)
    {
        try
        {
            return Parse(Properties.ReadLines(path), path);
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
        var given = Read(lines, fileName, warnings);
        Refuse(given, fileName);
        var values = new Dictionary<string, Property>();
        foreach (var property in given)
        {
            if (!BrokerConfigKeys.All.TryGetValue(property.Key, out var key))
            {
                if (Unused(property.Key) is { } why)
                {
                    warnings.Add($"{fileName}:{property.Line}: {property.Key}: {why}");
                }

                continue;
            }

            if (key.WithoutEffect && !RefusedBrokerKeys.Contains(key.Name))
            {
                warnings.Add($"{fileName}:{property.Line}: {property.Key}: accepted, but changes nothing in this broker");
            }

            Check(key, property, fileName);
            values[property.Key] = property;
        }

        var config = new BrokerConfig(values.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Trimmed), fileName, warnings);
        config.CheckTogether(values);
        config.CheckAddresses(values, warnings);
        return config;
    }

    /// <summary>The last line of each key, in the order of the file.</summary>
    static List<Property> Read(IEnumerable<string> lines, string fileName, List<string> warnings)
    {
        var last = new Dictionary<string, Property>();
        try
        {
            foreach (var property in Properties.Parse(lines))
            {
                if (last.TryGetValue(property.Key, out var before))
                {
                    warnings.Add($"{fileName}:{before.Line}: {property.Key}: line {property.Line} says it again, and wins");
                }

                last[property.Key] = property;
            }
        }
        catch (PropertiesException e)
        {
            throw new ConfigException($"{fileName}:{e.Line}: {e.Message}");
        }

        NodeIdIsBrokerId(last, fileName);
        return [.. last.Values.OrderBy(property => property.Line)];
    }

    /// <summary>Kafka takes either for the other (KIP-631), and refuses two that differ.</summary>
    static void NodeIdIsBrokerId(Dictionary<string, Property> last, string fileName)
    {
        if (last.ContainsKey("process.roles") || !last.Remove("node.id", out var node))
        {
            return;
        }

        if (last.TryAdd("broker.id", node with { Key = "broker.id" }) || last["broker.id"].Trimmed == node.Trimmed)
        {
            return;
        }

        throw new ConfigException(
            $"{fileName}:{node.Line}: node.id: must be the same as broker.id, which is {last["broker.id"].Trimmed}, not '{node.Trimmed}'");
    }

    /// <summary>
    /// Every line that promises what is not here, at once: mending them one by one would take as many starts. In KRaft mode that is what
    /// there is to say.
    /// </summary>
    static void Refuse(List<Property> given, string fileName)
    {
        var refused = given
            .Select(property => (Property: property, Why: RefusedBrokerKeys.Why(property.Key, property.Trimmed)))
            .Where(each => each.Why is not null).ToList();
        if (refused.Exists(each => each.Property.Key == "process.roles"))
        {
            refused.RemoveAll(each => each.Property.Key != "process.roles");
        }

        if (refused.Count > 0)
        {
            throw new ConfigException(string.Join('\n', refused.Select(each =>
                $"{fileName}:{each.Property.Line}: {each.Property.Key}: refused: {each.Why}.")));
        }
    }

    static string? Unused(string key) => RefusedBrokerKeys.Contains(key) ? null
        : AbsentKeys.Contains(key) ? "a key of Kafka for what this broker does not have, ignored"
        : key.Split('.', 4) is ["listener", "name", { Length: > 0 }, var own] && BrokerConfigKeys.All.ContainsKey(own)
            ? "this broker has no settings for single listeners, ignored"
        : "unknown key, ignored";

    /// <summary>
    /// Lays the overrides of /config/brokers/&lt;default&gt; and of /config/brokers/id over the file's values. Illegal ones are left out
    /// and returned; unknown ones are only shown.
    /// </summary>
    public IReadOnlyList<string> ApplyDynamic(IReadOnlyDictionary<string, string> clusterWide, IReadOnlyDictionary<string, string> broker)
    {
        var refused = new List<string>();
        FrozenDictionary<string, string> Legal(IReadOnlyDictionary<string, string> overrides) => overrides.Where(pair =>
        {
            var key = BrokerConfigKeys.Find(pair.Key);
            var legal = RefusedBrokerKeys.Why(pair.Key, pair.Value) is null
                && (key.Type == ConfigType.Unknown || (key.Dynamic && key.Problem(pair.Value) is null));
            if (!legal)
            {
                refused.Add(pair.Key);
            }

            return legal;
        }).ToFrozenDictionary();

        current = new BrokerConfigValues(fixedValues, Legal(clusterWide), Legal(broker));
        return refused;
    }
}
