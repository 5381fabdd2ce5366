using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Dashboard.Messages.Services;

namespace Dashboard.Messages.Connect;

/// <summary>From the JSON of Connect's REST interface (kafka.apache.org, "Kafka Connect", "REST API").</summary>
static class ConnectJson
{
    /// <summary>Of a trace.</summary>
    const int LongestTrace = 16_000;

    /// <param name="answer">Of /connectors?expand=status&amp;expand=info: an object by name.</param>
    public static ImmutableArray<ConnectorInfo> Connectors(JsonElement answer) => answer.ValueKind != JsonValueKind.Object ? [] :
    [
        .. answer.EnumerateObject()
            .Select(one => Connector(one.Name, Inner(one.Value, "status"), Inner(one.Value, "info")))
            .OrderBy(c => c.Name, StringComparer.Ordinal),
    ];

    public static ImmutableSortedDictionary<string, string> Config(JsonElement config) => config.ValueKind != JsonValueKind.Object
        ? ImmutableSortedDictionary<string, string>.Empty
        : config.EnumerateObject().Where(one => one.Value.ValueKind != JsonValueKind.Null)
            .ToImmutableSortedDictionary(one => one.Name, one => one.Value.ToString(), StringComparer.Ordinal);

    /// <summary>In the order of their places: Connect has none.</summary>
    public static ImmutableArray<ConnectorOffset> Offsets(JsonElement answer) =>
        Inner(answer, "offsets") is { ValueKind: JsonValueKind.Array } list
        ?
        [
            .. list.EnumerateArray()
                .Select(one => new ConnectorOffset(Inner(one, "partition"), Inner(one, "offset")))
                .Select(one => (Offset: one, Sink: SinkOffset.Of(one.Partition, null)))
                .OrderBy(one => one.Sink?.Topic ?? one.Offset.Partition.ToString(), StringComparer.Ordinal)
                .ThenBy(one => one.Sink?.Partition ?? 0)
                .Select(one => one.Offset),
        ]
        : [];

    public static ImmutableArray<ConnectPlugin> Plugins(JsonElement answer) => answer.ValueKind != JsonValueKind.Array ? [] :
    [
        .. answer.EnumerateArray()
            .Select(one => new ConnectPlugin(
                ServiceJson.Text(one, "class") ?? "", ServiceJson.Text(one, "type") ?? "", ServiceJson.Text(one, "version")))
            .Where(one => one.Class.Length > 0).OrderBy(one => one.Class, StringComparer.Ordinal),
    ];

    public static ConfigValidation Validation(JsonElement answer) => new(
        ServiceJson.Int(answer, "error_count") ?? 0,
        Inner(answer, "configs") is { ValueKind: JsonValueKind.Array } configs
            ? [.. configs.EnumerateArray().Select(one => Setting(Inner(one, "definition"), Inner(one, "value")))]
            : []);

    static ConnectSetting Setting(JsonElement definition, JsonElement value) => new(
        ServiceJson.Text(definition, "name") ?? ServiceJson.Text(value, "name") ?? "",
        ServiceJson.Text(definition, "type") ?? "STRING",
        ServiceJson.Flag(definition, "required") == true,
        ServiceJson.Text(definition, "default_value"),
        ServiceJson.Text(definition, "documentation"),
        ServiceJson.Text(definition, "group"),
        ServiceJson.Text(value, "value"),
        ServiceJson.Texts(Inner(value, "errors")),
        ServiceJson.Texts(Inner(value, "recommended_values")));

    static ConnectorInfo Connector(string name, JsonElement status, JsonElement info)
    {
        var connector = Inner(status, "connector");
        var tasks = Inner(status, "tasks");
        return new ConnectorInfo(
            name,
            ServiceJson.Text(status, "type") ?? ServiceJson.Text(info, "type") ?? "unknown",
            ServiceJson.Text(connector, "state"), ServiceJson.Text(connector, "worker_id"), Trace(connector),
            tasks.ValueKind != JsonValueKind.Array ? [] :
            [
                .. tasks.EnumerateArray()
                    .Select(one => new ConnectorTask(
                        ServiceJson.Int(one, "id") ?? 0, ServiceJson.Text(one, "state") ?? "UNASSIGNED", ServiceJson.Text(one, "worker_id"),
                        Trace(one)))
                    .OrderBy(one => one.Id),
            ],
            Config(Inner(info, "config")));
    }

    static string? Trace(JsonElement of) => ServiceJson.Text(of, "trace") is { Length: > 0 } trace
        ? trace.Length <= LongestTrace ? trace : string.Create(CultureInfo.InvariantCulture, $"{trace.AsSpan(0, LongestTrace)}…")
        : null;

    /// <summary>Undefined where there is none.</summary>
    static JsonElement Inner(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var inner) ? inner : default;
}
