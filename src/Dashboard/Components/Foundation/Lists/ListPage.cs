using Dashboard.Components.Foundation.Fields;
using Dashboard.Components.Foundation.Live;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Lists;

/// <summary>
/// A page that is a list. Its filter, order and page are in the address; it works its rows out of the snapshot on the server.
/// </summary>
public abstract class ListPage : ClusterPage
{
    [SupplyParameterFromQuery(Name = "q")]
    public string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "is")]
    public string? Is { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    public string? Page { get; set; }

    [SupplyParameterFromQuery(Name = "size")]
    public string? Size { get; set; }

    protected ListState List { get; private set; } = ListState.Of("", null, null, null, null, "");

    /// <summary>The page's name within the cluster and its order when the address names none.</summary>
    protected abstract (string Page, string DefaultSort) Defaults { get; }

    protected virtual int PageSize => ListState.PageSize;

    /// <summary>Others that may be asked for; none unless a list has a pager that offers them.</summary>
    protected virtual IReadOnlyList<int> PageSizes => [];

    /// <summary>What else of the address its links keep.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> More => [];

    protected override void OnParametersSet()
    {
        var size = QueryNumber.Of(Size) is { } asked && PageSizes.Contains(asked) ? asked : PageSize;
        List = ListState.Of(Cluster.Href(Defaults.Page), Query, Is, Sort, QueryNumber.Of(Page), Defaults.DefaultSort, size) with
        {
            DefaultSize = PageSize,
            Sizes = PageSizes,
            More = More,
        };
        OnSnapshot();
    }

    /// <summary>The pointer came into the list, where nothing may move under it, or left it.</summary>
    protected virtual void Hold(bool held)
    {
    }

    protected void Enter() => Hold(true);

    /// <summary>What waited comes in.</summary>
    protected void Leave()
    {
        Hold(false);
        OnSnapshot();
    }

    /// <summary>The filters that would leave something, and the chosen one, with how many rows.</summary>
    protected List<Chip> Chips<T>(ListRows<T> rows, Func<string, string> words)
        where T : class => Chips(rows.All.Count, rows.Kinds.Select(k => new Chip(k.Is, words(k.Is), rows.Count(k), k.Glyph)));

    /// <param name="all">How many rows there are without a filter.</param>
    protected List<Chip> Chips(int all, IEnumerable<Chip> filters) => List.Chips(L["List_All"], all, filters);
}
