using Dashboard.Addresses;
using Dashboard.Components.Foundation.Commands;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Security.Access;

namespace Dashboard.Components.Palette;

/// <summary>The pages and actions that the palette offers: those of the open cluster, of what is open in it, and those of none.</summary>
/// <param name="context">The cluster whose page is open; null on pages about all.</param>
sealed class PalettePlaces(Text text, ICurrentActor who, ClusterContext? context, bool hasAccounts)
{
    /// <summary>Pages of the open cluster, then those about all.</summary>
    public IEnumerable<PaletteEntry> Pages()
    {
        foreach (var (page, name) in context is null ? [] : OfCluster(context))
        {
            yield return new(PaletteKind.Page, text[$"Nav_{name}"], context!.Href(page)) { Also = Or(page, "overview"), IsHere = true };
        }

        yield return new(PaletteKind.Page, text["Nav_Fleet"], ClusterAddress.Fleet) { Also = "clusters" };
        if (who.Actor.May(Permission.To(AccessAction.Define, AccessKind.Clusters, null)))
        {
            yield return new(PaletteKind.Page, text["Nav_Manage"], ClusterAddress.Manage) { Also = "settings clusters" };
        }

        if (hasAccounts)
        {
            yield return new(PaletteKind.Page, text["Nav_Accounts"], SignInAddress.Accounts) { Also = "settings accounts" };
        }
    }

    /// <summary>Of no topic or group in particular.</summary>
    public IEnumerable<PaletteEntry> Actions()
    {
        if (context is { Monitor.Current.HasKafka: true })
        {
            yield return Run(text["Action_CreateTopic"], "create topic", context.Href("new-topic"), context.To(AccessAction.Create));
            yield return Run(text["Action_Elect"], "elect leaders", context.Href("elections"), context.To(AccessAction.Elect));
            yield return Run(text["Action_Reassign"], "reassign", context.Href("reassignments/new"), context.To(AccessAction.Move));
            yield return Run(
                text["Palette_Reset"], "reset offsets", context.Href("reset-offsets"), context.To(AccessAction.Alter, AccessKind.Groups));
        }

        var define = Permission.To(AccessAction.Define, AccessKind.Clusters, null);
        yield return new(PaletteKind.Run, text["Palette_AddCluster"], ClusterAddress.Add)
        {
            Also = "add cluster",
            WhyNot = who.Actor.May(define) ? null : AccessWords.WhyNot(text, who.Actor, define, text["Denied_AnyCluster"]),
        };
    }

    /// <summary>What can be done with a topic of the open cluster.</summary>
    public IEnumerable<PaletteEntry> OfTopic(string topic) => context is null ? [] :
        TopicActions.Of(context, topic).Concat(TopicActions.WithRecords(context, topic)).Select(action =>
            new PaletteEntry(PaletteKind.Run, text[$"Palette_{action.Key}Of", topic], action.Href)
            {
                Also = $"{action.Also} {topic}",
                IsHere = true,
                WhyNot = action.WhyNot(text, who, context),
            });

    public IEnumerable<PaletteEntry> OfGroup(string group) => context is null
        ? []
        :
        [
            Run(
                text["Palette_ResetOf", group], $"reset {group}", context.Href($"reset-offsets?group={Uri.EscapeDataString(group)}"),
                context.To(AccessAction.Alter, AccessKind.Groups, group)),
        ];

    PaletteEntry Run(string words, string also, string href, Permission needs) => new(PaletteKind.Run, words, href)
    {
        Also = also,
        IsHere = true,
        WhyNot = new TopicAction("", also, href, needs).WhyNot(text, who, context!),
    };

    /// <summary>Their addresses and the keys of their names; only those that the cluster has and that one may see.</summary>
    static IEnumerable<(string Page, string Name)> OfCluster(ClusterContext cluster)
    {
        var now = cluster.Monitor.Current;
        (string Page, string Name, bool Has)[] all =
        [
            ("", "Overview", true), ("topics", "Topics", now.HasKafka), ("brokers", "Brokers", true), ("groups", "Groups", now.HasKafka),
            ("jobs", "Jobs", now.HasKafka),
            (
                "znodes", "Znodes",
                now.HasZooKeeper && cluster.May(cluster.To(AccessAction.Read, AccessKind.Znodes, Permission.All))),
            ("ensemble", "Ensemble", now.HasZooKeeper),
            (
                "metadata", "Metadata",
                now.HasKafka && now.Identity.Value?.Mode == CoordinationMode.KRaft
                    && cluster.May(cluster.To(AccessAction.Read, AccessKind.Znodes, Permission.All))),
            ("quorum", "Quorum", now.Quorum.Value is not null),
            ("reassignments", "Reassignments", now.HasKafka), ("elections", "Elections", now.HasKafka),
            ("schemas", "Schemas", now.HasKafka && cluster.May(cluster.To(AccessAction.Read, AccessKind.Schemas))),
            ("connect", "Connect", now.HasKafka && cluster.May(cluster.To(AccessAction.Read, AccessKind.Connectors))),
            ("events", "Events", true),
            ("audit", "Audit", cluster.May(cluster.To(AccessAction.See, AccessKind.Audit, Permission.All))),
            ("nodes", "Nodes", cluster.IsHosted), ("walkthrough", "Walkthrough", cluster.IsHosted),
        ];
        return all.Where(one => one.Has).Select(one => (one.Page, one.Name));
    }

    static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
}
