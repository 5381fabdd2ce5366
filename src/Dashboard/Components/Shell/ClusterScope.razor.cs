using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Shell;

/// <summary>
/// Resolves the cluster in the address. A page without one in its address (an unknown address) gets the first, so that its bar and
/// navigation work.
/// </summary>
public partial class ClusterScope
{
    ClusterContext? context;
    string? requested;

    [Inject]
    public IClusterRegistry Registry { get; set; } = null!;

    [Inject]
    public IServiceProvider Services { get; set; } = null!;

    [Parameter, EditorRequired]
    public Microsoft.AspNetCore.Components.RouteData Route { get; set; } = null!;

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    bool LacksKafka => !context!.Monitor.Current.HasKafka && Route.PageType.IsDefined(typeof(NeedsKafkaAttribute), false);

    protected override void OnParametersSet()
    {
        requested = Route.RouteValues.TryGetValue("ClusterId", out var value) ? value as string : null;
        var monitor = requested is null ? Registry.Clusters.FirstOrDefault() : Registry.Find(requested);
        if (monitor is null)
        {
            context = null;
        }
        else if (context?.Monitor != monitor)
        {
            var nodes = monitor.Kind == ClusterKind.Hosted ? Services.GetService<INodeHost>() : null;
            context = new(monitor, Registry, nodes);
        }
    }
}
