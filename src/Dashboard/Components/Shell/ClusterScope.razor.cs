using Dashboard.Clusters;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Shell;

/// <summary>
/// Resolves the cluster in the address, and follows it: one that is removed says so, one that is opened anew or described in another way is
/// drawn anew. A page about all clusters is in none; another without one in its address (an unknown address) gets the first, so that its
/// bar and navigation work.
/// </summary>
public sealed partial class ClusterScope : IDisposable
{
    ClusterContext? context;
    string? requested;

    /// <summary>The cluster of this page that was there and is not any longer.</summary>
    string? gone;

    [Inject]
    public IClusterRegistry Registry { get; set; } = null!;

    [Inject]
    public IClusterCatalog Catalog { get; set; } = null!;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    [Parameter, EditorRequired]
    public Microsoft.AspNetCore.Components.RouteData Route { get; set; } = null!;

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    bool LacksKafka => !context!.Monitor.Current.HasKafka && Route.PageType.IsDefined(typeof(NeedsKafkaAttribute), false);

    protected override void OnInitialized()
    {
        Registry.Changed += OnChanged;
        Catalog.Changed += OnChanged;
    }

    protected override void OnParametersSet()
    {
        requested = Route.RouteValues.TryGetValue("ClusterId", out var value) ? value as string : null;
        Resolve();
    }

    public void Dispose()
    {
        Registry.Changed -= OnChanged;
        Catalog.Changed -= OnChanged;
    }

    void OnChanged() => _ = InvokeAsync(() =>
    {
        var before = context;
        Resolve();
        if (context != before)
        {
            StateHasChanged();
        }
    });

    /// <summary>What pages show of it.</summary>
    static (string?, string?, bool?) Look(ClusterDefinition? definition) => (definition?.Label, definition?.Colour, definition?.ReadOnly);

    void Resolve()
    {
        var monitor = requested is not null ? Registry.Find(requested)
            : Route.PageType.IsDefined(typeof(AllClustersAttribute), false) ? null
            : Registry.Clusters.FirstOrDefault();
        var definition = monitor is null ? null : Catalog.Definitions.FirstOrDefault(d => d.Id == monitor.Id);
        if (monitor is null)
        {
            gone = context is not null && context.Id == requested ? requested : gone;
            context = null;
        }
        else if (context?.Monitor != monitor || Look(context.Definition) != Look(definition))
        {
            var nodes = monitor.Kind == ClusterKind.Hosted ? Services.GetService<INodeHost>() : null;
            context = new(monitor, Registry, nodes) { Definition = definition };
        }
    }
}
