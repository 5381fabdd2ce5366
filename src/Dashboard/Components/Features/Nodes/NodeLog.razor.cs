using Dashboard.Components.Foundation.Live;
using Dashboard.Nodes;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Nodes;

/// <summary>The last lines of the hosted nodes' logs. Looked at twice a second, sent only when there is a new line.</summary>
public sealed partial class NodeLog : UiComponent, IAsyncDisposable
{
    /// <summary>Lines in the page at once: a page left open does not grow.</summary>
    const int Kept = 200;

    /// <summary>Stands for no node in particular.</summary>
    const string AllNodes = "";

    static readonly TimeSpan interval = TimeSpan.FromMilliseconds(500);

    readonly ComponentLifetime gone = new();
    (long Index, NodeLogLine Line)[] shown = [];
    NodeLogLevel level = NodeLogLevel.Info;
    string contains = "";
    long version = -1;
    Task following = Task.CompletedTask;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Parameter, EditorRequired]
    public INodeHost Host { get; set; } = null!;

    /// <summary>Null: all nodes, merged.</summary>
    [Parameter]
    public string? Node { get; set; }

    protected override void OnParametersSet() => Read();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            following = RepeatAsync(interval, _ => FollowAsync(), gone.Token);
        }
    }

    Task FollowAsync() => Host.LogVersion == version
        ? Task.CompletedTask
        : InvokeAsync(() =>
        {
            Read();
            StateHasChanged();
        });

    void Read()
    {
        version = Host.LogVersion;
        var tail = Host.Tail(string.IsNullOrEmpty(Node) ? null : Node);
        var first = version - tail.Length;
        shown =
        [
            .. tail.Index()
                .Where(l => l.Item.Level >= level)
                .Where(l => contains.Length == 0 || l.Item.Text.Contains(contains, StringComparison.OrdinalIgnoreCase))
                .TakeLast(Kept).Select(l => (first + l.Index, l.Item)),
        ];
    }

    void ChooseNode(string node) => Navigation.NavigateTo(Cluster.Href(node == AllNodes ? "nodes" : $"nodes?log={node}"), replace: true);

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await following;
        gone.Dispose();
    }
}
