using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Palette;

/// <summary>What can be found. In this order where all else is the same.</summary>
public enum PaletteKind
{
    Run,
    Topic,
    Group,
    Broker,
    Znode,

    /// <summary>A place in the metadata of a cluster without ZooKeeper.</summary>
    Metadata,
    Page,
    Cluster,
}

/// <summary>Something that is found, or run: always an address.</summary>
/// <param name="Words">What is shown and searched.</param>
/// <param name="Href">Also what tells it apart, and what is remembered of it.</param>
public sealed record PaletteEntry(PaletteKind Kind, string Words, string Href)
{
    /// <summary>Beside it: how many partitions, or of which cluster.</summary>
    public string? Beside { get; init; }

    /// <summary>Searched as well and not shown: what its address is called, for a reader of another script.</summary>
    public string? Also { get; init; }

    /// <summary>Why it cannot be run; null: it can.</summary>
    public string? WhyNot { get; init; }

    /// <summary>Of the cluster whose page is open.</summary>
    public bool IsHere { get; init; }

    /// <summary>A topic that is in trouble is shown so.</summary>
    public Severity Severity { get; init; } = Severity.Ok;
}

/// <summary>A row of the palette.</summary>
/// <param name="Marks">Which letters were typed.</param>
public sealed record PaletteHit(PaletteEntry Entry, bool[] Marks)
{
    /// <summary>The words cut where the marks begin and end.</summary>
    public IEnumerable<(string Part, bool Marked)> Parts()
    {
        var (words, from) = (Entry.Words, 0);
        for (var to = 1; to <= words.Length; to++)
        {
            if (to == words.Length || Marks[to] != Marks[from])
            {
                yield return (words[from..to], Marks[from]);
                from = to;
            }
        }
    }
}
