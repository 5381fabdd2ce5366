using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.DataProtection;
using Wire;
using Wire.Files;

namespace Dashboard.Clusters;

/// <summary>A kept cluster, as it stands in the file.</summary>
/// <param name="Definition">Null: its secrets cannot be decrypted; it stays in the file as it is.</param>
/// <param name="Locked">Then: all but the secrets, in whose place <see cref="ClusterDefinition.KeepSecret"/> stands.</param>
/// <param name="Problem">Why it is null, and the way out.</param>
sealed record KeptCluster(
    StoredCluster Stored, ClusterDefinition? Definition, ClusterDefinition? Locked = null, CodedText? Problem = null);

/// <summary>clusters.json cannot be read at all.</summary>
sealed class UnreadableClustersException(CodedText told, Exception cause) : CodedFormatException(told, cause);

/// <summary>
/// <c>clusters.json</c>: the clusters that were added on the page or through REST, readable for the owner alone, secrets encrypted. Written
/// whole to a file beside it that then takes its place: when that fails, all is as it was, and the exception names the file. A file that
/// cannot be read is never written over.
/// </summary>
sealed class KeptClusters(string directory, IDataProtectionProvider protection)
{
    const int Version = 1;

    readonly IDataProtector protector = protection.CreateProtector("Castellan.Clusters.Secrets.v1");

    public string FilePath { get; } = Path.Combine(directory, "clusters.json");

    /// <summary>What is in the file; nothing while there is none.</summary>
    /// <exception cref="UnreadableClustersException">It cannot be read at all; the message names it and the way out.</exception>
    public ImmutableArray<KeptCluster> Load()
    {
        if (!File.Exists(FilePath))
        {
            return [];
        }

        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(FilePath), StoredClustersJson.Default.StoredClusters);
            if (file is not { Version: Version, Clusters: { } stored } || stored.Any(one => one?.Id is null))
            {
                throw new JsonException($"it has no list of clusters in version {Version} of its form");
            }

            return [.. stored.Select(Open)];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            // a parser's message may quote what it read
            var why = e is JsonException { LineNumber: { } line }
                ? CodedText.Of("NoJsonAtLine", $"no JSON at line {line + 1}")
                : CodedText.Plain(e.Message);
            throw new UnreadableClustersException(
                CodedText.Of(
                    "KeptUnread",
                    $"{FilePath} cannot be read: {why}. Mend it or put it away, and start again; until then no cluster is added, "
                    + $"changed or removed here."),
                e);
        }
    }

    /// <summary>As it will stand in the file, with secrets encrypted.</summary>
    public KeptCluster Seal(ClusterDefinition definition) => new(
        new StoredCluster
        {
            Id = definition.Id,
            Name = definition.Name,
            Label = definition.Label,
            Colour = definition.Colour,
            ReadOnly = definition.ReadOnly,
            Kafka = definition.Kafka,
            ZooKeeper = definition.ZooKeeper,
            Properties = Public(definition.Properties),
            Secrets = Encrypted(definition.Properties),
            ZooKeeperProperties = Public(definition.ZooKeeperProperties),
            ZooKeeperSecrets = Encrypted(definition.ZooKeeperProperties),
            SchemaRegistry = Public(definition.SchemaRegistry),
            SchemaRegistrySecrets = Encrypted(definition.SchemaRegistry),
            Connect = Public(definition.Connect),
            ConnectSecrets = Encrypted(definition.Connect),
            Metrics = definition.Metrics,
            Addresses = Sorted(definition.AddressMap),
        },
        definition);

    /// <exception cref="IOException">It cannot be written; the file is as it was.</exception>
    public void Save(IEnumerable<KeptCluster> clusters)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(
            new StoredClusters(Version, [.. clusters.Select(cluster => cluster.Stored)]), StoredClustersJson.Default.StoredClusters);
        try
        {
            Disk.Private.WriteWhole(FilePath, content);
        }
        catch (IOException e)
        {
            throw new IOException($"{FilePath} cannot be written, and nothing was changed: {e.Message}", e);
        }
    }

    KeptCluster Open(StoredCluster stored)
    {
        try
        {
            return new(stored, Read(stored, protector.Unprotect));
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            var problem = CodedText.Of(
                "SecretsLost",
                $"{FilePath}: the secrets of cluster {stored.Id} cannot be decrypted, so that it is not opened. They are kept: "
                + $"put back the keys that were in {Path.Combine(directory, "keys")} and start again, or give the secrets again on the "
                + $"page Clusters or with PUT /api/clusters/{stored.Id}.");
            return new(stored, null, Read(stored, _ => ClusterDefinition.KeepSecret), problem);
        }
    }

    static ClusterDefinition Read(StoredCluster stored, Func<string, string> open) => new()
    {
        Id = stored.Id,
        Name = stored.Name ?? stored.Id,
        Label = stored.Label,
        Colour = stored.Colour,
        ReadOnly = stored.ReadOnly,
        Kafka = stored.Kafka,
        ZooKeeper = stored.ZooKeeper,
        Properties = Whole(stored.Properties, stored.Secrets, open),
        ZooKeeperProperties = Whole(stored.ZooKeeperProperties, stored.ZooKeeperSecrets, open),
        SchemaRegistry = Whole(stored.SchemaRegistry, stored.SchemaRegistrySecrets, open),
        Connect = Whole(stored.Connect, stored.ConnectSecrets, open),
        Metrics = stored.Metrics,
        AddressMap = stored.Addresses?.ToFrozenDictionary() ?? FrozenDictionary<string, string>.Empty,
        Source = DefinitionSource.Kept,
    };

    static FrozenDictionary<string, string> Whole(
        SortedDictionary<string, string>? plain, SortedDictionary<string, string>? secrets, Func<string, string> open) =>
        (plain ?? []).Concat((secrets ?? []).Select(s => KeyValuePair.Create(s.Key, open(s.Value)))).ToFrozenDictionary();

    static SortedDictionary<string, string>? Public(FrozenDictionary<string, string> properties) =>
        Sorted(properties.Where(p => !Secrets.IsSecret(p.Key)));

    SortedDictionary<string, string>? Encrypted(FrozenDictionary<string, string> properties) =>
        Sorted(properties.Where(p => Secrets.IsSecret(p.Key)).Select(p => KeyValuePair.Create(p.Key, protector.Protect(p.Value))));

    static SortedDictionary<string, string>? Sorted(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var sorted = new SortedDictionary<string, string>(entries.ToDictionary(), StringComparer.Ordinal);
        return sorted.Count == 0 ? null : sorted;
    }
}
