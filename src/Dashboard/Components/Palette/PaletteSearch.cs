using System.Collections.Immutable;
using Dashboard.Addresses;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Security.Access;

namespace Dashboard.Components.Palette;

/// <summary>
/// Walks all that may be found, of every cluster that the reader may see, as the last reading has it; asks no cluster. Made for one opening
/// of the palette; safe from any thread.
/// </summary>
/// <param name="here">Where the reader is: an address of a page.</param>
sealed class PaletteSearch(
    Text text, ICurrentActor who, IClusterRegistry registry, ClusterContext? context, PalettePlaces places, string here)
{
    /// <summary>Of how many topics and groups actions are looked through when more than a name is typed.</summary>
    const int NamesToRun = 3;

    /// <summary>So many names are looked at between two looks at whether another key came.</summary>
    const int Stride = 1024;

    readonly Actor actor = who.Actor;

    /// <summary>What was opened lately, then what can be done here.</summary>
    public ImmutableArray<PaletteHit> Nothing(ImmutableArray<string> recent)
    {
        var known = places.Pages().Concat(places.Actions()).Concat(OfPlace()).DistinctBy(entry => entry.Href)
            .ToDictionary(entry => entry.Href);
        var last = recent.Select(href => known.GetValueOrDefault(href) ?? Known(href)).OfType<PaletteEntry>();
        return
        [
            .. last.Concat(OfPlace()).Concat(places.Actions()).Concat(places.Pages()).DistinctBy(entry => entry.Href)
                .Take(PaletteRanking.Most).Select(entry => new PaletteHit(entry, new bool[entry.Words.Length])),
        ];
    }

    public ImmutableArray<PaletteHit> Find(string typed, ImmutableArray<string> recent, CancellationToken cancellationToken)
    {
        var ranking = new PaletteRanking(FuzzyMatch.Words(typed), recent);
        foreach (var entry in places.Actions().Concat(OfPlace()).Concat(places.Pages()))
        {
            ranking.Offer(entry);
        }

        foreach (var monitor in registry.Clusters.Where(cluster => actor.Sees(cluster.Id)))
        {
            Walk(ranking, monitor, cancellationToken);
        }

        var named = Named(PaletteKind.Topic, TopicNames, ranking.Words, cancellationToken).SelectMany(places.OfTopic)
            .Concat(Named(PaletteKind.Group, GroupNames, ranking.Words, cancellationToken).SelectMany(places.OfGroup));
        foreach (var entry in named)
        {
            ranking.Offer(entry);
        }

        return ranking.Hits();
    }

    void Walk(PaletteRanking ranking, IClusterMonitor monitor, CancellationToken cancellationToken)
    {
        var (now, isHere) = (monitor.Current, monitor.Id == context?.Id);
        var beside = isHere && registry.Clusters.Count == 1 ? null : now.Name;
        if (!isHere)
        {
            ranking.Offer(new(PaletteKind.Cluster, now.Name, ClusterContext.Href(monitor.Id)) { Also = monitor.Id });
        }

        foreach (var (topic, at) in (now.Topics.Value?.Topics ?? []).Select((topic, at) => (topic, at)))
        {
            Pause(at, cancellationToken);
            if (ranking.Rank(PaletteKind.Topic, topic.Name) is > MatchTier.None and var tier)
            {
                ranking.Offer(Topic(monitor, topic, isHere, beside), tier);
            }
        }

        foreach (var (group, at) in (now.Groups.Value?.Groups ?? []).Select((group, at) => (group, at)))
        {
            Pause(at, cancellationToken);
            if (ranking.Rank(PaletteKind.Group, group.GroupId) is > MatchTier.None and var tier)
            {
                ranking.Offer(Group(monitor, group, isHere, beside), tier);
            }
        }

        foreach (var broker in now.Brokers.Value?.Brokers ?? [])
        {
            var href = ClusterContext.Href(monitor.Id, $"brokers/{broker.Id}");
            ranking.Offer(new(PaletteKind.Broker, text["Palette_Broker", broker.Id], href)
            {
                Also = $"broker {broker.Id} {broker.Endpoint}",
                Beside = beside ?? broker.Endpoint,
                IsHere = isHere,
            });
        }
    }

    PaletteEntry Topic(IClusterMonitor monitor, TopicInfo topic, bool isHere, string? beside) =>
        new(PaletteKind.Topic, topic.Name, ClusterContext.Href(monitor.Id, $"topics/{Uri.EscapeDataString(topic.Name)}"))
        {
            Beside = beside ?? text["Palette_Partitions", topic.Partitions.Length],
            IsHere = isHere,
            Severity = topic.Partitions.Any(p => p.IsOffline || p.IsUnderMinIsr) ? Severity.Bad
                : topic.Partitions.Any(p => p.IsUnderReplicated) ? Severity.Warning : Severity.Ok,
        };

    static PaletteEntry Group(IClusterMonitor monitor, GroupInfo group, bool isHere, string? beside) =>
        new(PaletteKind.Group, group.GroupId, ClusterContext.Href(monitor.Id, GroupAddress.Of(group.GroupId)))
        {
            Beside = beside ?? group.State,
            IsHere = isHere,
        };

    static void Pause(int at, CancellationToken cancellationToken)
    {
        if (at % Stride == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    IEnumerable<string> TopicNames => (context?.Monitor.Current.Topics.Value?.Topics ?? []).Select(topic => topic.Name);

    IEnumerable<string> GroupNames => (context?.Monitor.Current.Groups.Value?.Groups ?? []).Select(group => group.GroupId);

    /// <summary>
    /// Those of the open cluster that one of the words names: "orders el" is about orders. A word alone has to be all of the name.
    /// </summary>
    static List<string> Named(
        PaletteKind kind, IEnumerable<string> names, ImmutableArray<string> words, CancellationToken cancellationToken)
    {
        if (words.Length <= 1)
        {
            return [.. names.Where(words.Contains)];
        }

        var ranking = words.Skip(1).Select(word => new PaletteRanking([word], [])).ToList();
        foreach (var (name, at) in names.Select((name, at) => (name, at)))
        {
            Pause(at, cancellationToken);
            foreach (var one in ranking)
            {
                if (one.Rank(kind, name) is >= MatchTier.Word and var tier)
                {
                    one.Offer(new(kind, name, name), tier);
                }
            }
        }

        return [.. ranking.SelectMany(one => one.Hits().Take(NamesToRun)).Select(hit => hit.Entry.Words).Distinct()];
    }

    /// <summary>What can be done with the topic or group whose page is open.</summary>
    IEnumerable<PaletteEntry> OfPlace() =>
        Named("topics") is { } topic && context!.Monitor.Current.Topics.Value?.Find(topic) is not null ? places.OfTopic(topic)
        : Named("groups") is { } group ? places.OfGroup(group) : [];

    string? Named(string list)
    {
        var start = context is null ? "" : context.Href(list) + "/";
        return start.Length > 1 && here.StartsWith(start, StringComparison.Ordinal)
            ? Uri.UnescapeDataString(here[start.Length..].Split('/', '?', '#')[0])
            : null;
    }

    /// <summary>A topic, group or broker that was opened lately and is still there.</summary>
    PaletteEntry? Known(string href)
    {
        foreach (var monitor in registry.Clusters.Where(cluster => actor.Sees(cluster.Id)))
        {
            var start = ClusterContext.Href(monitor.Id) + "/";
            if (!href.StartsWith(start, StringComparison.Ordinal) || href[start.Length..].Split('/') is not [var list, var name])
            {
                continue;
            }

            var (now, isHere, id) = (monitor.Current, monitor.Id == context?.Id, Uri.UnescapeDataString(name));
            var beside = registry.Clusters.Count == 1 ? null : now.Name;
            return list == "topics" && now.Topics.Value?.Find(id) is { } topic ? Topic(monitor, topic, isHere, beside)
                : list == "groups" && now.Groups.Value?.Find(id) is { } group ? Group(monitor, group, isHere, beside)
                : null;
        }

        return null;
    }
}
