using System.Reflection;
using Dashboard.Clusters;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Security.Access;
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

    /// <summary>What the page takes and the reader has not.</summary>
    Permission? lacking;

    [Inject]
    public IClusterRegistry Registry { get; set; } = null!;

    [Inject]
    public IClusterCatalog Catalog { get; set; } = null!;

    [Inject]
    public ICurrentActor Who { get; set; } = null!;

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
        // what is defined has changed, or who may what
        var before = (context, lacking);
        Resolve();
        if ((context, lacking) != before)
        {
            StateHasChanged();
        }
    });

    /// <summary>What pages show of it.</summary>
    static (string?, string?, bool?) Look(ClusterDefinition? definition) => (definition?.Label, definition?.Colour, definition?.ReadOnly);

    void Resolve()
    {
        var actor = Who.Actor;
        var monitor = requested is not null ? Registry.Find(requested) is { } found && actor.Sees(found.Id) ? found : null
            : Route.PageType.IsDefined(typeof(AllClustersAttribute), false) ? null
            : Registry.Clusters.FirstOrDefault(cluster => actor.Sees(cluster.Id));
        var definition = monitor is null ? null : Catalog.Definitions.FirstOrDefault(d => d.Id == monitor.Id);
        if (monitor is null)
        {
            // it was shown until now: the page says that it was removed, not that there never was one
            gone = context is not null && context.Id == requested ? requested : gone;
            context = null;
        }
        // the same context as long as nothing visible changed: a new one draws all of the page again
        else if (context?.Monitor != monitor || Look(context.Definition) != Look(definition))
        {
            var nodes = monitor.Kind == ClusterKind.Hosted ? Services.GetService<INodeHost>() : null;
            context = new(monitor, nodes, Who) { Definition = definition };
        }

        lacking = Route.PageType.GetCustomAttribute<RequirementAttribute>(inherit: true) is RequiresAttribute needed
            && needed.On(context?.Id, Permission.All) is var permission && !actor.May(permission) ? permission : null;
    }
}
