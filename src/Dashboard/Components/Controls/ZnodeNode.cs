using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Controls;

/// <summary>One znode of the tree. Owned by the tree that shows it, changed on the renderer's thread only.</summary>
sealed class ZnodeNode(string path)
{
    public string Path { get; } = path;

    public string Name => Path == "/" ? "/" : Path[(Path.LastIndexOf('/') + 1)..];

    public ZnodeView? View { get; set; }

    public SectionError? Error { get; set; }

    public bool IsOpen { get; set; }

    /// <summary>When data or children changed while the page watched.</summary>
    public DateTimeOffset? ChangedAt { get; set; }

    /// <summary>Came into being while the page watched.</summary>
    public bool IsNew { get; set; }

    /// <summary>Ends the watch of an open node.</summary>
    public CancellationTokenSource? Watching { get; set; }

    public bool MayHaveChildren => View is null || View.Stat.EphemeralOwner == 0;

    public static string Child(string parent, string name) => parent == "/" ? "/" + name : $"{parent}/{name}";

    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";
}
