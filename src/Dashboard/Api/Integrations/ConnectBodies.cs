using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Connect;
using Dashboard.Monitoring.Model;

namespace Dashboard.Api.Integrations;

/// <summary>A Connect cluster; null is what was never read.</summary>
/// <param name="Workers">Those that run something.</param>
public sealed record ConnectBody(
    string Name, string Address, string? Version, IEnumerable<string>? Workers, IEnumerable<ConnectorBody>? Connectors,
    DateTimeOffset? AsOf, ErrorBody? Error)
{
    internal static ConnectBody Of(ConnectCatalog catalog, Section<ConnectOverview> read, Func<string, bool> may) => new(
        catalog.Name, catalog.Address, read.Value?.Version, read.Value?.Workers,
        read.Value?.Connectors.Where(c => may(c.Name)).Select(ConnectorBody.Of), read.AsOf, ErrorBody.Of(read.Error));
}

/// <param name="State">RUNNING, PAUSED, STOPPED, FAILED, UNASSIGNED or RESTARTING; null where none is known.</param>
/// <param name="Group">The consumer group of a sink; null of a source.</param>
/// <param name="Config">Secrets are ********.</param>
public sealed record ConnectorBody(
    string Name, string Type, string? State, string? Worker, string? Trace, ImmutableArray<ConnectorTask> Tasks, string? Group,
    ImmutableSortedDictionary<string, string> Config)
{
    internal static ConnectorBody Of(ConnectorInfo c) =>
        new(c.Name, c.Type, c.State, c.Worker, c.Trace, c.Tasks, c.Group, ConnectorConfig.Masked(c.Config));
}

public sealed record ConnectorTopicsBody(ImmutableArray<string>? Topics);

public sealed record ConnectorOffsetsBody(ImmutableArray<ConnectorOffset>? Offsets);

/// <summary>A connector's whole config, by its plugin's names.</summary>
public sealed record ConnectorConfigBody(Dictionary<string, string> Config) : ICommandBody
{
    const int Most = 500;

    string? ICommandBody.Fault => Config is null ? "config is missing."
        : Config.Count > Most ? $"config: at most {Most} settings."
        : Config.Values.Any(value => value is null) ? "config: each needs a value, as a string."
        : null;

    public ImmutableSortedDictionary<string, string> Sorted() => Config.ToImmutableSortedDictionary(StringComparer.Ordinal);
}

public sealed record AlterConnectorOffsetsBody(ConnectorOffset[] Offsets) : ICommandBody
{
    const int Most = 1000;

    string? ICommandBody.Fault => Offsets is not { Length: > 0 and <= Most } ? $"offsets: 1 to {Most}."
        : Offsets.Any(o => o?.Partition.ValueKind != JsonValueKind.Object)
            ? "offsets: each has a partition and an offset, as Connect has them."
        : null;

    public ImmutableArray<ConnectorOffset> All() => [.. Offsets];
}
