using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Znodes;

/// <summary>The live tree of znodes. Children are read when their parent is opened; what is open is watched, what is not is not.</summary>
public sealed partial class ZnodeTree : UiComponent, IAsyncDisposable
{
    /// <summary>Children drawn of one parent; the others are a page away, or found by typing.</summary>
    const int Shown = 200;

    /// <summary>What Java's clients take as one answer unless jute.maxbuffer says otherwise.</summary>
    const int JavaLimit = 0xfffff;

    static readonly TimeSpan fresh = TimeSpan.FromSeconds(10);

    readonly ComponentLifetime gone = new();
    readonly Dictionary<string, ZnodeNode> nodes = [];
    readonly List<Task> watches = [];
    List<Row> rows = [];
    Row? tabStop;
    SectionError? failure;
    string wanted = "";
    string? opened;
    bool interactive;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public string Selected { get; set; } = "/";

    IZnodeBrowser Znodes => Cluster.Monitor.Znodes;

    protected override async Task OnInitializedAsync()
    {
        // the first response has the path to the selected znode in it
        var chain = Chain(Selected).Select(Node).ToList();
        chain.ForEach(node => node.IsOpen = true);
        await Task.WhenAll(chain.Select(ReadAsync));
        Draw();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        interactive = true;
        if (opened == Selected)
        {
            return;
        }
        opened = Selected;
        await Task.WhenAll(Chain(Selected).Select(path => OpenAsync(Node(path))));
        Draw();
        StateHasChanged();
    }

    protected override void OnParametersSet() => Draw();

    /// <summary>"/", "/kafka", "/kafka/brokers" for "/kafka/brokers".</summary>
    static IEnumerable<string> Chain(string path)
    {
        yield return "/";
        for (var slash = path.IndexOf('/', 1); path.Length > 1; slash = path.IndexOf('/', slash + 1))
        {
            yield return slash < 0 ? path : path[..slash];
            if (slash < 0)
            {
                yield break;
            }
        }
    }

    ZnodeNode Node(string path) => nodes.TryGetValue(path, out var node) ? node : nodes[path] = new(path);

