using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Palette;

/// <summary>What the palette answers.</summary>
/// <param name="Fault">Why there is nothing; null: nothing is called so.</param>
public sealed record PaletteAnswer(ImmutableArray<PaletteHit> Hits, string? Fault = null);

/// <summary>
/// The children of a path, of which the last step may be a part: "/kafka/br" finds the znode /kafka/brokers, "/topics/or" what a cluster
/// without ZooKeeper keeps of orders in its metadata. One reading of the cluster for each.
/// </summary>
sealed class PalettePaths(Text text, ClusterContext? context)
{
    public async Task<PaletteAnswer> FindAsync(string path, CancellationToken cancellationToken)
    {
        // both are seen by whoever may read znodes
        if (context is null || !context.May(context.To(AccessAction.Read, AccessKind.Znodes, Permission.All)))
        {
            return new([]);
        }

        var now = context.Monitor.Current;
        var cut = path.LastIndexOf('/');
        var (parent, last) = (cut == 0 ? "/" : path[..cut], path[(cut + 1)..]);
        return now.HasZooKeeper ? await ZnodesAsync(parent, last, cancellationToken).ConfigureAwait(false)
            : now is { HasKafka: true, Identity.Value.Mode: CoordinationMode.KRaft }
                ? await MetadataAsync(parent, last, cancellationToken).ConfigureAwait(false)
            : new([]);
    }

    async Task<PaletteAnswer> ZnodesAsync(string parent, string last, CancellationToken cancellationToken)
    {
        try
        {
            var children = (await context!.Monitor.Znodes.ReadAsync(parent, cancellationToken).ConfigureAwait(false)).Children;
            return Below(
                PaletteKind.Znode, parent, last,
                (last.Length == 0 ? children.Part(0, PaletteRanking.Most).Names : children.All())
                    .Select(name => (name, parent == "/" ? $"/{name}" : $"{parent}/{name}")),
                context.Znode);
        }
        catch (ZnodeException e)
        {
            return new([], ErrorWords.Of(text, e));
        }
    }

    async Task<PaletteAnswer> MetadataAsync(string parent, string last, CancellationToken cancellationToken)
    {
        var view = await context!.Monitor.Metadata.ReadAsync(parent, cancellationToken).ConfigureAwait(false);
        return view is null ? new([], text["Palette_NoPlace", parent])
            : view is { Error: { } error, Children.IsEmpty: true } ? new([], ErrorWords.Detail(text, error))
            : Below(
                PaletteKind.Metadata, parent, last,
                view.Children.Take(last.Length == 0 ? PaletteRanking.Most : int.MaxValue)
                    .Select(child => (child.Name, MetadataPath.Child(parent, child.Name))),
                context.Metadata);
    }

    /// <summary>The place itself, where nothing of a child is typed yet, and its children.</summary>
    static PaletteAnswer Below(
        PaletteKind kind, string parent, string last, IEnumerable<(string Name, string Path)> children, Func<string, string> href)
    {
        var ranking = new PaletteRanking(FuzzyMatch.Words(last), []);
        foreach (var (name, path) in children)
        {
            var tier = last.Length == 0 ? MatchTier.Prefix : ranking.Rank(kind, name);
            if (tier != MatchTier.None)
            {
                ranking.Offer(new(kind, path, href(path)) { IsHere = true }, tier);
            }
        }

        var self = new PaletteHit(new(kind, parent, href(parent)), new bool[parent.Length]);
        var found = ranking.Hits().Select(hit => hit with { Marks = InLast(last, hit.Entry.Words) });
        return new(last.Length == 0 ? [self, .. found] : [.. found]);
    }

    /// <summary>Of a path, only the last step was searched.</summary>
    static bool[] InLast(string typed, string path)
    {
        var from = path.LastIndexOf('/') + 1;
        return [.. new bool[from], .. FuzzyMatch.Marks(FuzzyMatch.Words(typed), path[from..])];
    }
}
