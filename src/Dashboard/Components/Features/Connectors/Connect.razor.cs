using System.Collections.Immutable;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Messages.Connect;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Connectors;

/// <summary>
/// The connectors of all Connect clusters of the cluster, what has failed first. A Connect cluster that does not answer leaves what was
/// read of it, and says so; of one that never answered nothing is said to be empty.
/// </summary>
public partial class Connect : ListPage
{
    static readonly TimeSpan pace = TimeSpan.FromSeconds(5);

    readonly HeldRows<ConnectorRow> held = new(r => r.Key);
    ImmutableArray<ConnectCatalog> catalogs = [];
    ListRows<ConnectorRow> rows = ConnectList.Of([]);
    List<Chip> chips = [];
    int matching;

    [Inject]
    public IConnectCatalogs Catalogs { get; set; } = null!;

    protected override (string Page, string DefaultSort) Defaults => ("connect", "-urgency");

    protected override object?[] Sections(ClusterSnapshot snapshot) => [];

    /// <summary>The oldest of those that were read; while none was, the one that failed.</summary>
    Section<ConnectOverview> Worst => catalogs.Select(c => c.Overview)
        .OrderBy(o => o.Value is null).ThenBy(o => o.AsOf).ThenBy(o => o.Error is null).First();

    /// <summary>Connect clusters that never answered: their connectors are missing from the list.</summary>
    IEnumerable<ConnectCatalog> Unread => catalogs.Where(c => c.Overview is { Value: null, Error: not null });

    string Headline => catalogs.Length == 0 ? L["Connect_NotConfigured"]
        : rows.All.Count(r => r.Connector.HasFailed) is > 0 and var failed ? L["Connect_HeadlineFailed", failed, rows.All.Count]
        : catalogs.All(c => c.Overview.Value is null) ? L[Unread.Any() ? "Connect_Unread" : "Nav_Connect"]
        : L["Connect_Headline", rows.All.Count];

    protected override void OnInitialized()
    {
        catalogs = Catalogs.Of(Cluster.Id);
        base.OnInitialized();
    }

    protected override void OnSnapshot()
    {
        rows = ConnectList.Of(
            from catalog in catalogs
            from connector in catalog.Overview.Value?.Connectors ?? []
            where Cluster.May(Cluster.To(AccessAction.Read, AccessKind.Connectors, connector.Name))
            select new ConnectorRow(catalog.Name, connector));
        chips = Chips(rows, kind => L[$"Connect_Is_{kind}"]);
        (var part, matching) = rows.Part(List);
        held.Set(part, rows.Find, List);
    }

    protected override void Hold(bool isHeld) => held.Held = isHeld;

    protected override void OnAfterRender(bool firstRender)
    {
        base.OnAfterRender(firstRender);
        if (firstRender && catalogs.Length > 0)
        {
            _ = RepeatAsync(pace, ReadAsync, Gone, atOnce: true);
        }
    }

    /// <summary>Each is shown when it has answered: one that is slow holds up no other.</summary>
    Task ReadAsync(CancellationToken gone) => Task.WhenAll(catalogs.Select(async catalog =>
    {
        await catalog.ReadAsync().WaitAsync(gone);
        OnSnapshot();
        StateHasChanged();
    }));
}