    async Task ReadAsync(ZnodeNode node)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
            deadline.CancelAfter(TimeSpan.FromSeconds(5));
            node.View = await Znodes.ReadAsync(node.Path, deadline.Token);
            node.Error = null;
        }
        catch (ZnodeException refusal)
        {
            node.Error = new(SectionErrorKind.Refused, node.Path, refusal.Code, refusal.Message, Now) { Told = refusal.Told };
        }
        catch (OperationCanceledException)
        {
            node.Error = new(SectionErrorKind.TimedOut, "ZooKeeper", null, node.Path, Now);
        }
        failure = node.Path == "/" ? node.Error : failure;
    }

    async Task OpenAsync(ZnodeNode node)
    {
        node.IsOpen = true;
        if (node.Watching is not null || !interactive)
        {
            return;
        }
        node.Watching = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        var first = new TaskCompletionSource();
        watches.Add(WatchAsync(node, first, node.Watching.Token));
        await Task.WhenAny(first.Task, Task.Delay(TimeSpan.FromSeconds(5), Time, gone.Token));
    }

    async Task WatchAsync(ZnodeNode node, TaskCompletionSource first, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var section in Znodes.WatchAsync(node.Path, cancellationToken))
            {
                await InvokeAsync(() => TakeAsync(node, section, cancellationToken));
                first.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // closed, or the page went away
        }
        finally
        {
            first.TrySetResult();
        }
    }

    async Task TakeAsync(ZnodeNode node, Section<ZnodeView> section, CancellationToken cancellationToken)
    {
        var before = node.View;
        var shown = node.Part(Shown, FilterOf(node));
        node.Error = section.Error;
        if (section.Value is { } view)
        {
            node.View = view;
            if (before is not null && (before.Stat.Mzxid != view.Stat.Mzxid || before.Stat.Pzxid != view.Stat.Pzxid))
            {
                Touch(node);
            }
            if (!view.Exists)
            {
                Forget(node);
            }
            foreach (var name in before is null ? [] : Added(shown.Names, node.Part(Shown, FilterOf(node)).Names))
            {
                var child = Node(ZnodeNode.Child(node.Path, name));
                child.IsNew = true;
                Touch(child);
            }
        }
        failure = node.Path == "/" ? section.Value is null ? section.Error : null : failure;
        Draw();
        StateHasChanged();
        await DescribeAsync(node, cancellationToken);
    }

    /// <summary>Of what is shown now. A name past the last one before may only have moved up.</summary>
    static IEnumerable<string> Added(IReadOnlyList<string> before, IReadOnlyList<string> now) =>
        now.Except(before).Where(name => before.Count < Shown || string.CompareOrdinal(name, before[^1]) < 0);

    /// <summary>
    /// Counts and kinds of the children that are shown: one small request each, not watched, after they are on the screen.
    /// </summary>
    async Task DescribeAsync(ZnodeNode node, CancellationToken cancellationToken)
    {
        var unknown = node.Part(Shown, FilterOf(node)).Names.Select(name => Node(ZnodeNode.Child(node.Path, name)))
            .Where(c => c.Stat is null).ToArray();
        if (unknown.Length > 0)
        {
            await Task.WhenAll(unknown.Select(ListAsync));
            cancellationToken.ThrowIfCancellationRequested();
            StateHasChanged();
        }
    }

    async Task ListAsync(ZnodeNode node)
    {
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
            deadline.CancelAfter(TimeSpan.FromSeconds(5));
            node.Listed = await Znodes.StatAsync(node.Path, deadline.Token);
        }
        catch (Exception e) when (e is ZnodeException or OperationCanceledException)
        {
            // its count stays unknown; opening it says why
        }
    }

    /// <summary>
    /// Another part of a parent's children. Those that are not on the screen any more are forgotten, unless they are open.
    /// </summary>
    async Task TurnAsync(ZnodeNode parent, int from)
    {
        foreach (var name in parent.Part(Shown, FilterOf(parent)).Names)
        {
            var child = Node(ZnodeNode.Child(parent.Path, name));
            if (!child.IsOpen)
            {
                nodes.Remove(child.Path);
            }
        }
        parent.From = Math.Max(0, from);
        Draw();
        StateHasChanged();
        await DescribeAsync(parent, gone.Token);
    }

    string FilterOf(ZnodeNode parent) => parent.Path == Selected && !wanted.StartsWith('/') ? wanted : "";

    void Touch(ZnodeNode node)
    {
        node.ChangedAt = Now;
        _ = FadeAsync();
    }

    async Task FadeAsync()
    {
        try
        {
            await Task.Delay(fresh, Time, gone.Token);
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
        }
    }

    bool IsFresh(ZnodeNode node) => node.ChangedAt is { } at && Now - at < fresh;

    async Task ToggleAsync(ZnodeNode node)
    {
        if (node.IsOpen)
        {
            var inside = nodes.Values.Where(n => n.Path == node.Path || n.Path.StartsWith(node.Path + "/", StringComparison.Ordinal));
            foreach (var open in inside.ToArray())
            {
                open.Watching?.Cancel();
                open.Watching?.Dispose();
                (open.Watching, open.IsOpen) = (null, false);
            }
            watches.RemoveAll(w => w.IsCompleted);
        }
        else
        {
            await OpenAsync(node);
        }
        Draw();
    }

    void Forget(ZnodeNode node)
    {
        node.Watching?.Cancel();
        nodes.Remove(node.Path);
    }

    void Draw()
    {
        rows = [];
        if (nodes.TryGetValue("/", out var root))
        {
            Add(root, 0);
        }
        tabStop = rows.FirstOrDefault(r => r.Node?.Path == Selected) ?? rows.FirstOrDefault();
    }

    void Add(ZnodeNode parent, int depth)
    {
        var filter = FilterOf(parent);
        var (names, matching) = parent.Part(Shown, filter);
        if (names.Count == 0 && parent.From > 0)
        {
            parent.From = 0;
            (names, matching) = parent.Part(Shown, filter);
        }
        foreach (var name in names)
        {
            var node = Node(ZnodeNode.Child(parent.Path, name));
            rows.Add(new(node, parent, depth, 0));
            if (node.IsOpen)
            {
                Add(node, depth + 1);
            }
        }
        if (matching > Shown)
        {
            rows.Add(new(null, parent, depth, matching));
        }
    }

    /// <summary>A path is gone to; anything else filters the selected znode's children.</summary>
    void Go()
    {
        if (wanted.StartsWith('/'))
        {
            Navigation.NavigateTo(Cluster.Znode(wanted.Trim()));
            wanted = "";
        }
        Draw();
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await Task.WhenAll(watches);
        gone.Dispose();
    }

    /// <param name="Node">Null: the line below a part of many children, of which there are <paramref name="Total"/>.</param>
    sealed record Row(ZnodeNode? Node, ZnodeNode Parent, int Depth, int Total);
}
