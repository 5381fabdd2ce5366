using Dashboard.Addresses;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Connect;

namespace Dashboard.Components.Features.Connectors;

/// <summary>How connectors are named and where their pages are.</summary>
public static class ConnectorWords
{
    public static string Glyph(string? state) => state switch
    {
        ConnectorInfo.Running => "ok",
        ConnectorInfo.Failed => "bad",
        ConnectorInfo.Paused => "paused",
        ConnectorInfo.Stopped => "killed",
        "RESTARTING" => "busy",
        _ => "stale",
    };

    /// <summary>As Connect names it where there are no words of ours.</summary>
    public static string State(Text words, string? state) =>
        state is null ? words["Connect_StateNone"] : words.Find($"Connect_State_{state}") ?? state;

    /// <summary>With its tasks: one that runs may have tasks that have failed.</summary>
    public static string Whole(Text words, ConnectorInfo connector) => connector.State != ConnectorInfo.Failed && connector.FailedTasks > 0
        ? words["Connect_TasksFailed", State(words, connector.State), connector.FailedTasks]
        : State(words, connector.State);

    public static string Href(ClusterContext cluster, string connect, string connector, string query = "") =>
        cluster.Href($"connect/{connect}/{Uri.EscapeDataString(connector)}{query}");

    public static string New(ClusterContext cluster, string connect) => cluster.Href($"new-connector?connect={connect}");

    /// <summary>What a trace begins with: the exception and its words.</summary>
    public static string FirstLine(string trace) => trace.Split('\n')[0].Trim();

    /// <summary>What it was caused by, the last of them, which is where it began; null where it says no cause.</summary>
    public static string? Cause(string trace)
    {
        const string Caused = "Caused by: ";
        return trace.Split('\n').LastOrDefault(line => line.StartsWith(Caused, StringComparison.Ordinal)) is { } cause
            ? cause[Caused.Length..].Trim()
            : null;
    }
}
