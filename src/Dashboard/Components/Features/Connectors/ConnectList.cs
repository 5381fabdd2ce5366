using System.Collections.Immutable;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Messages.Connect;

namespace Dashboard.Components.Features.Connectors;

/// <summary>A connector in the list of all Connect clusters.</summary>
public sealed record ConnectorRow(string Connect, ConnectorInfo Connector)
{
    public string Key => $"{Connect}/{Connector.Name}";
}

/// <summary>How the list is sorted and filtered: what has failed comes first.</summary>
static class ConnectList
{
    public static readonly ListShape<ConnectorRow> Shape = new(
        r => r.Key,
        new Dictionary<string, Func<ConnectorRow, IComparable?>>
        {
            ["urgency"] = r => r.Connector.HasFailed ? 2 : r.Connector.State == ConnectorInfo.Running ? 1 : 0,
            ["name"] = r => r.Connector.Name,
            ["connect"] = r => r.Connect,
            ["type"] = r => r.Connector.Type,
            ["state"] = r => r.Connector.State,
            ["tasks"] = r => r.Connector.Tasks.Length,
            ["failed"] = r => r.Connector.FailedTasks,
        },
        [
            new("failed", "bad", r => r.Connector.HasFailed),
            new("running", "ok", r => r.Connector.State == ConnectorInfo.Running),
            new("paused", "paused", r => r.Connector.State == ConnectorInfo.Paused),
            new("stopped", "killed", r => r.Connector.State == ConnectorInfo.Stopped),
            new("source", "info", r => r.Connector.Type == "source"),
            new("sink", "info", r => r.Connector.Type == "sink"),
        ]);

    public static ListRows<ConnectorRow> Of(IEnumerable<ConnectorRow> rows) => new([.. rows], Shape);
}
