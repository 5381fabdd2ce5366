using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Znodes;

/// <summary>One znode of the tree. Owned by the tree that shows it, changed on the renderer's thread only.</summary>
sealed class ZnodeNode(string path)
{
    public string Path { get; } = path;

    public string Name => Path == "/" ? "/" : Path[(Path.LastIndexOf('/') + 1)..];

    (ChildNames Of, int From, string Filter, (IReadOnlyList<string> Names, int Matching) Part)? part;

    /// <summary>Of a node that is or was open.</summary>
    public ZnodeView? View { get; set; }

    /// <summary>Of one that is only listed, without its data and its children's names.</summary>
    public ZnodeStat? Listed { get; set; }

    public ZnodeStat? Stat => View?.Stat ?? Listed;

    /// <summary>The first of its children that is shown.</summary>
    public int From { get; set; }

    public SectionError? Error { get; set; }

    public bool IsOpen { get; set; }

    /// <summary>When data or children changed while the page watched.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>Came into being while the page watched.</summary>
    public bool IsNew { get; set; }

    /// <summary>Ends the watch of an open node.</summary>
    public CancellationTokenSource? Watching { get; set; }

    public bool MayHaveChildren => Stat is not { } stat || stat is { IsEphemeral: false, NumChildren: > 0 };

    /// <summary>
    /// The children that are shown, and how many there are for the filter. Worked out once for each list, page and filter.
    /// </summary>
    public (IReadOnlyList<string> Names, int Matching) Part(int take, string filter)
    {
        var children = View?.Children ?? ChildNames.None;
        if (part is not { } known || known.Of != children || known.From != From || known.Filter != filter)
        {
            part = known = (children, From, filter, children.Part(From, take, filter));
        }
        return known.Part;
    }

    public static string Child(string parent, string name) => parent == "/" ? "/" + name : $"{parent}/{name}";

    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";
}
