using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Foundation.States;

/// <summary>A cluster's figures in a few words, wherever clusters are listed.</summary>
public static class ClusterWords
{
    public static string State(Text text, ClusterFigures figures) => figures switch
    {
        { Standing.State: ClusterState.Connecting } => text["Fleet_Connecting"],
        { Standing.State: ClusterState.Unreachable } => text["Value_NoAnswer"],
        { First: not null } => Troubles(text, figures),
        { Standing.State: not ClusterState.Ok } => text["Fleet_NotRead"],
        _ => text["Fleet_AllClear"],
    };

    /// <summary>"2 offline", "no answer since 14:03:07"; empty while all is well.</summary>
    /// <param name="clock">Writes a time as the reader sees times.</param>
    public static string Trouble(Text text, ClusterFigures figures, Func<DateTimeOffset, string> clock) => figures.Standing switch
    {
        { State: ClusterState.Ok } => "",
        { State: ClusterState.Unreachable, Since: { } since } => text["Shell_NoAnswerSince", clock(since)],
        _ => State(text, figures),
    };

    /// <summary>"2 offline, 5 under min-ISR and 1 more".</summary>
    static string Troubles(Text text, ClusterFigures figures)
    {
        Trouble?[] shown = [figures.First, figures.Second];
        var words = string.Join(text["List_Comma"], shown.OfType<Trouble>().Select(t => text[$"Trouble_{t.Kind}", t.Count]));
        return figures.More == 0 ? words : text["Fleet_AndMore", words, figures.More];
    }

    /// <summary>"Kafka 3.9 · ZooKeeper 3.9.5"; empty while neither is known.</summary>
    public static string Versions(ClusterFigures figures)
    {
        string?[] known = [figures.Version is { } kafka ? $"Kafka {kafka}" : null, figures.Coordination];
        return string.Join(" · ", known.OfType<string>());
    }
}
