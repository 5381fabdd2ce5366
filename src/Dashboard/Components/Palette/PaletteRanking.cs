using System.Collections.Immutable;

namespace Dashboard.Components.Palette;

/// <summary>
/// The best of many entries, kept while they are walked: by how well they fit, then what was opened lately, then the open cluster, then
/// the shorter name. Bounded: some of each kind, so that a thousand topics do not push a page out. Used by one search alone.
/// </summary>
/// <param name="recent">Addresses that were opened lately, the last first.</param>
public sealed class PaletteRanking(ImmutableArray<string> words, ImmutableArray<string> recent)
{
    public const int MostOfAKind = 8;
    public const int Most = 24;

    readonly Dictionary<PaletteKind, List<Ranked>> best = [];

    public ImmutableArray<string> Words => words;

    /// <summary>How well a name fits, and whether that may be enough: an entry is made only for one that is.</summary>
    public MatchTier Rank(PaletteKind kind, string name)
    {
        var tier = FuzzyMatch.Rank(words, name);
        return tier != MatchTier.None && best.TryGetValue(kind, out var kept) && kept.Count >= MostOfAKind && tier < kept[^1].Tier
            ? MatchTier.None
            : tier;
    }

    /// <summary>Ranked by what is shown of it, or by what is searched as well.</summary>
    public void Offer(PaletteEntry entry)
    {
        var tier = FuzzyMatch.Rank(words, entry.Words);
        if (entry.Also is not null && FuzzyMatch.Rank(words, entry.Also) is var also && also > tier)
        {
            tier = also;
        }

        Offer(entry, tier);
    }

    public void Offer(PaletteEntry entry, MatchTier tier)
    {
        if (tier == MatchTier.None)
        {
            return;
        }

        if (!best.TryGetValue(entry.Kind, out var kept))
        {
            best[entry.Kind] = kept = [];
        }

        var lately = recent.IndexOf(entry.Href);
        var ranked = new Ranked(entry, tier, lately < 0 ? int.MaxValue : lately);
        var at = kept.BinarySearch(ranked);
        at = at < 0 ? ~at : at;
        if (at < MostOfAKind)
        {
            kept.Insert(at, ranked);
            if (kept.Count > MostOfAKind)
            {
                kept.RemoveAt(MostOfAKind);
            }
        }
    }

    public ImmutableArray<PaletteHit> Hits() =>
    [
        .. best.Values.SelectMany(kept => kept).Order().DistinctBy(one => one.Entry.Href).Take(Most)
            .Select(one => new PaletteHit(one.Entry, FuzzyMatch.Marks(words, one.Entry.Words))),
    ];

    readonly record struct Ranked(PaletteEntry Entry, MatchTier Tier, int Lately) : IComparable<Ranked>
    {
        public int CompareTo(Ranked other)
        {
            var order = other.Tier.CompareTo(Tier);
            order = order != 0 ? order : Lately.CompareTo(other.Lately);
            order = order != 0 ? order : other.Entry.IsHere.CompareTo(Entry.IsHere);
            order = order != 0 ? order : (Entry.WhyNot is not null).CompareTo(other.Entry.WhyNot is not null);
            order = order != 0 ? order : Entry.Words.Length.CompareTo(other.Entry.Words.Length);
            order = order != 0 ? order : Entry.Kind.CompareTo(other.Entry.Kind);
            return order != 0 ? order : string.CompareOrdinal(Entry.Words + Entry.Href, other.Entry.Words + other.Entry.Href);
        }
    }
}
