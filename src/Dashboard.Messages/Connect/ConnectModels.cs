using System.Collections.Immutable;
using System.Text.Json;

namespace Dashboard.Messages.Connect;

/// <summary>A Connect cluster as it was read.</summary>
/// <param name="KafkaClusterId">Null where it is not told.</param>
public sealed record ConnectOverview(string Version, string? KafkaClusterId, ImmutableArray<ConnectorInfo> Connectors)
{
    /// <summary>Those that run something; others are not told.</summary>
    public IEnumerable<string> Workers => Connectors.SelectMany(c => c.Tasks.Select(t => t.Worker).Prepend(c.Worker))
        .OfType<string>().Where(w => w.Length > 0).Distinct().Order(StringComparer.Ordinal);

    public ConnectorInfo? Find(string name) => Connectors.FirstOrDefault(c => c.Name == name);
}

/// <param name="Type">source, sink or unknown.</param>
/// <param name="State">RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED, RESTARTING; null where there is no status (it was just made).</param>
/// <param name="Worker">HOST:PORT; null where it is not told.</param>
/// <param name="Trace">Of what it failed with; null where it did not.</param>
/// <param name="Config">With secrets; before it is shown, see <see cref="ConnectorConfig"/>.</param>
public sealed record ConnectorInfo(
    string Name, string Type, string? State, string? Worker, string? Trace, ImmutableArray<ConnectorTask> Tasks,
    ImmutableSortedDictionary<string, string> Config)
{
    public const string Running = "RUNNING", Paused = "PAUSED", Stopped = "STOPPED", Failed = "FAILED";

    /// <summary>The plugin's whole name.</summary>
    public string Class => Config.GetValueOrDefault(ConnectorConfig.Class) ?? "";

    public int FailedTasks => Tasks.Count(t => t.State == Failed);

    public bool HasFailed => State == Failed || FailedTasks > 0;

    /// <summary>The consumer group of a sink; null of anything else. A config of its own may name another.</summary>
    public string? Group => Type == "sink" ? Config.GetValueOrDefault("consumer.override.group.id") ?? $"connect-{Name}" : null;
}

public sealed record ConnectorTask(int Id, string State, string? Worker, string? Trace);

/// <summary>Where a connector stands: of a sink by topic and partition, of a source by what it calls its partitions.</summary>
/// <param name="Offset">JSON's null: none, or it is to be forgotten.</param>
public sealed record ConnectorOffset(JsonElement Partition, JsonElement Offset)
{
    internal static readonly JsonElement Nothing = JsonDocument.Parse("null").RootElement;
}

public sealed record ConnectPlugin(string Class, string Type, string? Version)
{
    /// <summary>Without its package.</summary>
    public string ShortName => Class[(Class.LastIndexOf('.') + 1)..];
}

/// <summary>A setting as a plugin describes it, and what it says of a value.</summary>
/// <param name="Type">STRING, INT, PASSWORD, … as Kafka's configs name it.</param>
/// <param name="Group">Under which the plugin lists it.</param>
/// <param name="Errors">Why the value cannot be taken, in the plugin's words; empty: it can.</param>
public sealed record ConnectSetting(
    string Name, string Type, bool IsRequired, string? Default, string? Documentation, string? Group, string? Value,
    ImmutableArray<string> Errors, ImmutableArray<string> Recommended)
{
    /// <summary>The type of a secret.</summary>
    public const string Password = "PASSWORD";
}

/// <summary>What a plugin says of a config.</summary>
public sealed record ConfigValidation(int Errors, ImmutableArray<ConnectSetting> Settings);
