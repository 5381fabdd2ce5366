using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Controls;

/// <summary>One change of the cluster, told in the reader's language from its kind and arguments.</summary>
public partial class EventLine : UiComponent
{
    [Parameter, EditorRequired]
    public ClusterEvent Event { get; set; } = null!;

    bool Dated => Event.At.UtcDateTime.Date != Now.UtcDateTime.Date;

    string Shape => Event.Severity switch
    {
        Severity.Bad => "bad",
        Severity.Warning when Event.Kind is not EventKind.LeaderMoved => "warn",
        _ => Event.Kind switch
        {
            EventKind.LeaderMoved or EventKind.ControllerMoved or EventKind.GroupStateChanged or EventKind.GroupMembersChanged or EventKind.ReassignmentStarted or EventKind.EnsembleLeaderChanged => "move",
            EventKind.ConfigChanged or EventKind.TopicCreated or EventKind.TopicDeleted or EventKind.PartitionsAdded or EventKind.NodeAction => "edit",
            _ => "ok",
        },
    };

    /// <summary>The arguments, with the first mention of the subject as its link.</summary>
    RenderFragment Words
    {
        get
        {
            var linked = Event.Href is null;
            var arguments = Event.Arguments.Select(argument =>
            {
                if (!linked && (argument == Event.Subject || Event.Subject.StartsWith(argument + "-", StringComparison.Ordinal)))
                {
                    linked = true;
                    return (object)A(Cluster.Href(Event.Href!), argument);
                }
                return argument;
            }).ToArray();
            return Say($"Event_{Event.Kind}", arguments);
        }
    }
}
