using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Messages.Connect;

/// <summary>What changes a connector.</summary>
/// <param name="Connect">The Connect cluster, as the definition calls it.</param>
/// <param name="Connector">Its name.</param>
public abstract record ConnectorCommand(string Connect, string Connector)
{
    /// <summary>As the audit log has it.</summary>
    public abstract string Action { get; }

    /// <summary>For the audit log; no value of a config.</summary>
    public virtual string Details => "";

    protected abstract AccessAction Needed { get; }

    /// <summary>As the audit log has it: "main/orders-sink".</summary>
    public string Subject => $"{Connect}/{Connector}";

    /// <summary>What it takes on a cluster.</summary>
    public Permission Needs(string cluster) => new(AccessKind.Connectors, Needed, cluster, Connector);
}

/// <param name="Config">Masks of secrets stand for what the connector has.</param>
/// <param name="IsNew">It is made; otherwise it is there and changed.</param>
public sealed record ConfigureConnector(string Connect, string Connector, ImmutableSortedDictionary<string, string> Config, bool IsNew)
    : ConnectorCommand(Connect, Connector)
{
    public override string Action => IsNew ? "connector.create" : "connector.config";

    public override string Details => Config.GetValueOrDefault(ConnectorConfig.Class) ?? "";

    protected override AccessAction Needed => IsNew ? AccessAction.Create : AccessAction.Alter;
}

public enum ConnectorVerb
{
    Pause,
    Resume,

    /// <summary>KIP-875: its tasks are shut down; paused ones hold on to what they have.</summary>
    Stop,

    /// <summary>The connector and all its tasks.</summary>
    Restart,

    /// <summary>What has failed of it alone.</summary>
    RestartFailed,
}

/// <param name="Task">Of a restart: this task alone; null: as the verb says.</param>
public sealed record OperateConnector(string Connect, string Connector, ConnectorVerb Verb, int? Task = null)
    : ConnectorCommand(Connect, Connector)
{
    public override string Action => Verb switch
    {
        ConnectorVerb.Pause => "connector.pause",
        ConnectorVerb.Resume => "connector.resume",
        ConnectorVerb.Stop => "connector.stop",
        _ => "connector.restart",
    };

    public override string Details => Task is { } task ? string.Create(CultureInfo.InvariantCulture, $"task {task}")
        : Verb == ConnectorVerb.RestartFailed ? "what has failed" : "";

    protected override AccessAction Needed => AccessAction.Operate;
}

public sealed record DeleteConnector(string Connect, string Connector) : ConnectorCommand(Connect, Connector)
{
    public override string Action => "connector.delete";

    protected override AccessAction Needed => AccessAction.Delete;
}

/// <param name="Offsets">Those that are written; null: all are forgotten, and it begins anew.</param>
public sealed record SetConnectorOffsets(string Connect, string Connector, ImmutableArray<ConnectorOffset>? Offsets)
    : ConnectorCommand(Connect, Connector)
{
    public override string Action => Offsets is null ? "connector.offsets.reset" : "connector.offsets";

    public override string Details => Offsets is { } offsets ? $"{offsets.Length} partitions" : "all";

    protected override AccessAction Needed => AccessAction.Alter;

    /// <summary>As Connect takes them; null: all are forgotten.</summary>
    public byte[]? Json()
    {
        if (Offsets is not { } offsets)
        {
            return null;
        }

        var all = offsets.Select(o => $$"""{"partition":{{Raw(o.Partition)}},"offset":{{Raw(o.Offset)}}}""");
        return Encoding.UTF8.GetBytes($$"""{"offsets":[{{string.Join(",", all)}}]}""");
    }

    static string Raw(JsonElement of) => of.ValueKind == JsonValueKind.Undefined ? "null" : of.GetRawText();
}

/// <param name="Connector">As it is; null where there is none yet.</param>
/// <param name="Changes">Of a config: names of settings that come (+), go (-) and change.</param>
/// <param name="Validation">Of a config, by its plugin; null of anything else.</param>
/// <param name="Topics">That it has used; null where that is not told.</param>
public sealed record ConnectorPlan(
    string Action, string Subject, ConnectorState? Connector, string Changes, ConfigValidation? Validation, ImmutableArray<string>? Topics)
    : CommandPlan
{
    /// <summary>Of offsets: what becomes of each that was asked for, those that stay as they are among them.</summary>
    public ImmutableArray<ConnectorOffsetChange> Offsets { get; init; } = [];
}

/// <param name="Failed">Tasks that have failed.</param>
public sealed record ConnectorState(string Type, string? State, int Tasks, int Failed)
{
    internal static ConnectorState? Of(ConnectorInfo? connector) =>
        connector is null ? null : new(connector.Type, connector.State, connector.Tasks.Length, connector.FailedTasks);
}
