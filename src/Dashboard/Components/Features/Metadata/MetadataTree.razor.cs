using System.Collections.Immutable;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Metadata;

/// <summary>
/// The tree of what the cluster keeps in its metadata. Children are read when their parent is opened, and again while it
/// is.
/// </summary>
public sealed partial class MetadataTree : MetadataPart
{
    /// <summary>Children drawn of one parent; the others are a page away, or found by typing.</summary>
    const int Shown = 200;

    readonly HashSet<string> opened = ["/"];
    readonly Dictionary<string, ImmutableArray<MetadataChild>> children = [];
    readonly Dictionary<string, int> pages = [];
    List<Row> rows = [];
    Row? tabStop;
    string wanted = "";
    string? shown;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Selected { get; set; } = "/";

    protected override async Task OnParametersSetAsync()
    {
        if (shown != Selected)
        {
            shown = Selected;
            for (var path = Selected; path != "/"; path = MetadataPath.Parent(path))
            {
                opened.Add(path);
            }
            await ReadAsync();
        }
        Draw();
    }

    protected override async Task RefreshAsync()
    {
        await ReadAsync();
        Draw();
    }

    Task ReadAsync() => Task.WhenAll(opened.ToList().Select(ReadAsync));

    async Task ReadAsync(string path)
    {
        if (await ReadInTimeAsync(path) is not (true, var place))
        {
            return;
        }

        if (place is null)
        {
            children.Remove(path);
        }
        else if (place.Error is null || !children.ContainsKey(path))
        {
            children[path] = place.Children; // else those that were read last
        }
    }

    async Task ToggleAsync(string path)
    {
        if (!opened.Remove(path))
        {
            opened.Add(path);
            await ReadAsync(path);
        }
        Draw();
    }

    void Turn(string parent, int from)
    {
        pages[parent] = Math.Max(0, from);
        Draw();
    }

    int From(string parent) => pages.GetValueOrDefault(parent);

    void Draw()
    {
        rows = [];
        Add("/", 0);
        tabStop = rows.FirstOrDefault(r => r.Path == Selected) ?? rows.FirstOrDefault();
    }

    void Add(string parent, int depth)
    {
        if (!opened.Contains(parent) || !children.TryGetValue(parent, out var all))
        {
            return;
        }
        var filter = parent == Selected && !wanted.StartsWith('/') ? wanted : "";
        var matching = filter.Length == 0 ? all : [.. all.Where(c => c.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))];
        if (From(parent) >= matching.Length)
        {
            pages.Remove(parent);
        }
        foreach (var child in matching.Skip(From(parent)).Take(Shown))
        {
            var path = MetadataPath.Child(parent, child.Name);
            var known = children.TryGetValue(path, out var below) ? below.Length : child.Children;
            rows.Add(new(path, parent, depth, known, 0));
            Add(path, depth + 1);
        }
        if (matching.Length > Shown)
        {
            rows.Add(new(null, parent, depth, null, matching.Length));
        }
    }

    /// <summary>A path is gone to; anything else filters the selected place's children.</summary>
    void Go()
    {
        if (wanted.StartsWith('/'))
        {
            Navigation.NavigateTo(Cluster.Metadata(wanted.Trim()));
            wanted = "";
        }
        Draw();
    }

    /// <param name="Path">Null: the line below a part of many children, of which there are <paramref name="Total"/>.</param>
    /// <param name="Children">Null: not known.</param>
    sealed record Row(string? Path, string Parent, int Depth, int? Children, int Total);
}
