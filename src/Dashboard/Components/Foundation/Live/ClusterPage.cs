using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Live;

/// <summary>A page of one cluster. The cluster itself comes from the address, by way of the cascaded context.</summary>
[Requires(AccessKind.Clusters, AccessAction.See)]
public abstract class ClusterPage : LiveComponent
{
    /// <summary>The {cluster} of the address.</summary>
    [Parameter]
    public string ClusterId { get; set; } = "";

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    protected static SectionState State<T>(Section<T> section)
        where T : class => SectionState.Of(section);
}
