using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Panels;

/// <summary>One change of the cluster, told in the reader's language from its kind and arguments.</summary>
public partial class EventLine : UiComponent
{
    [Parameter, EditorRequired]
    public ClusterEvent Event { get; set; } = null!;

    /// <summary>Its first argument is the kind of the finding.</summary>
    bool IsFinding => Event.Kind is EventKind.FindingBegan or EventKind.FindingEnded;

    bool Dated => !Format.IsToday(Reader.Clock, Event.At, Now);

    string Shape => Event.Severity switch
    {
        Severity.Bad => "bad",
        Severity.Warning when Event.Kind is not EventKind.LeaderMoved => "warn",
        _ => Event.Kind switch
        {
            EventKind.WatchGap => "info",
            EventKind.LeaderMoved or EventKind.ControllerMoved or EventKind.GroupStateChanged or EventKind.GroupMembersChanged
                or EventKind.ReassignmentStarted or EventKind.EnsembleLeaderChanged => "move",
            EventKind.ConfigChanged or EventKind.TopicCreated or EventKind.TopicDeleted or EventKind.PartitionsAdded
                or EventKind.NodeAction => "edit",
            _ => "ok",
        },
    };

    /// <summary>The arguments, with the first mention of the subject as its link.</summary>
    RenderFragment Words
    {
        get
        {
            var linked = Event.Href is null;
            var arguments = Event.Arguments.Select((argument, at) =>
            {
                if (Event.Kind == EventKind.WatchGap && DateTimeOffset.TryParse(argument, CultureInfo.InvariantCulture, out var time))
                {
                    return Clock(time);
                }
                if (IsFinding && at == 0)
                {
                    return L[$"Finding_{argument}", Event.Count];
                }
                if (!linked && (argument == Event.Subject || Event.Subject.StartsWith(argument + "-", StringComparison.Ordinal)))
                {
                    linked = true;
                    return (object)A(Cluster.Href(Event.Href!), argument);
                }
                return argument;
            }).ToArray();
            return Say(IsFinding && arguments.Length == 1 ? $"Event_{Event.Kind}Alone" : $"Event_{Event.Kind}", arguments);
        }
    }
}
