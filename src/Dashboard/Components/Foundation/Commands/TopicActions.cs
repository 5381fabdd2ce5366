using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>Something that can be done with a topic: the address of the page that asks first.</summary>
/// <param name="Key">Resource key "Topic_Do_" + Key; "Palette_" + Key + "Of" in a sentence with the topic's name.</param>
/// <param name="Also">What it is called in addresses and in English.</param>
public sealed record TopicAction(string Key, string Also, string Href, Permission Needs)
{
    /// <summary>It needs no more than to see.</summary>
    public bool Changes => Needs.Action is not (AccessAction.See or AccessAction.Read);

    /// <summary>In the reader's language; null: one may.</summary>
    public string? WhyNot(Text text, ICurrentActor who, ClusterContext cluster)
    {
        var name = cluster.Monitor.Current.Name;
        return Changes && cluster.IsReadOnly ? text["ReadOnly_Why", name]
            : cluster.May(Needs) ? null : AccessWords.WhyNot(text, who.Actor, Needs, name);
    }
}

/// <summary>All that can be done with one topic, wherever it is offered; what deletes comes last.</summary>
public static class TopicActions
{
    public static IEnumerable<TopicAction> Of(ClusterContext cluster, string topic)
    {
        var name = Uri.EscapeDataString(topic);
        var see = cluster.To(AccessAction.See, AccessKind.Clusters, Permission.All);
        return
        [
            new("Messages", "messages", cluster.Topic(topic, "/messages"), To(AccessAction.Read, AccessKind.Records)),
            new("Send", "send", cluster.Topic(topic, "/send"), To(AccessAction.Write, AccessKind.Records)),
            new("Settings", "settings configs", cluster.Topic(topic, "/configs"), see),
            new("Partitions", "add partitions", cluster.Topic(topic, "/partitions"), To(AccessAction.Alter)),
            new("Elect", "elect", cluster.Href($"elections?topic={name}"), To(AccessAction.Elect)),
            new("Reassign", "reassign", cluster.Href($"reassignments/new?topic={name}"), To(AccessAction.Move)),
            new("Clone", "clone", cluster.Href($"new-topic?like={name}"), cluster.To(AccessAction.Create)),
            new("Purge", "purge", cluster.Topic(topic, "/purge"), To(AccessAction.Purge, AccessKind.Records)),
            new("Recreate", "recreate", cluster.Topic(topic, "/recreate"), To(AccessAction.Delete)),
            new("Delete", "delete", cluster.Href($"delete-topics?topic={name}"), To(AccessAction.Delete)),
        ];

        Permission To(AccessAction action, AccessKind kind = AccessKind.Topics) => cluster.To(action, kind, topic);
    }

    /// <summary>The jobs that its records are read or written by.</summary>
    public static IEnumerable<TopicAction> WithRecords(ClusterContext cluster, string topic)
    {
        var write = cluster.To(AccessAction.Write, AccessKind.Records, topic);
        var read = cluster.To(AccessAction.Read, AccessKind.Records, topic);
        return
        [
            new("Redrive", "redrive", cluster.Topic(topic, "/redrive"), read), new("Copy", "copy", cluster.Topic(topic, "/copy"), read),
            new("Generate", "generate records", cluster.Topic(topic, "/generate"), write),
            new("Import", "import a file", cluster.Topic(topic, "/import"), write),
            new("Statistics", "statistics", cluster.Topic(topic, "/statistics"), read),
        ];
    }
}
