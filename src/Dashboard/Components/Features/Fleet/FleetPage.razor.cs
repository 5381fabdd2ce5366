using Dashboard.Addresses;
using Dashboard.Clusters;
using Dashboard.Components.Foundation.Fields;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Foundation.States;
using Dashboard.Localization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Fleet;

/// <summary>
/// All clusters, one row each, in the order in which someone on call looks at them. The first page where there is more than one; where
/// there is one alone, the site's own address leads to it.
/// </summary>
public partial class FleetPage : FleetComponent
{
    static readonly ListShape<FleetRow> shape = new(
        r => r.Id,
        new Dictionary<string, Func<FleetRow, IComparable?>>
        {
            ["name"] = r => r.Name,
            ["urgency"] = r => r.Place,
            ["since"] = r => r.Figures.Standing.Since,
            ["version"] = r => r.Figures.Version is { } text && Version.TryParse(text, out var version) ? version : null,
            ["brokers"] = r => r.Figures.Brokers,
            ["topics"] = r => r.Figures.Topics,
            ["partitions"] = r => r.Figures.Partitions,
            ["groups"] = r => r.Figures.Groups,
            ["lag"] = r => r.Figures.Lag,
            ["in"] = r => r.Figures.RecordsIn,
        },
        [
            new("broken", "bad", r => r.Figures.Standing.State == ClusterState.Broken),
            new("unreachable", "stale", r => r.Figures.Standing.State == ClusterState.Unreachable),
            new("degraded", "warn", r => r.Figures.Standing.State == ClusterState.Degraded),
            new("connecting", "busy", r => r.Figures.Standing.State == ClusterState.Connecting),
            new("ok", "ok", r => r.Figures.Standing.State == ClusterState.Ok),
        ])
    {
        Text = r => r.Text,
    };

    readonly HeldRows<FleetRow> rows = new(r => r.Id);
    ListState list = ListState.Of(ClusterAddress.Fleet, null, null, null, null, "urgency");
    List<Chip> chips = [];
    int matching;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    [Inject]
    public IClusterCatalog Catalog { get; set; } = null!;

    bool MayDefine(string? cluster) => Who.Actor.May(Permission.To(AccessAction.Define, AccessKind.Clusters, cluster));

    [SupplyParameterFromQuery(Name = "q")]
    public string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "is")]
    public string? Is { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? Page { get; set; }

    protected override void OnInitialized()
    {
        base.OnInitialized();
        if (Fleet is [var only] && Navigation.ToBaseRelativePath(Navigation.Uri).Split('?', '#')[0].Length == 0)
        {
            Navigation.NavigateTo(ClusterContext.Href(only.Id), replace: true);
        }
    }

    protected override void OnParametersSet()
    {
        list = ListState.Of(ClusterAddress.Fleet, Query, Is, Sort, QueryNumber.Of(Page), "urgency");
        OnFleet();
    }

    protected override void OnFleet()
    {
        var all = new ListRows<FleetRow>(Fleet, shape);
        chips = list.Chips(
            L["List_All"], Fleet.Length, all.Kinds.Select(k => new Chip(k.Is, L[$"Fleet_Kind_{k.Is}"], all.Count(k), k.Glyph)));
        (var part, matching) = all.Part(list);
        rows.Set(part, all.Find, list);
    }

    /// <summary>Nothing moves under a pointer; what waited comes in when it leaves.</summary>
    void Hold(bool held)
    {
        rows.Held = held;
        OnFleet();
    }

    /// <summary>Who may add none is not told to: there may be some that he does not see.</summary>
    string None => L[MayDefine(null) ? "Fleet_None" : "Fleet_NoneForYou"];

    string Lede => L[Fleet.Length > 0 ? "Fleet_Lede" : MayDefine(null) ? "Fleet_NoneLede" : "Fleet_NoneForYouLede"];

    /// <summary>The page's verdict, with the name of the cluster that comes first.</summary>
    string Headline
    {
        get
        {
            if (Fleet is not [var first, ..])
            {
                return None;
            }

            var wrong = Fleet.Count(r => r.Figures.Standing.State is not (ClusterState.Ok or ClusterState.Connecting));
            var connecting = Fleet.Count(r => r.Figures.Standing.State == ClusterState.Connecting);
            return wrong > 0 ? L[$"Fleet_Headline_{first.Figures.Standing.State}", wrong, Fleet.Length, first.Name]
                : connecting > 0 ? L["Fleet_Headline_Connecting", connecting, Fleet.Length]
                : Unwatched > 0 ? L["Fleet_Headline_OkButUnwatched", Fleet.Length, Unwatched]
                : L["Fleet_Headline_Ok", Fleet.Length];
        }
    }

    /// <summary>What is defined and could not be opened; of what others defined, those that this reader would see.</summary>
    int Unwatched => MayDefine(Permission.All)
        ? Catalog.Problems.Count
        : Catalog.Locked.Count(one => Who.Actor.May(Permission.To(AccessAction.See, AccessKind.Clusters, one.Id)));

    static RenderFragment Nothing => builder => builder.AddContent(0, Format.None);

    static string? CssOf(ClusterFigures cluster) => cluster.Standing.State switch
    {
        ClusterState.Broken => "is-bad",
        ClusterState.Unreachable => "is-warn is-old",
        ClusterState.Degraded => cluster.IsOld ? "is-warn is-old" : "is-warn",
        _ => null,
    };

    string Versions(ClusterFigures cluster) =>
        ClusterWords.Versions(cluster) is { Length: > 0 } known ? cluster.HasKafka ? known : L["Fleet_WithoutKafka", known]
            : cluster.HasKafka ? Format.None
            : L["Fleet_NoKafka"];

    static string Broker(FleetRow row, int id) => ClusterContext.Href(row.Id, $"brokers/{id}");

    /// <summary>How many answer, of how many; a link to them.</summary>
    static RenderFragment Brokers(FleetRow row) => row.Figures is { Brokers: { } all, Up: { } up }
        ? A(ClusterContext.Href(row.Id, "brokers"), $"{up}/{all}", up < all && !row.Figures.IsOld ? "bad" : null)
        : Nothing;

    /// <summary>A link to the list behind a number; nothing where it was never read.</summary>
    static RenderFragment Figure(FleetRow row, long? value, string page) =>
        value is null ? Nothing : A(ClusterContext.Href(row.Id, page), Format.Number(value));
}
