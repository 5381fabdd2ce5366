using System.Collections.Frozen;
using Dashboard.Monitoring;
using Wire;

namespace Dashboard.Clusters;

/// <summary>
/// An entry of a list of clusters as it was written, in clusters.yaml or in settings: its fields as text, and where each stands, so that
/// what is wrong with one is told with its place. Names are taken in any case.
/// </summary>
/// <param name="start">Where the entry begins.</param>
/// <param name="directory">Files that it names lie relative to this.</param>
sealed class WrittenDefinition(CodedText start, string directory)
{
    const string Properties = "properties";
    const string ZooKeeperProperties = "zooKeeperProperties";
    const string Addresses = "addresses";
    const string SchemaRegistry = "schemaRegistry";
    const string Connect = "connect";
    const string KafkaConfig = "kafkaConfig";
    const string ZooKeeperConfig = "zooKeeperConfig";

    /// <summary>Fields with one value.</summary>
    public static readonly FrozenSet<string> Plain = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "id", "name", "label", "colour", "readOnly", "kafka", "zookeeper", "metrics", KafkaConfig, ZooKeeperConfig);

    /// <summary>Fields that hold names and values.</summary>
    public static readonly FrozenSet<string> Maps =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, Properties, ZooKeeperProperties, Addresses, SchemaRegistry, Connect);

    readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, Dictionary<string, string>> maps = new(StringComparer.OrdinalIgnoreCase);
    readonly Dictionary<string, CodedText> places = new(StringComparer.OrdinalIgnoreCase);
    readonly List<DecodeRule> rules = [];
    readonly List<string> protobuf = [];
    ClusterDefinitionException? wrong;

    public CodedText Start => start;

    /// <summary>Files it names: what they say belongs to it.</summary>
    public IEnumerable<string> Files =>
        new[] { KafkaConfig, ZooKeeperConfig }.Where(values.ContainsKey).Select(name => Path.Combine(directory, values[name]));

    public void Set(string field, string value, CodedText where) => (values[field], places[field]) = (value, where);

    public void Set(string map, string key, string value, CodedText where)
    {
        if (!maps.TryGetValue(map, out var entries))
        {
            maps[map] = entries = [];
        }

        (entries[key], places[$"{map}.{key}"]) = (value, where);
    }

    /// <summary>How some topics' bodies are read; in the order of the file.</summary>
    public void Add(DecodeRule rule) => rules.Add(rule);

    /// <summary>A .proto file, a descriptor set, or a directory of them; relative to the file that names it.</summary>
    public void AddProtobuf(string path) => protobuf.Add(path);

    /// <summary>A field that is not of its form: the entry is not taken without it.</summary>
    public void Refuse(string field, CodedText message, CodedText where)
    {
        places[field] = where;
        wrong ??= new ClusterDefinitionException(field, CodedText.Of("ClusterField", $"{field}: {message}"));
    }

    /// <exception cref="ClusterDefinitionException">A field cannot be taken.</exception>
    public ClusterDefinition Read(DefinitionSource source)
    {
        if (wrong is not null)
        {
            throw wrong;
        }

        Include(KafkaConfig, Properties);
        Include(ZooKeeperConfig, ZooKeeperProperties);
        var id = values.GetValueOrDefault("id") ?? throw new ClusterDefinitionException("id", CodedText.Of("NoId", $"id is missing."));
        return new ClusterDefinition
        {
            Id = id,
            Name = values.GetValueOrDefault("name") ?? id,
            Label = values.GetValueOrDefault("label"),
            Colour = values.GetValueOrDefault("colour"),
            ReadOnly = IsSet("readOnly"),
            Kafka = values.GetValueOrDefault("kafka"),
            ZooKeeper = values.GetValueOrDefault("zookeeper"),
            Properties = Map(Properties),
            ZooKeeperProperties = Map(ZooKeeperProperties),
            AddressMap = Map(Addresses),
            SchemaRegistry = Map(SchemaRegistry),
            Connect = Map(Connect),
            Metrics = values.GetValueOrDefault("metrics"),
            Decode = [.. rules],
            Protobuf = [.. protobuf.Select(path => Path.GetFullPath(path, directory))],
            Source = source,
        };
    }

    /// <summary>What is wrong, with the place of the field that it is about.</summary>
    public CodedText Explain(ClusterDefinitionException fault) =>
        CodedText.Of("ClusterField", $"{Where(fault.Field)}: {fault.Told}");

    CodedText Where(string? field) => field is not null && places.TryGetValue(field, out var where) ? where : start;

    /// <summary>What stands in the entry itself goes before what stands in the file it names.</summary>
    void Include(string field, string map)
    {
        if (!values.TryGetValue(field, out var file))
        {
            return;
        }

        foreach (var (key, value, where) in ClientConfigFile.Read(Path.Combine(directory, file), field).Entries)
        {
            if (!maps.TryGetValue(map, out var entries) || !entries.ContainsKey(key))
            {
                Set(map, key, value, where);
            }
        }
    }

    bool IsSet(string field) => values.GetValueOrDefault(field)?.ToLowerInvariant() switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new ClusterDefinitionException(
            field, CodedText.Of("NeitherTrueNorFalse", $"{field}: \"{other}\" is neither true nor false.")),
    };

    FrozenDictionary<string, string> Map(string map) =>
        maps.TryGetValue(map, out var entries) ? entries.ToFrozenDictionary() : FrozenDictionary<string, string>.Empty;
}
