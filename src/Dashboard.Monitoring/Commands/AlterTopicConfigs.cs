using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Dashboard.Monitoring.Access;

namespace Dashboard.Monitoring.Commands;

/// <summary>Settings of a topic: set on the topic itself, or given back to what the brokers say.</summary>
/// <param name="Set">By key; durations and sizes may have units (<see cref="ConfigUnits"/>).</param>
/// <param name="Remove">Keys that the topic sets no longer.</param>
public sealed record AlterTopicConfigs(string Topic, ImmutableDictionary<string, string> Set, ImmutableArray<string> Remove)
    : ClusterCommand
{
    /// <summary>The code of a refusal that Kafka knows nothing of: someone else changed the setting meanwhile.</summary>
    public const string ChangedCode = "CONFIG_CHANGED";

    /// <summary>
    /// What the topic itself set by key when it was last shown; null: nothing. A key that is something else by then is refused: it was
    /// changed meanwhile. Keys that are not in it are not compared.
    /// </summary>
    [JsonIgnore]
    public ImmutableDictionary<string, string?> Seen { get; init; } = ImmutableDictionary<string, string?>.Empty;

    public override Permission Needs(string cluster) => new(AccessKind.Topics, AccessAction.Alter, cluster, Topic);
}

/// <param name="Changes">By key; also those that would stay as they are.</param>
/// <remarks>A refusal that is about one setting has its key as the subject.</remarks>
public sealed record AlterTopicConfigsPlan(AlterTopicConfigs Command, ImmutableArray<PlannedConfig> Changes) : CommandPlan
{
    /// <summary>All settings of the topic as they were read for the plan, by key; empty when they could not be.</summary>
    [JsonIgnore]
    public ImmutableArray<TopicSetting> Current { get; init; } = [];
}

/// <param name="To">What would be in force; its value is null where the topic's own goes and brokers do not say what is below.</param>
/// <param name="Notes">What follows from it; among the plan's as well.</param>
public sealed record PlannedConfig(
    string Name, ConfigValue From, ConfigValue To, [property: JsonIgnore] ImmutableArray<PlanNote> Notes)
{
    public bool Changes => From != To;
}

/// <param name="Value">Null: not told, or sensitive.</param>
/// <param name="Source">Kafka's name: DYNAMIC_TOPIC_CONFIG, STATIC_BROKER_CONFIG, DEFAULT_CONFIG …</param>
public sealed record ConfigValue(string? Value, string Source)
{
    /// <summary>The source of what is set on the topic itself.</summary>
    public const string OfTopic = "DYNAMIC_TOPIC_CONFIG";
}

/// <summary>A setting of a topic with what is below it.</summary>
/// <param name="Fallback">What would be in force without the topic's own; null: the brokers do not tell.</param>
/// <param name="Synonyms">Where it is set, from what is in force down to the default, under the names it has there.</param>
public sealed record TopicSetting(
    string Name,
    ConfigValue InForce,
    ConfigValue? Fallback,
    bool IsReadOnly,
    bool IsSensitive,
    ImmutableArray<(string Name, ConfigValue Value)> Synonyms)
{
    public bool IsOverride => InForce.Source == ConfigValue.OfTopic;

    /// <summary>What the topic itself sets; null: nothing.</summary>
    public string? Own => IsOverride ? InForce.Value ?? "" : null;
}
