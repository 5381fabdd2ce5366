using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Wire;

namespace Dashboard.Api;

/// <param name="State">ok, degraded, broken or unreachable; null until it was asked once, some seconds after it was added.</param>
/// <param name="Version">The release of Kafka that its oldest broker has at least: "3.9"; null while no broker told.</param>
public sealed record ClusterItem(
    string Id, string Name, ClusterKind Kind, string? Label, bool ReadOnly, ClusterStateName? State, string? Version)
{
    public static ClusterItem Of(ClusterSnapshot snapshot, ClusterDefinition? definition) => new(
        snapshot.Id, snapshot.Name, snapshot.Kind, definition?.Label, snapshot.ReadOnly, Named(ClusterStanding.Of(snapshot).State),
        snapshot.Identity.Value?.KafkaVersion);

    static ClusterStateName? Named(ClusterState state) => state switch
    {
        ClusterState.Ok => ClusterStateName.Ok,
        ClusterState.Degraded => ClusterStateName.Degraded,
        ClusterState.Broken => ClusterStateName.Broken,
        ClusterState.Unreachable => ClusterStateName.Unreachable,
        _ => null,
    };
}

/// <summary>A state that is known.</summary>
public enum ClusterStateName
{
    Ok,
    Degraded,
    Broken,
    Unreachable,
}

/// <summary>A cluster as its operator describes it. A name that is none of these is refused: it was meant to do something.</summary>
/// <param name="Id">Lower case letters, digits, '-', '_' and '.', at most 64.</param>
/// <param name="Name">The id unless given.</param>
/// <param name="Kafka">HOST:PORT,…; or bootstrap.servers among the properties.</param>
/// <param name="ZooKeeper">HOST:PORT,…/chroot.</param>
/// <param name="Properties">A Kafka client's, by Kafka's names. A secret is answered as ********; that value keeps what is kept.</param>
/// <param name="ZooKeeperProperties">A ZooKeeper client's, by Java's names, likewise.</param>
/// <param name="Addresses">Where an advertised HOST:PORT is reached from here.</param>
/// <param name="SchemaRegistry">
/// Where its schemas are: url, user, password, token, ca, or by the names of Confluent's clients (schema.registry.url, …).
/// </param>
/// <param name="Metrics">Where its brokers publish metrics: http://HOST:PORT/PATH,…</param>
/// <param name="Connect">Connect clusters beside it: url, user, …; of several, NAME.url, NAME.user, …</param>
public sealed record ClusterBody(
    string? Id, string? Name, string? Kafka, [property: JsonPropertyName("zookeeper")] string? ZooKeeper,
    Dictionary<string, string>? Properties, Dictionary<string, string>? ZooKeeperProperties, Dictionary<string, string>? Addresses,
    string? Label, string? Colour, bool? ReadOnly, Dictionary<string, string>? SchemaRegistry = null, string? Metrics = null,
    Dictionary<string, string>? Connect = null)
    : ICommandBody
{
    string? ICommandBody.Fault => Lacking(Properties, "properties") ?? Lacking(ZooKeeperProperties, "zooKeeperProperties")
        ?? Lacking(Addresses, "addresses") ?? Lacking(SchemaRegistry, "schemaRegistry") ?? Lacking(Connect, "connect");

    public static ClusterBody Of(ClusterDefinition d) => new(
        d.Id, d.Name, d.Kafka, d.ZooKeeper, d.Properties.ToDictionary(), d.ZooKeeperProperties.ToDictionary(), d.AddressMap.ToDictionary(),
        d.Label, d.Colour, d.ReadOnly, d.SchemaRegistry.ToDictionary(), d.Metrics, d.Connect.ToDictionary());

    /// <param name="id">Of the address; null where there is none.</param>
    /// <exception cref="ClusterDefinitionException">There is no id, or another than in the address.</exception>
    public ClusterDefinition Definition(string? id)
    {
        var named = id ?? Id ?? throw new ClusterDefinitionException("id", CodedText.Of("NoId", $"id is missing."));
        if (Id is not null && Id != named)
        {
            throw new ClusterDefinitionException("id", $"id: the address names {named}; a cluster keeps its id.");
        }

        return new ClusterDefinition
        {
            Id = named,
            Name = Name ?? named,
            Label = Label,
            Colour = Colour,
            ReadOnly = ReadOnly ?? false,
            Kafka = Kafka,
            ZooKeeper = ZooKeeper,
            Properties = Frozen(Properties),
            ZooKeeperProperties = Frozen(ZooKeeperProperties),
            AddressMap = Frozen(Addresses),
            SchemaRegistry = Frozen(SchemaRegistry),
            Connect = Frozen(Connect),
            Metrics = string.IsNullOrWhiteSpace(Metrics) ? null : Metrics.Trim(),
        };
    }

    static string? Lacking(Dictionary<string, string>? map, string field) =>
        map?.Values.Any(value => value is null) == true ? $"{field}: each needs a value, as a string." : null;

    static FrozenDictionary<string, string> Frozen(Dictionary<string, string>? map) =>
        map?.ToFrozenDictionary() ?? FrozenDictionary<string, string>.Empty;
}

public sealed record ConnectionTestBody(ImmutableArray<ConnectionStepBody> Steps)
{
    public static ConnectionTestBody Of(IEnumerable<Wire.ConnectionStep> steps) =>
        new([.. steps.Select(s => new ConnectionStepBody(s.Step, s.Ok, (long)Math.Round(s.Took.TotalMilliseconds), s.Detail))]);
}

/// <param name="Step">
/// resolve, connect, tls, authenticate, apiVersions, clusterId or authorize; with "zookeeper." in front for ZooKeeper's.
/// </param>
/// <param name="Ms">How long it took.</param>
public sealed record ConnectionStepBody(string Step, bool Ok, long Ms, string Detail);
