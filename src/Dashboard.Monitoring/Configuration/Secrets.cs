using System.Collections.Frozen;
using Wire;

namespace Dashboard.Monitoring;

/// <summary>Which of a client's properties are secret: their values are encrypted on disk and never shown, logged or returned.</summary>
public static class Secrets
{
    /// <summary>
    /// By the name: those that Kafka's and ZooKeeper's clients call passwords (type PASSWORD in Kafka's configuration reference), and those
    /// that carry a key or credentials. What only says where a secret lies (a file, an address) is none.
    /// </summary>
    public static bool IsSecret(string name) =>
        Contains(name, "password") || Contains(name, "passphrase") || Contains(name, "passwd") || Contains(name, "secret")
        || Is(name, "digest") || EndsWith(name, "jaas.config") || EndsWith(name, ".token") || Is(name, "token")
        || EndsWith(name, "ssl.key") || EndsWith(name, "keystore.key") || EndsWith(name, "private.key") || EndsWith(name, "user.info")
        || EndsWith(name, ".credentials");

    /// <summary>With <see cref="ClusterDefinition.KeepSecret"/> in the place of each secret.</summary>
    public static ClusterDefinition Masked(ClusterDefinition definition) => definition with
    {
        Properties = Masked(definition.Properties),
        ZooKeeperProperties = Masked(definition.ZooKeeperProperties),
        SchemaRegistry = Masked(definition.SchemaRegistry),
        Connect = Masked(definition.Connect),
    };

    /// <summary>
    /// With what was kept in the place of each <see cref="ClusterDefinition.KeepSecret"/>. A kept secret goes to the addresses it was kept
    /// for, and as protected as it was: with another one it has to be given again, or who may change a definition could have it sent to
    /// themselves.
    /// </summary>
    /// <param name="kept">The definition that is replaced; null when there is none.</param>
    /// <exception cref="ClusterDefinitionException">Nothing is kept for it.</exception>
    public static ClusterDefinition Filled(ClusterDefinition definition, ClusterDefinition? kept) => definition with
    {
        Properties = Filled(
            definition.Properties, SameBrokers(kept, definition) ? kept?.Properties : null, "properties"),
        ZooKeeperProperties = Filled(
            definition.ZooKeeperProperties, SameEnsemble(kept, definition) ? kept?.ZooKeeperProperties : null,
            "zooKeeperProperties"),
        SchemaRegistry = Filled(
            definition.SchemaRegistry, SameRegistry(kept, definition) ? kept?.SchemaRegistry : null, "schemaRegistry"),
        Connect = Filled(
            definition.Connect,
            kept?.Connect.Where(p =>
                ConnectSettings.AddressOf(kept.Connect, p.Key) == ConnectSettings.AddressOf(definition.Connect, p.Key))
                .ToFrozenDictionary(),
            "connect"),
    };

    /// <summary>
    /// Also by the address map, which says where the addresses are reached, and by the endpoint that a client's secret goes to.
    /// </summary>
    static bool SameBrokers(ClusterDefinition? kept, ClusterDefinition now) =>
        kept is not null && kept.Kafka == now.Kafka
        && kept.AddressMap.Count == now.AddressMap.Count && !kept.AddressMap.Except(now.AddressMap).Any()
        && Same(kept.Properties, now.Properties, "security.protocol")
        && Same(kept.Properties, now.Properties, "sasl.oauthbearer.token.endpoint.url");

    static bool SameEnsemble(ClusterDefinition? kept, ClusterDefinition now) =>
        kept is not null && kept.ZooKeeper == now.ZooKeeper
        && Same(kept.ZooKeeperProperties, now.ZooKeeperProperties, "zookeeper.client.secure");

    static bool Same(FrozenDictionary<string, string> kept, FrozenDictionary<string, string> now, string name) =>
        string.Equals(kept.GetValueOrDefault(name), now.GetValueOrDefault(name), StringComparison.OrdinalIgnoreCase);

    static bool SameRegistry(ClusterDefinition? kept, ClusterDefinition now) =>
        kept is not null && RegistrySettings.AddressOf(kept.SchemaRegistry) == RegistrySettings.AddressOf(now.SchemaRegistry);

    static FrozenDictionary<string, string> Masked(FrozenDictionary<string, string> properties) =>
        properties.ToFrozenDictionary(p => p.Key, p => IsSecret(p.Key) ? ClusterDefinition.KeepSecret : p.Value);

    static FrozenDictionary<string, string> Filled(
        FrozenDictionary<string, string> properties, FrozenDictionary<string, string>? kept, string field) =>
        properties.ToFrozenDictionary(p => p.Key, p =>
            p.Value != ClusterDefinition.KeepSecret || !IsSecret(p.Key) ? p.Value
            : kept is not null && kept.TryGetValue(p.Key, out var value) ? value
            : throw new ClusterDefinitionException(
                $"{field}.{p.Key}",
                CodedText.Of("SecretNotKept", $"{p.Key}: no value is kept for this address and protocol; give it again.")));

    static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    static bool Contains(string name, string part) => name.Contains(part, StringComparison.OrdinalIgnoreCase);

    static bool EndsWith(string name, string end) => name.EndsWith(end, StringComparison.OrdinalIgnoreCase);
}
